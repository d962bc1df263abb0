'use client';
import { Button } from '@mantine/core';
import type { Class } from '@podlab/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { platformsApi } from '../../lib/teaching-api';
import styles from './grades.module.css';

/** Of a class that came from a learning platform: which scores are there, and which are not yet. */
export function PlatformGrades({ room }: { room: Class }) {
  const t = useTranslations('grades.platform');
  const queries = useQueryClient();
  const queryKey = ['platform-grades', room.id];
  const found = useQuery({ queryKey, queryFn: () => platformsApi.gradesOf(room.id) });
  const send = useMutation({
    mutationFn: () => platformsApi.sendGrades(room.id),
    onSuccess: (page) => queries.setQueryData(queryKey, page),
  });
  const items = found.data?.items ?? [];
  if (items.length === 0) return null;
  const waiting = items.filter(({ state }) => state === 'Waiting');
  const failed = waiting.filter(({ last_error: error }) => error !== null);
  return (
    <section className={styles.platform} aria-label={t('title')}>
      <p role="status">
        <Icon name={failed.length > 0 ? 'warning' : waiting.length > 0 ? 'wait' : 'check'} />
        {t('summary', {
          sent: items.filter(({ state }) => state === 'Sent').length,
          waiting: waiting.length,
        })}
      </p>
      <Button variant="default" loading={send.isPending} onClick={() => send.mutate()}>
        {t('again')}
      </Button>
      <ProblemAlert error={send.error ?? found.error} />
      {failed.length > 0 && (
        <details>
          <summary>{t('failed', { count: failed.length })}</summary>
          <ul>
            {failed.map(({ person, lab, last_error: error, tries }) => (
              <li key={`${person.id} ${lab}`}>
                <b>{person.name}</b> · {lab} · {t('tries', { count: tries })} <span lang="en">{error}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
