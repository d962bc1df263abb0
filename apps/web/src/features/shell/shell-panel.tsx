'use client';
import { Button, NativeSelect } from '@mantine/core';
import type { Service } from '@podlab/api';
import type { ExecTarget, ProxyMode } from '@podlab/contracts';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRef, useState } from 'react';
import { EmptyMessage } from '../../components/ui/empty-message';
import { useClusterId, useObjects } from '../../lib/cluster-context';
import { podlabApi } from '../../lib/podlab-api';
import { ShellLine } from './shell-line';
import { ShellOutput } from './shell-output';
import styles from './shell.module.css';
import { execBody, promptOf, type ShellEntry, targetValue, withEntry } from './transcript';

/** What is worth a try first: on a node its tables, in a pod its names and its neighbours. */
function ideasFor(target: ExecTarget, services: Iterable<Service>, mode: ProxyMode): string[] {
  const there = [...services].find(
    ({ metadata }) => target.kind === 'Node' || metadata.namespace === target.namespace,
  );
  const { name } = there?.metadata ?? { name: 'kubernetes' };
  if (target.kind === 'Pod')
    return ['cat /etc/resolv.conf', `nslookup ${name}`, `curl -v http://${name}`, 'ip addr', 'env'];
  const rules = mode === 'nftables' ? 'nft list table ip kube-proxy' : 'iptables-save -t nat';
  return ['ip route', `${rules} | grep ${name}`, 'conntrack -L', 'ss -ltn'];
}

const SYSTEM = 'kube-system';
const rank = (target: ExecTarget): number =>
  target.kind === 'Node' ? 1 : target.namespace === SYSTEM ? 2 : 0;

function useTargets(): ExecTarget[] {
  const pods = [...useObjects('Pod').values()];
  const nodes = [...useObjects('Node').keys()].sort();
  const running = pods.filter(({ status }) => status?.phase === 'Running');
  return [
    ...running.flatMap(({ metadata: { namespace = '', name }, spec: { containers } }): ExecTarget[] =>
      containers.length === 1
        ? [{ kind: 'Pod', namespace, name }]
        : containers.map((container) => ({ kind: 'Pod', namespace, name, container: container.name })),
    ),
    ...nodes.map((name): ExecTarget => ({ kind: 'Node', name })),
  ].toSorted((one, other) => rank(one) - rank(other));
}

/** A terminal in a pod or on a node: each command runs at once, and what it sent can be looked at hop by hop. */
export function ShellPanel({
  proxyMode,
  onOpen,
}: {
  proxyMode: ProxyMode;
  onOpen: (request: string) => void;
}) {
  const t = useTranslations('shell');
  const cluster = useClusterId();
  const targets = useTargets();
  const services = useObjects('Service');
  const [chosen, setChosen] = useState('');
  const [entries, setEntries] = useState<readonly ShellEntry[]>([]);
  const count = useRef(0);
  const target = targets.find((each) => targetValue(each) === chosen) ?? targets[0];
  const run = useMutation({
    mutationFn: ({ target: place, line }: { target: ExecTarget; line: string }) =>
      podlabApi.exec(cluster, execBody(place, line)),
  });
  if (!target) return <EmptyMessage icon="terminal" title={t('none')} />;
  const submit = (line: string) => {
    const entry = { key: count.current++, prompt: promptOf(target), line };
    const put = (more: Partial<ShellEntry>) => setEntries((known) => withEntry(known, { ...entry, ...more }));
    put({});
    run.mutate(
      { target, line },
      { onSuccess: (answer) => put({ answer }), onError: (problem) => put({ problem }) },
    );
  };
  return (
    <div className={styles.panel}>
      <NativeSelect
        label={t('where')}
        value={targetValue(target)}
        onChange={(event) => setChosen(event.currentTarget.value)}
        data={targets.map((each) => ({ value: targetValue(each), label: labelOf(each) }))}
      />
      <div className={styles.ideas} role="group" aria-label={t('ideas')}>
        {ideasFor(target, services.values(), proxyMode).map((line) => (
          <Button key={line} size="compact-sm" variant="default" onClick={() => submit(line)}>
            {line}
          </Button>
        ))}
      </div>
      <div className={styles.terminal}>
        <ShellOutput entries={entries} onOpen={onOpen} />
        <ShellLine
          key={targetValue(target)}
          prompt={promptOf(target)}
          lines={entries.map(({ line }) => line)}
          busy={run.isPending}
          onSubmit={submit}
        />
      </div>
    </div>
  );
}

const labelOf = (target: ExecTarget): string =>
  target.kind === 'Node'
    ? target.name
    : `${target.namespace}/${target.name}${target.container ? ` (${target.container})` : ''}`;
