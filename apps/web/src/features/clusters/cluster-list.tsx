'use client';
import { Button } from '@mantine/core';
import type { Cluster } from '@podlab/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState, type ReactNode } from 'react';
import { ConfirmButton } from '../../components/ui/confirm-button';
import { EmptyMessage } from '../../components/ui/empty-message';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { podlabApi } from '../../lib/podlab-api';
import styles from './clusters.module.css';
import { CreateCluster } from './create-cluster';

/** My clusters: open one, make one, throw one away; `before` stands above them. */
export function ClusterList({ before }: { before?: ReactNode }) {
  const t = useTranslations('clusters');
  const clusters = useQuery({ queryKey: ['clusters'], queryFn: podlabApi.clusters });
  const [creating, setCreating] = useState(false);
  const items = clusters.data?.items ?? [];
  const empty = clusters.isSuccess && items.length === 0;
  return (
    <main id="main" className={styles.page}>
      {before}
      <div className={styles.head}>
        <div>
          <h1 className={styles.title}>{t('title')}</h1>
          <p className={styles.lead}>{t('lead')}</p>
        </div>
        {!creating && !empty && (
          <Button size="md" leftSection={<Icon name="plus" />} onClick={() => setCreating(true)}>
            {t('create')}
          </Button>
        )}
      </div>
      <ProblemAlert error={clusters.error} />
      {(creating || empty) && (
        <CreateCluster first={empty} onCancel={creating && !empty ? () => setCreating(false) : undefined} />
      )}
      {empty && (
        <EmptyMessage icon="picture" title={t('empty')}>
          {t('emptyHint')}
        </EmptyMessage>
      )}
      <ul className={styles.list}>
        {items.map((cluster) => (
          <li key={cluster.id}>
            <ClusterCard cluster={cluster} />
          </li>
        ))}
      </ul>
    </main>
  );
}

function ClusterCard({ cluster }: { cluster: Cluster }) {
  const t = useTranslations('clusters');
  const format = useFormatter();
  const queries = useQueryClient();
  const remove = async () => {
    await podlabApi.deleteCluster(cluster.id);
    await queries.invalidateQueries({ queryKey: ['clusters'] });
  };
  return (
    <article className={styles.card}>
      <Miniature nodes={cluster.nodes.length} />
      <div className={styles.about}>
        <h2 className={styles.name}>
          <Link href={`/cluster?id=${encodeURIComponent(cluster.id)}`}>{cluster.name}</Link>
        </h2>
        <dl className={styles.facts}>
          <div>
            <dt>{t('nodes')}</dt>
            <dd>{cluster.nodes.length}</dd>
          </div>
          <div>
            <dt>{t('seed')}</dt>
            <dd>{cluster.seed}</dd>
          </div>
          <div>
            <dt>{t('state')}</dt>
            <dd>{t(`states.${cluster.state}`)}</dd>
          </div>
          <div>
            <dt>{t('created')}</dt>
            <dd>
              {format.dateTime(new Date(cluster.created_at), { dateStyle: 'medium', timeStyle: 'short' })}
            </dd>
          </div>
        </dl>
      </div>
      <ConfirmButton
        className={styles.delete}
        variant="subtle"
        color="gray"
        title={t('delete')}
        question={t('deleteQuestion', { name: cluster.name })}
        confirm={t('delete')}
        onConfirm={remove}
        aria-label={t('deleteNamed', { name: cluster.name })}
      >
        <Icon name="trash" />
      </ConfirmButton>
    </article>
  );
}

const MINIATURE_NODES = 4;

/** A small drawing of the cluster: its rooms on one wire. */
function Miniature({ nodes }: { nodes: number }) {
  const shown = Math.min(nodes, MINIATURE_NODES);
  const width = (112 - 6 * (shown - 1)) / shown;
  return (
    <svg className={styles.miniature} viewBox="0 0 120 84" aria-hidden focusable="false">
      <path d={`M60 14v12M8 26h104`} />
      <circle cx="60" cy="10" r="6" />
      {Array.from({ length: shown }, (_, index) => {
        const x = 4 + index * (width + 6);
        return (
          <g key={index}>
            <path d={`M${x + width / 2} 26v10`} />
            <rect x={x} y="36" width={width} height="42" rx="6" />
          </g>
        );
      })}
    </svg>
  );
}
