'use client';
import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { ConfirmButton } from '../../components/ui/confirm-button';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { guidingApi } from '../../lib/teaching-api';
import styles from './wall.module.css';

/** Puts a student's cluster back: to one of its kept moments, or to its beginning. Nothing of the history is lost. */
export function Repair({ cluster, name }: { cluster: string; name: string }) {
  const t = useTranslations('wall.repair');
  const format = useFormatter();
  const snapshots = useQuery({
    queryKey: ['snapshots', cluster],
    queryFn: () => guidingApi.snapshots(cluster),
  });
  const moments = snapshots.data?.items ?? [];
  const [chosen, setChosen] = useState('');
  const moment = moments.find(({ id }) => id === chosen) ?? moments[0];
  return (
    <section aria-labelledby="panel-repair" className={styles.repair}>
      <h3 id="panel-repair">{t('title')}</h3>
      <ProblemAlert error={snapshots.error} />
      {moment && (
        <div className={styles.restore}>
          <NativeSelect
            label={t('moment')}
            value={moment.id}
            onChange={(event) => setChosen(event.currentTarget.value)}
            data={moments.map((each) => ({
              value: each.id,
              label: `${each.name} · ${format.dateTime(new Date(each.created_at), { timeStyle: 'short', dateStyle: 'short' })}`,
            }))}
          />
          <ConfirmButton
            variant="default"
            title={t('restore')}
            question={t('restoreQuestion', { name, moment: moment.name })}
            confirm={t('restore')}
            onConfirm={() => guidingApi.restore(cluster, { snapshot: moment.id })}
          >
            {t('restore')}
          </ConfirmButton>
        </div>
      )}
      <ConfirmButton
        variant="default"
        className={styles.reset}
        title={t('reset')}
        question={t('resetQuestion', { name })}
        confirm={t('reset')}
        onConfirm={() => guidingApi.reset(cluster)}
      >
        {t('reset')}
      </ConfirmButton>
    </section>
  );
}
