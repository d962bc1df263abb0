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
  const head = (by: Sorting['by'], label: string, spare = false) => (
    <SortHead key={by} by={by} label={label} spare={spare} sorting={sorting} onSorting={setSorting} />
  );
  return (
    <TableFrame label={t('tableOf', { lab: lab.title[locale] })} stacked>
      <thead>
        <tr>
          {head('name', t('name'))}
          {head('group', t('group'))}
          {head('score', t('score'))}
          {lab.steps.map(({ name, title }) => head(`step:${name}`, title[locale], true))}
          {head('runs', t('runs'), true)}
          {head('last', t('last'), true)}
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
  spare,
  sorting,
  onSorting,
}: {
  by: Sorting['by'];
  label: string;
  /** Not where there is little room. */
  spare: boolean;
  sorting: Sorting;
  onSorting: (sorting: Sorting) => void;
}) {
  const chosen = sorting.by === by;
  const ascending = by === 'name' || by === 'group';
  return (
    <th
      scope="col"
      data-spare={spare}
      aria-sort={chosen ? (sorting.down ? 'descending' : 'ascending') : 'none'}
    >
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
  const locale = useLocale() as Locale;
  const { attempt } = row;
  return (
    <tr>
      <th scope="row" data-beside>
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
      <td data-label={t('group')} data-empty={row.group === null}>
        {row.group ?? '–'}
      </td>
      <td className={styles.total} data-label={t('score')}>
        {row.score === null ? '–' : t('of', { score: row.score, max: row.max })}
        {row.late && <b className={styles.late}>{t('late')}</b>}
      </td>
      {lab.steps.map(({ name, title }) => (
        <StepCell key={name} label={title[locale]} step={row.steps.find((step) => step.name === name)} />
      ))}
      <td data-label={t('runs')} data-empty={attempt === null}>
        {attempt === null ? '–' : row.runs}
      </td>
      <td data-label={t('last')}>
        {row.last_run_at ? <Ago at={row.last_run_at} /> : attempt === null ? t('notBegun') : '–'}
      </td>
    </tr>
  );
}

function StepCell({ label, step }: { label: string; step: GradeRow['steps'][number] | undefined }) {
  const t = useTranslations('grades');
  if (!step || step.score === null)
    return (
      <td data-label={label} data-empty>
        –
      </td>
    );
  const state = step.score >= step.max ? 'full' : step.score > 0 ? 'part' : 'none';
  return (
    <td data-label={label}>
      <span className={styles.stepScore} data-state={state}>
        {t('of', { score: step.score, max: step.max })}
      </span>
    </td>
  );
}
