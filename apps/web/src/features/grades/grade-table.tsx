'use client';
import type { AssignedLab, GradeRow } from '@podlab/contracts';
import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import { Ago } from '../../components/ui/ago';
import { TableFrame } from '../../components/ui/table-frame';
import type { Locale } from '../../lib/choose-locale';
import { sorted, type Sorting } from './grade-rows';
import styles from './grades.module.css';

/** The grades of one lab: a row a student, a column a step. */
export function GradeTable({
  lab,
  rows,
  onOpen,
}: {
  lab: AssignedLab;
  rows: readonly GradeRow[];
  onOpen: (attempt: string) => void;
}) {
  const t = useTranslations('grades');
  const locale = useLocale() as Locale;
  const [sorting, setSorting] = useState<Sorting>({ by: 'name', down: false });
  const head = (by: Sorting['by'], label: string) => (
    <SortHead key={by} by={by} label={label} sorting={sorting} onSorting={setSorting} />
  );
  return (
    <TableFrame label={t('tableOf', { lab: lab.title[locale] })}>
      <thead>
        <tr>
          {head('name', t('name'))}
          {head('group', t('group'))}
          {head('score', t('score'))}
          {lab.steps.map(({ name, title }) => head(`step:${name}`, title[locale]))}
          {head('runs', t('runs'))}
          {head('last', t('last'))}
        </tr>
      </thead>
      <tbody>
        {sorted(rows, sorting).map((row) => (
          <Row key={row.person.id} row={row} lab={lab} onOpen={onOpen} />
        ))}
      </tbody>
    </TableFrame>
  );
}

function SortHead({
  by,
  label,
  sorting,
  onSorting,
}: {
  by: Sorting['by'];
  label: string;
  sorting: Sorting;
  onSorting: (sorting: Sorting) => void;
}) {
  const chosen = sorting.by === by;
  const ascending = by === 'name' || by === 'group';
  return (
    <th scope="col" aria-sort={chosen ? (sorting.down ? 'descending' : 'ascending') : 'none'}>
      <button
        type="button"
        className={styles.sort}
        onClick={() => onSorting({ by, down: chosen ? !sorting.down : !ascending })}
      >
        {label}
        <span aria-hidden>{chosen ? (sorting.down ? '↓' : '↑') : '↕'}</span>
      </button>
    </th>
  );
}

function Row({ row, lab, onOpen }: { row: GradeRow; lab: AssignedLab; onOpen: (attempt: string) => void }) {
  const t = useTranslations('grades');
  const { attempt } = row;
  return (
    <tr>
      <th scope="row">
        {attempt === null ? (
          row.person.name
        ) : (
          <button
            type="button"
            className={styles.open}
            onClick={() => onOpen(attempt)}
            aria-label={t('openNamed', { name: row.person.name })}
          >
            {row.person.name}
          </button>
        )}
      </th>
      <td>{row.group ?? '–'}</td>
      <td className={styles.total}>
        {row.score === null ? '–' : t('of', { score: row.score, max: row.max })}
        {row.late && <b className={styles.late}>{t('late')}</b>}
      </td>
      {lab.steps.map(({ name }) => (
        <StepCell key={name} step={row.steps.find((step) => step.name === name)} />
      ))}
      <td>{attempt === null ? '–' : row.runs}</td>
      <td>{row.last_run_at ? <Ago at={row.last_run_at} /> : attempt === null ? t('notBegun') : '–'}</td>
    </tr>
  );
}

function StepCell({ step }: { step: GradeRow['steps'][number] | undefined }) {
  const t = useTranslations('grades');
  if (!step || step.score === null) return <td>–</td>;
  const state = step.score >= step.max ? 'full' : step.score > 0 ? 'part' : 'none';
  return (
    <td>
      <span className={styles.stepScore} data-state={state}>
        {t('of', { score: step.score, max: step.max })}
      </span>
    </td>
  );
}
