'use client';
import { useQuery } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { learningApi } from '../../lib/learning-api';
import styles from './labs.module.css';

/** From here on a quota is about to bite. */
const NEAR = 0.9;

/** What bounds the cluster, and how much of it is used; asked for when it is opened. */
export function QuotaList({ cluster }: { cluster: string }) {
  const t = useTranslations('lab');
  const names = useTranslations('quota');
  const format = useFormatter();
  const [open, setOpen] = useState(false);
  const use = useQuery({
    queryKey: ['quotas', cluster],
    queryFn: () => learningApi.quotasOf(cluster),
    enabled: open,
    staleTime: 0,
  });
  return (
    <details className={styles.quotas} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('quotas')}</summary>
      <ProblemAlert error={use.error} />
      <table>
        <tbody>
          {use.data?.quotas.map(({ name, used, limit }) => (
            <tr key={name} data-near={used >= limit * NEAR}>
              <th scope="row">{names(name)}</th>
              <td>
                {format.number(used)} / {format.number(limit)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
