'use client';
import { Progress } from '@mantine/core';
import type { AssignedLab, Class, RegradeState } from '@podlab/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { ConfirmButton } from '../../components/ui/confirm-button';
import { ProblemAlert } from '../../components/ui/problem-alert';
import type { Locale } from '../../lib/choose-locale';
import { guidingApi } from '../../lib/teaching-api';
import styles from './grades.module.css';

const ASK_MS = 700;

/** Grades every attempt at a lab once more, and tells how far that is. */
export function useRegrade(room: Class) {
  const queries = useQueryClient();
  const [begun, setBegun] = useState<RegradeState | null>(null);
  const state = useQuery({
    queryKey: ['regrade', room.id, begun?.id],
    queryFn: () => guidingApi.regradeState(room.id, begun!.id),
    enabled: begun !== null,
    initialData: begun ?? undefined,
    refetchInterval: ({ state: { data } }) => (data?.finished_at === null ? ASK_MS : false),
  });
  const finished = state.data?.finished_at ?? null;
  useEffect(() => {
    if (finished !== null) void queries.invalidateQueries({ queryKey: ['grades', room.id] });
  }, [finished, queries, room.id]);
  const begin = async (lab: string) => setBegun(await guidingApi.regrade(room.id, lab));
  return { state: begun && state.data, error: state.error, begin };
}
type Regrading = ReturnType<typeof useRegrade>;

export function RegradeButton({ lab, regrade }: { lab: AssignedLab; regrade: Regrading }) {
  const t = useTranslations('grades.regrade');
  const locale = useLocale() as Locale;
  return (
    <ConfirmButton
      variant="default"
      title={t('title')}
      question={t('question', { lab: lab.title[locale] })}
      confirm={t('begin')}
      onConfirm={() => regrade.begin(lab.name)}
    >
      {t('title')}
    </ConfirmButton>
  );
}

export function RegradeProgress({ regrade: { state, error } }: { regrade: Regrading }) {
  const t = useTranslations('grades.regrade');
  if (error) return <ProblemAlert error={error} />;
  if (!state) return null;
  const { done, total, failed, finished_at, lab } = state;
  return (
    <div className={styles.regrade} role="status">
      <p>
        <b>{finished_at === null ? t('running', { done, total }) : t('finished', { done, total })}</b>{' '}
        <span className="mono">{lab.slice(0, lab.indexOf('@') + 13)}</span>
      </p>
      <Progress
        value={total === 0 ? 100 : (100 * done) / total}
        color={failed.length > 0 ? 'red' : 'green'}
        aria-label={t('title')}
      />
      {failed.length > 0 && (
        <ul>
          {failed.map(({ attempt, problem }) => (
            <li key={attempt}>
              <span className="mono">{attempt}</span>: {problem}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
