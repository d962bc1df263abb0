'use client';
import { Button, SegmentedControl, TextInput } from '@mantine/core';
import type { Cluster } from '@podlab/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState, type ReactNode } from 'react';
import { Ago } from '../../components/ui/ago';
import { ConfirmButton } from '../../components/ui/confirm-button';
import { EmptyMessage } from '../../components/ui/empty-message';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { usePageTitle } from '../../lib/page-title';
import { podlabApi } from '../../lib/podlab-api';
import styles from './clusters.module.css';
import { CreateCluster } from './create-cluster';

interface ClusterListProps {
  before?: ReactNode;
  /** Whether the list may be everybody's. */
  everybody: boolean;
  /** Whether who has no cluster is asked for one at once: not who has a lab to go to. */
  eager: boolean;
}

/** My clusters: open one, make one, throw one away; `before` stands above them. */
export function ClusterList({ before, everybody, eager }: ClusterListProps) {
  const t = useTranslations('clusters');
  usePageTitle(t('title'));
  const [whose, setWhose] = useState<Whose>('mine');
  const [find, setFind] = useState('');
  const clusters = useQuery({
    queryKey: ['clusters', whose],
    queryFn: () => podlabApi.clusters(whose === 'mine' ? undefined : '*'),
  });
  const [creating, setCreating] = useState(false);
  const items = clusters.data ?? [];
  const empty = clusters.isSuccess && items.length === 0;
  const found = items.filter((cluster) => isFound(cluster, find));
  return (
    <main id="main" className={styles.page}>
      {before}
      <div className={styles.head}>
        <div>
          <h1 className={styles.title}>{t('title')}</h1>
          <p className={styles.lead}>{t('lead')}</p>
        </div>
        {!creating && !(empty && eager) && (
          <Button size="md" leftSection={<Icon name="plus" />} onClick={() => setCreating(true)}>
            {t('create')}
          </Button>
        )}
      </div>
      {everybody && <Filters whose={whose} onWhose={setWhose} find={find} onFind={setFind} />}
      <ProblemAlert error={clusters.error} />
      {(creating || (empty && eager)) && (
        <CreateCluster first={empty} onCancel={creating ? () => setCreating(false) : undefined} />
      )}
      {empty && eager && (
        <EmptyMessage icon="picture" title={t('empty')}>
          {t('emptyHint')}
        </EmptyMessage>
      )}
      {items.length > 0 && found.length === 0 && <EmptyMessage icon="dots" title={t('noneFound')} />}
      <ul className={styles.list}>
        {found.slice(0, SHOWN).map((cluster) => (
          <li key={cluster.id}>
            <ClusterCard cluster={cluster} withOwner={whose === 'everybody'} />
          </li>
        ))}
      </ul>
      {found.length > SHOWN && <p className={styles.lead}>{t('narrow', { count: found.length - SHOWN })}</p>}
    </main>
  );
}

const WHOSE = ['mine', 'everybody'] as const;
type Whose = (typeof WHOSE)[number];
/** More are narrowed by the search. */
const SHOWN = 60;

const isFound = ({ name, owner }: Cluster, text: string): boolean =>
  `${name} ${owner.name}`.toLowerCase().includes(text.trim().toLowerCase());

/** The administrator's: everybody's clusters stand behind one's own. */
function Filters({
  whose,
  onWhose,
  find,
  onFind,
}: {
  whose: Whose;
  onWhose: (whose: Whose) => void;
  find: string;
  onFind: (text: string) => void;
}) {
  const t = useTranslations('clusters');
  return (
    <div className={styles.filters}>
      <SegmentedControl
        aria-label={t('whose')}
        value={whose}
        onChange={(value) => onWhose(value as Whose)}
        data={WHOSE.map((value) => ({ value, label: t(value) }))}
      />
      <TextInput
        aria-label={t('find')}
        placeholder={t('find')}
        value={find}
        onChange={(event) => onFind(event.currentTarget.value)}
      />
    </div>
  );
}

function ClusterCard({ cluster, withOwner }: { cluster: Cluster; withOwner: boolean }) {
  const t = useTranslations('clusters');
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
        {(withOwner || cluster.class) && (
          <p className={styles.whose}>
            {[withOwner && cluster.owner.name, cluster.class && t('ofLab'), cluster.class?.group]
              .filter(Boolean)
              .join(' · ')}
          </p>
        )}
        <dl className={styles.facts}>
          <div>
            <dt>{t('nodes')}</dt>
            <dd>{cluster.nodes.length}</dd>
          </div>
          <div>
            <dt>{t('state')}</dt>
            <dd data-state={cluster.state}>{t(`states.${cluster.state}`)}</dd>
          </div>
          <div>
            <dt>{t('created')}</dt>
            <dd>
              <Ago at={cluster.created_at} />
            </dd>
          </div>
          {!cluster.class && (
            <div>
              <dt>{t('seed')}</dt>
              <dd className={styles.seed}>{cluster.seed}</dd>
            </div>
          )}
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
