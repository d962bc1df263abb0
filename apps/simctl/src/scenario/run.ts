import type { Pod } from '@podlab/api';
import { createCluster, type Cluster } from '@podlab/cluster';
import { ClusterCreate, nodeSpecifications } from '@podlab/contracts';
import { COMMANDS } from './commands';
import { KubeCallError } from './kube-call';
import { parseScenario, ScenarioError, type ScenarioLine } from './parse';

/** 2026-03-02T09:00:00Z: where every scenario begins, so that its transcript is the same for ever. */
const SCENARIO_EPOCH_MS = 1_772_442_000_000;

export interface ScenarioRun {
  readonly transcript: string;
  readonly cluster: Cluster;
}

/** Plays a scenario on a fresh cluster. The first command may be `cluster seed=… nodes=… cloud=on`. */
export function runScenario(text: string, seed?: string): ScenarioRun {
  const lines = parseScenario(text);
  const first = lines.find(({ words }) => words.length > 0);
  const own = first?.words[0] === 'cluster' ? first : undefined;
  const cluster = newCluster(own, seed);
  const blocks = lines.map((line) => (line === own ? `$ ${line.text}` : play(cluster, line)));
  return { transcript: `${blocks.join('\n\n')}\n`, cluster };
}

function newCluster(line: ScenarioLine | undefined, seed?: string): Cluster {
  const options = new Map((line?.words.slice(1) ?? []).map((word) => word.split('=') as [string, string]));
  const settings = ClusterCreate.parse({
    name: 'scenario',
    nodes: Number(options.get('nodes') ?? 3),
    cloud: { enabled: options.get('cloud') === 'on' },
  });
  const nodes = nodeSpecifications(settings.nodes);
  const chosen = seed ?? options.get('seed') ?? '42';
  const clock = { mode: 'paused', speed: 1 } as const;
  return createCluster({
    ...settings,
    id: 'scenario',
    seed: chosen,
    epoch_ms: SCENARIO_EPOCH_MS,
    nodes,
    clock,
  });
}

function play(cluster: Cluster, line: ScenarioLine): string {
  if (line.words.length === 0) return line.text;
  const command = COMMANDS[line.words[0]];
  if (!command) throw new ScenarioError(line.number, `no command ${line.words[0]}`);
  const shown = line.block === undefined ? `$ ${line.text}` : `$ ${line.text} <<END\n${line.block}\nEND`;
  const output = answerOf(cluster, command, {
    ...line,
    words: line.words.map((word) => resolvePods(cluster, word)),
  });
  return output ? `${shown}\n${output}` : shown;
}

function answerOf(cluster: Cluster, command: (typeof COMMANDS)[string], line: ScenarioLine): string {
  try {
    return command(cluster, line);
  } catch (error) {
    if (error instanceof KubeCallError) return `Error from server: ${error.message}`;
    throw error;
  }
}

/** `{lab06/app=nginx/0}` is the name of the first pod that the label finds; `.ip` after it is its address. */
function resolvePods(cluster: Cluster, word: string): string {
  return word.replace(
    /\{([^/}]+)\/([^/}]+)\/(\d+)\}(\.ip)?/g,
    (_, namespace: string, label: string, index: string, ip?: string) => {
      const [key, value] = label.split('=');
      const pods = cluster
        .list<Pod>('pods', namespace)
        .filter(({ metadata }) => metadata.labels?.[key] === value);
      const pod = pods[Number(index)];
      return (ip ? pod?.status?.podIP : pod?.metadata.name) ?? 'none';
    },
  );
}
