'use client';
import { Button, NativeSelect } from '@mantine/core';
import type { Class, LtiLink, LtiRoster } from '@podlab/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { useBilingual } from '../../lib/bilingual';
import { platformsApi, teachingApi } from '../../lib/teaching-api';
import styles from './teaching.module.css';

/** Of a class that is a course of a learning platform: where its links lead, and its people. */
export function CourseLinks({ room, open }: { room: Class; open: boolean }) {
  const t = useTranslations('teaching.course');
  const links = useQuery({
    queryKey: ['course-links', room.id],
    queryFn: () => platformsApi.linksOf(room.id),
    retry: false,
  });
  const items = links.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section className={styles.course} aria-labelledby="course-links">
      <h2 id="course-links">{t('title', { platform: items[0]!.platform.name })}</h2>
      <p>{t('hint')}</p>
      <ul>
        {items.map((link) => (
          <li key={link.id}>
            <CourseLink room={room} link={link} open={open} />
          </li>
        ))}
      </ul>
      {open && <Roster room={room} />}
    </section>
  );
}

function CourseLink({ room, link, open }: { room: Class; link: LtiLink; open: boolean }) {
  const t = useTranslations('teaching.course');
  const say = useBilingual();
  const queries = useQueryClient();
  const labs = useQuery({ queryKey: ['class-labs', room.id], queryFn: () => teachingApi.labsOf(room.id) });
  const change = useMutation({
    mutationFn: (lab: string) => platformsApi.changeLink(room.id, link.id, lab),
    onSettled: () => queries.invalidateQueries({ queryKey: ['course-links', room.id] }),
  });
  const known = labs.data?.items ?? [];
  const name = link.title ?? t('untitled');
  return (
    <>
      <NativeSelect
        label={name}
        disabled={!open || change.isPending}
        value={link.lab?.split('@')[0] ?? ''}
        onChange={(event) => event.currentTarget.value && change.mutate(event.currentTarget.value)}
        data={[
          { value: '', label: t('nowhere') },
          ...known.map((lab) => ({ value: lab.name, label: say(lab.title) })),
        ]}
      />
      <ProblemAlert error={change.error} />
    </>
  );
}

function Roster({ room }: { room: Class }) {
  const t = useTranslations('teaching.course');
  const queries = useQueryClient();
  const take = useMutation({
    mutationFn: () => platformsApi.takeRoster(room.id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['members', room.id] }),
  });
  return (
    <>
      <div>
        <Button
          variant="default"
          loading={take.isPending}
          onClick={() => take.mutate()}
          leftSection={<Icon name="people" size={18} />}
        >
          {t('roster')}
        </Button>
      </div>
      <ProblemAlert error={take.error} />
      {take.data && <RosterReport roster={take.data} />}
    </>
  );
}

const RESULTS = ['Joined', 'Promoted', 'Unchanged', 'Left', 'Refused'] as const;

function RosterReport({ roster: { rows } }: { roster: LtiRoster }) {
  const t = useTranslations('teaching.course');
  const counts = RESULTS.map((result) => ({
    result,
    count: rows.filter((row) => row.result === result).length,
  }));
  return (
    <p role="status">
      {counts
        .filter(({ count }) => count > 0)
        .map(({ result, count }) => t(`result.${result}`, { count }))
        .join(' · ')}
    </p>
  );
}
