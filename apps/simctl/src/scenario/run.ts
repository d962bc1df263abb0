import { createCluster, type Cluster } from '@podlab/cluster';
import { ClusterCreate, nodeSpecifications, type Fix, type SendRequestBody } from '@podlab/contracts';
import { Refusal } from '@podlab/kernel';
import { COMMANDS } from './commands';
import { pairsOf, parseScenario, ScenarioError, type ScenarioLine } from './parse';

/** 2026-03-02T09:00:00Z: where every scenario begins, so that its transcript is the same for ever. */
const SCENARIO_EPOCH_MS = 1_772_442_000_000;

export interface ScenarioOptions {
  /** Instead of the scenario's own. */
  readonly seed?: string;
  /** The text of a file that the scenario names. */
  readonly read: (path: string) => string;
  /** Sees the fresh cluster before the first command. */
  readonly onStart?: (cluster: Cluster) => void;
  /** Takes over after each command with another cluster: the same one as far as the scenario can tell. */
  readonly between?: (cluster: Cluster) => Cluster;
}

export interface ScenarioRun {
  readonly transcript: string;
  readonly cluster: Cluster;
}

/** What a command may use beside its own line. */
export interface Scene {
  readonly cluster: Cluster;
  readonly read: (path: string) => string;
  readonly memory: Memory;
}

/** What a line may know of the lines before it. */
export interface Memory {
  /** The last request that failed, if there is a fix for it. */
  failed?: { readonly body: SendRequestBody; readonly fix: Fix };
  /** The started commands by their name in the scenario: sessions of the cluster. */
  readonly running: Map<string, number>;
}

/**
 * Plays a scenario on a fresh cluster; with `proxy=iptables,nftables` on one of each, and answers that differ stand side
 * by side. Throws {@link ScenarioError} for a line that makes no sense.
 */
export function runScenario(text: string, options: ScenarioOptions): ScenarioRun {
  const lines = parseScenario(text);
  const first = lines.find(({ words }) => words.length > 0);
  const own = first?.words[0] === 'cluster' ? first : undefined;
  const settings = pairsOf(own?.words ?? []);
  const [mode, other] = settings.get('proxy')?.split(',') ?? [];
  const { cluster, answers } = playAll(lines, own, inMode(settings, mode), options);
  if (other === undefined) return { transcript: transcriptOf(lines, answers), cluster };
  const { read, seed } = options;
  const second = playAll(lines, own, inMode(settings, other), { read, seed });
  const both = answers.map((answer, index) => sideBySide([mode, answer], [other, second.answers[index]]));
  return { transcript: transcriptOf(lines, both), cluster };
}

const inMode = (settings: ReadonlyMap<string, string>, mode: string | undefined): Map<string, string> =>
  new Map(
    [...settings].filter(([name]) => name !== 'proxy').concat(mode === undefined ? [] : [['proxy', mode]]),
  );

const sideBySide = ([mode, answer]: [string, string], [other, second]: [string, string]): string =>
  answer === second
    ? answer
    : [`[${mode}]`, answer, `[${other}]`, second].filter((text) => text !== '').join('\n');

/** Each line's answer, on a cluster of its own. */
function playAll(
  lines: readonly ScenarioLine[],
  own: ScenarioLine | undefined,
  settings: ReadonlyMap<string, string>,
  options: ScenarioOptions,
): { cluster: Cluster; answers: string[] } {
  const values = new Map<string, string>();
  const memory: Memory = { running: new Map() };
  let cluster = newCluster(settings, options.seed);
  options.onStart?.(cluster);
  const answers = lines.map((line) => {
    if (line.words.length === 0 || line === own) return '';
    const answer = play({ cluster, read: options.read, memory }, line, values);
    cluster = options.between?.(cluster) ?? cluster;
    return answer;
  });
  return { cluster, answers };
}

function transcriptOf(lines: readonly ScenarioLine[], answers: readonly string[]): string {
  const blocks = lines.map(({ words, text }, index) => {
    if (words.length === 0) return text;
    return answers[index] === '' ? `$ ${text}` : `$ ${text}\n${answers[index]}`;
  });
  return `${joined(lines, blocks)}\n`;
}

/** Lines of prose that follow one another are one paragraph. */
function joined(lines: readonly ScenarioLine[], blocks: readonly string[]): string {
  const isProse = (index: number) => lines[index].words.length === 0;
  return blocks
    .map((block, index) => (index === 0 ? '' : isProse(index) && isProse(index - 1) ? '\n' : '\n\n') + block)
    .join('');
}

function newCluster(options: ReadonlyMap<string, string>, seed: string | undefined): Cluster {
  const settings = ClusterCreate.parse({
    nodes: Number(options.get('nodes') ?? 3),
    kube_proxy: { mode: options.get('proxy') },
    cloud: { enabled: options.get('cloud') === 'on' },
    ...(options.has('ingress') && { ingress_controller: { enabled: options.get('ingress') === 'on' } }),
    ...(options.has('families') && { ip_families: options.get('families')?.split(',') }),
  });
  const { service_cidr, pod_cidr, kube_proxy, cloud, ingress_controller, world, images } = settings;
  return createCluster({
    id: 'scenario',
    seed: seed ?? options.get('seed') ?? '42',
    epoch_ms: SCENARIO_EPOCH_MS,
    nodes: nodeSpecifications(settings.nodes),
    service_cidr,
    pod_cidr,
    kube_proxy,
    cloud,
    ...(ingress_controller && { ingress_controller }),
    world,
    images,
    clock: { mode: 'paused', speed: 1 },
  });
}

/** What a command answers. */
function play(scene: Scene, line: ScenarioLine, values: Map<string, string>): string {
  const command = COMMANDS[line.words[0]];
  if (!command) throw new ScenarioError(line, `there is no command ${line.words[0]}`);
  const words = line.words.map((word) => withValues(line, word, values));
  const output = answerOf(() => command(scene, { ...line, words }));
  if (line.variable !== undefined) values.set(line.variable, output);
  return output;
}

/** What the cluster refuses is an answer too. */
function answerOf(act: () => string): string {
  try {
    return act();
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

function withValues(line: ScenarioLine, word: string, values: ReadonlyMap<string, string>): string {
  return word.replace(/\$([A-Z]\w*)/g, (_, name: string) => {
    const value = values.get(name);
    if (value === undefined) throw new ScenarioError(line, `$${name} has no value`);
    return value;
  });
}
