import { parseRequestInfoText } from './resource-words';
import { SendRequest } from '@podlab/contracts';
import type { Cluster } from '@podlab/cluster';
import { applyManifests } from './apply';
import { kubeJson, type KubeCall } from './kube-call';
import { parseDuration, ScenarioError, type ScenarioLine } from './parse';
import { requestText } from './request-text';
import { tableText } from './table-text';

/** What a command does to the cluster; its answer is what the transcript shows. */
export type Command = (cluster: Cluster, line: ScenarioLine) => string;

/** Events that one settle or advance may run. */
const EVENTS_LIMIT = 1_000_000;

/** Every command of the scenario language by its first word. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  apply: (cluster, line) => {
    if (line.block === undefined) throw new ScenarioError(line.number, 'apply needs a block: apply <<END');
    return applyManifests(cluster, line.block);
  },
  get: (cluster, line) => {
    const { path, wide } = parseRequestInfoText(line);
    const call: KubeCall = { method: 'GET', path, accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' };
    return tableText(kubeJson(cluster, call), wide);
  },
  delete: (cluster, line) => {
    const { path } = parseRequestInfoText(line);
    kubeJson(cluster, { method: 'DELETE', path });
    return 'deleted';
  },
  scale: (cluster, line) => {
    const { path, options } = parseRequestInfoText(line);
    const body = { spec: { replicas: Number(options.get('replicas')) } };
    kubeJson(cluster, {
      method: 'PATCH',
      path: `${path}/scale`,
      content_type: 'application/merge-patch+json',
      body,
    });
    return 'scaled';
  },
  patch: (cluster, line) => {
    const { path } = parseRequestInfoText(line);
    const content_type = 'application/strategic-merge-patch+json';
    kubeJson(cluster, {
      method: 'PATCH',
      path,
      content_type,
      body: JSON.parse(line.block ?? '{}') as object,
    });
    return 'patched';
  },
  settle: (cluster, line) => {
    const limit = line.words[1] ? parseDuration(line, line.words[1]) : 300_000;
    cluster.runUntilSettled(cluster.now() + limit, EVENTS_LIMIT);
    return cluster.settled() ? 'settled' : 'not settled';
  },
  advance: (cluster, line) => {
    cluster.runUntil(cluster.now() + parseDuration(line, line.words[1] ?? ''), EVENTS_LIMIT);
    cluster.perform({ kind: 'Advance', to_ms: cluster.now() });
    return '';
  },
  cloud: (cluster, line) => {
    const enabled = line.words[1] === 'on';
    cluster.perform({ kind: 'Cloud', settings: { ...cluster.cloud(), enabled } });
    return `cloud ${enabled ? 'on' : 'off'}`;
  },
  request: (cluster, line) => {
    const answer = cluster.send(SendRequest.parse({ from: sourceOf(line), ...targetOf(line) }));
    return answer.requests.map(requestText).join('\n');
  },
  iptables: (cluster, line) => cluster.nodeTableText(line.words[1], 'iptables'),
  routes: (cluster, line) => cluster.nodeTableText(line.words[1], 'routes'),
  conntrack: (cluster, line) => cluster.nodeTableText(line.words[1], 'conntrack'),
};

function sourceOf(line: ScenarioLine): object {
  const from = line.words[line.words.indexOf('from') + 1];
  if (from === 'outside') return { kind: 'External' };
  const [kind, place] = from.split(':');
  const [namespace, name] = (place ?? '').split('/');
  if (kind === 'pod') return { kind: 'Pod', namespace, name };
  if (kind === 'node') return { kind: 'Node', name: namespace };
  throw new ScenarioError(line.number, `from is outside, node:NAME or pod:NAMESPACE/NAME, not ${from}`);
}

function targetOf(line: ScenarioLine): object {
  const at = line.words.indexOf('to');
  if (at < 0) throw new ScenarioError(line.number, 'a request needs: to URL');
  const count = line.words.indexOf('count');
  return { to: line.words[at + 1], ...(count > 0 && { count: Number(line.words[count + 1]) }) };
}
