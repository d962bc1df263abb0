import { SendRequest, type NodeTableName } from '@podlab/contracts';
import { kubectl } from '../kubectl/kubectl';
import {
  optionalWordAfter,
  pairsOf,
  parseDuration,
  ScenarioError,
  wordAfter,
  type ScenarioLine,
} from './parse';
import { healFault, injectFault, listFaults } from './faults';
import { requestsText, traceText } from './request-text';
import type { Scene } from './run';

/** What a command does to the cluster; its answer is what the transcript shows. */
export type Command = (scene: Scene, line: ScenarioLine) => string;

/** Events that one settle or advance may run. */
const EVENTS_LIMIT = 1_000_000;
const SETTLE_LIMIT = '5m';

/** Every command of the scenario language by its first word. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  kubectl,
  settle: ({ cluster }, line) => {
    const limit_ms = parseDuration(line, line.words[1] ?? SETTLE_LIMIT);
    cluster.runUntilSettled(cluster.now() + limit_ms, EVENTS_LIMIT);
    return cluster.settled() ? '' : 'not settled';
  },
  advance: ({ cluster }, line) => {
    cluster.runUntil(cluster.now() + parseDuration(line, line.words[1]), EVENTS_LIMIT);
    cluster.perform({ kind: 'Advance', to_ms: cluster.now() });
    return '';
  },
  cloud: ({ cluster }, line) => {
    const pairs = pairsOf(line.words);
    const delay = pairs.get('delay');
    const quota = pairs.get('quota');
    const source = pairs.get('source');
    const failing = pairs.get('failing');
    cluster.perform({
      kind: 'Cloud',
      settings: {
        ...cluster.cloud(),
        enabled: switched(line, 'on', 'off'),
        ...(delay !== undefined && { delay_ms: parseDuration(line, delay) }),
        ...(quota !== undefined && { quota: Number(quota) }),
        ...(source !== undefined && { source: source === 'rewrite' ? 'rewrite' : 'preserve' }),
        ...(failing !== undefined && { failing: failing === 'yes' }),
      },
    });
    return '';
  },
  node: ({ cluster }, line) => {
    cluster.perform({ kind: 'NodeDown', node: line.words[2] ?? '', down: switched(line, 'down', 'up') });
    return '';
  },
  fault: injectFault,
  heal: healFault,
  faults: listFaults,
  request: (scene, line) => requestsText(send(scene, line)),
  trace: (scene, line) => send(scene, line).requests.map(traceText).join('\n'),
  iptables: nodeTable,
  nftables: nodeTable,
  ip6tables: nodeTable,
  conntrack: nodeTable,
  routes: nodeTable,
  interfaces: nodeTable,
};

function switched(line: ScenarioLine, yes: string, no: string): boolean {
  if (line.words[1] !== yes && line.words[1] !== no)
    throw new ScenarioError(line, `${line.words[0]} is ${yes} or ${no}, not ${line.words[1]}`);
  return line.words[1] === yes;
}

function nodeTable({ cluster }: Scene, line: ScenarioLine): string {
  const [table, node, ...text] = line.words;
  const lines = cluster
    .nodeTableText(node, table as NodeTableName)
    .trimEnd()
    .split('\n');
  return lines.filter((row) => row.includes(text.join(' '))).join('\n');
}

function send({ cluster }: Scene, line: ScenarioLine): ReturnType<typeof cluster.send> {
  const count = optionalWordAfter(line, 'count');
  const host = optionalWordAfter(line, 'host');
  return cluster.send(
    SendRequest.parse({
      from: senderOf(line),
      to: wordAfter(line, 'to'),
      ...(count !== undefined && { count: Number(count) }),
      ...(host !== undefined && { headers: { Host: host } }),
    }),
  );
}

function senderOf(line: ScenarioLine): SendRequest['from'] {
  const sender = wordAfter(line, 'from');
  const [, kind, namespace, name] = /^(pod|node|outside)(?::(?:([^/]+)\/)?([^/]+))?$/.exec(sender) ?? [];
  if (kind === 'outside' && name === undefined) return { kind: 'External' };
  if (kind === 'node' && name !== undefined) return { kind: 'Node', name };
  if (kind === 'pod' && name !== undefined && namespace !== undefined)
    return { kind: 'Pod', namespace, name };
  throw new ScenarioError(line, `a sender is outside, node:NAME or pod:NAMESPACE/NAME, not ${sender}`);
}
