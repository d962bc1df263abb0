import { ProxyMode, type NodeTableName } from '@podlab/contracts';
import { kubectl } from '../kubectl/kubectl';
import { exec, start, stop } from './exec';
import { pairsOf, parseDuration, ScenarioError, type ScenarioLine } from './parse';
import { healFault, injectFault, listFaults } from './faults';
import { fix, matrix, request, trace } from './send';
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
  request,
  trace,
  matrix,
  fix,
  exec,
  start,
  stop,
  iptables: nodeTable,
  ip6tables: nodeTable,
  nftables: nodeTable,
  conntrack: nodeTable,
  routes: nodeTable,
  interfaces: nodeTable,
  rules({ cluster }, line) {
    const [, node, mode, ...text] = line.words;
    const parsed = ProxyMode.safeParse(mode);
    if (!parsed.success) throw new ScenarioError(line, parsed.error.issues[0].message);
    return linesWith(cluster.nodeRulesText(node, parsed.data), text);
  },
};

function switched(line: ScenarioLine, yes: string, no: string): boolean {
  if (line.words[1] !== yes && line.words[1] !== no)
    throw new ScenarioError(line, `${line.words[0]} is ${yes} or ${no}, not ${line.words[1]}`);
  return line.words[1] === yes;
}

function nodeTable({ cluster }: Scene, line: ScenarioLine): string {
  const [table, node, ...text] = line.words;
  return linesWith(cluster.nodeTableText(node, table as NodeTableName), text);
}

const linesWith = (table: string, words: readonly string[]): string =>
  table
    .trimEnd()
    .split('\n')
    .filter((row) => row.includes(words.join(' ')))
    .join('\n');
