'use client';
import { Button, NativeSelect } from '@mantine/core';
import type { AssignedLab, Class } from '@podlab/contracts';
import { useQuery } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { EmptyMessage } from '../../components/ui/empty-message';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import type { Locale } from '../../lib/choose-locale';
import { usePageQuery } from '../../lib/page-query';
import { guidingApi } from '../../lib/teaching-api';
import { summaryOf } from './grade-rows';
import { GradeTable } from './grade-table';
import styles from './grades.module.css';
import { PlatformGrades } from './platform-grades';
import { RegradeButton, RegradeProgress, useRegrade } from './regrade';

/** The grades of a class, one lab at a time. */
export function GradeBook({ room, labs }: { room: Class; labs: readonly AssignedLab[] }) {
  const t = useTranslations('grades');
  const locale = useLocale() as Locale;
  const { query, setQuery } = usePageQuery();
  const lab = labs.find(({ name }) => name === query.get('lab')) ?? labs[0];
  const grades = useQuery({ queryKey: ['grades', room.id], queryFn: () => guidingApi.grades(room.id) });
  const regrade = useRegrade(room);
  if (!lab) return null;
  const rows = (grades.data?.rows ?? []).filter((row) => row.lab.split('@')[0] === lab.name);
  const summary = summaryOf(rows);
  return (
    <div className={styles.book}>
      <div className={styles.controls}>
        <NativeSelect
          aria-label={t('lab')}
          value={lab.name}
          onChange={(event) => setQuery({ lab: event.currentTarget.value })}
          data={labs.map(({ name, title }) => ({ value: name, label: title[locale] }))}
        />
        <p>
          {t('summary', { graded: summary.graded, people: summary.people })}
          {summary.median !== null && ` · ${t('median', { score: summary.median, max: lab.points })}`}
          {summary.late > 0 && ` · ${t('lateCount', { count: summary.late })}`}
        </p>
        <div className={styles.controlsEnd} data-screen-only>
          {room.role !== 'assistant' && room.archived_at === null && (
            <RegradeButton lab={lab} regrade={regrade} />
          )}
          <Button variant="default" onClick={() => print()}>
            {t('print')}
          </Button>
          <Button
            component="a"
            href={guidingApi.gradesPath(room.id, lab.name)}
            variant="default"
            leftSection={<Icon name="download" size={18} />}
          >
            {t('csv')}
          </Button>
          <Button
            component="a"
            href={guidingApi.gradesPath(room.id, null)}
            leftSection={<Icon name="download" size={18} />}
          >
            {t('csvAll')}
          </Button>
        </div>
      </div>
      <RegradeProgress regrade={regrade} />
      <PlatformGrades room={room} />
      <ProblemAlert error={grades.error} />
      {grades.isSuccess && rows.length === 0 ? (
        <EmptyMessage icon="people" title={t('empty')}>
          {t('emptyHint')}
        </EmptyMessage>
      ) : (
        <GradeTable lab={lab} rows={rows} onOpen={(attempt) => setQuery({ attempt })} />
      )}
    </div>
  );
}
