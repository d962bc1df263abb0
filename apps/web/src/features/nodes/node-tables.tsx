'use client';
import { Button, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import type { NodeTableName, ProxyMode } from '@podlab/contracts';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { CodeBlock } from '../../components/ui/code-block';
import { EmptyMessage } from '../../components/ui/empty-message';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { useClusterId, useObjects } from '../../lib/cluster-context';
import { podlabApi } from '../../lib/podlab-api';
import { matchingLines } from './matching-lines';
import styles from './nodes.module.css';

const TABLES: { value: NodeTableName; label: string }[] = [
  { value: 'iptables', label: 'iptables' },
  { value: 'nftables', label: 'nft' },
  { value: 'conntrack', label: 'conntrack' },
  { value: 'routes', label: 'ip route' },
  { value: 'interfaces', label: 'ip addr' },
];

/** A node's tables as its own tools print them: the rules that packets are really matched against. */
export function NodeTables({ proxyMode }: { proxyMode: ProxyMode }) {
  const t = useTranslations('nodes');
  const cluster = useClusterId();
  const nodes = [...useObjects('Node').keys()].sort();
  const [chosen, setChosen] = useState<string | null>(null);
  const [table, setTable] = useState<NodeTableName>(proxyMode);
  const [find, setFind] = useState('');
  const node = chosen !== null && nodes.includes(chosen) ? chosen : (nodes[0] ?? null);
  const isOtherMode = isMode(table) && table !== proxyMode;
  const content = useQuery({
    queryKey: ['node-table', cluster, node, table],
    queryFn: async () =>
      isOtherMode
        ? (await podlabApi.nodeRules(cluster, node!, table)).text
        : podlabApi.nodeTable(cluster, node!, table),
    enabled: node !== null,
    staleTime: 0,
  });
  if (node === null) return <EmptyMessage icon="node" title={t('none')} />;
  const text = matchingLines(content.data ?? '', find);
  return (
    <div className={styles.panel}>
      <SegmentedControl
        fullWidth
        aria-label={t('table')}
        value={table}
        onChange={(value) => setTable(value as NodeTableName)}
        data={TABLES}
      />
      <div className={styles.row}>
        <NativeSelect
          label={t('node')}
          value={node}
          onChange={(event) => setChosen(event.currentTarget.value)}
          data={nodes}
        />
        <TextInput
          label={t('find')}
          placeholder={table === 'nftables' ? 'service-' : 'KUBE-SVC'}
          value={find}
          onChange={(event) => setFind(event.currentTarget.value)}
        />
        <Button variant="default" onClick={() => content.refetch()} loading={content.isFetching}>
          {t('refresh')}
        </Button>
      </div>
      {isOtherMode && <p className={styles.hint}>{t('otherMode', { mode: table, own: proxyMode })}</p>}
      <ProblemAlert error={content.error} />
      {content.isSuccess &&
        (text === '' ? (
          <EmptyMessage icon="table" title={find ? t('noMatch') : t('empty')} />
        ) : (
          <CodeBlock text={text} label={`${node} ${table}`} />
        ))}
    </div>
  );
}

const isMode = (table: NodeTableName): table is ProxyMode => table === 'iptables' || table === 'nftables';
