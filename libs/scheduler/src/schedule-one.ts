import type { Prng } from '@podlab/kernel';
import type { Cycle, Plugin, Rejection } from './framework';
import type { NodeInfo } from './node-info';

/** What became of one node in one pod's cycle. */
export type NodeVerdict =
  | {
      readonly node: string;
      readonly rejected_by: string;
      readonly reasons: readonly string[];
      readonly unresolvable: boolean;
    }
  | { readonly node: string; readonly scores: Readonly<Record<string, number>>; readonly total: number };

export interface Outcome {
  /** Undefined when no node can take the pod. */
  readonly chosen: string | undefined;
  /** Why no node can take the pod, where that is not a matter of nodes. */
  readonly preFilter?: string;
  /** All nodes, by name. */
  readonly verdicts: readonly NodeVerdict[];
  /** Plugins that turned at least one node down. */
  readonly rejectedBy: readonly string[];
}

/**
 * Filters all nodes, scores those that are left and takes the best; among equals chance decides.
 * Models pkg/scheduler/schedule_one.go schedulePod with percentageOfNodesToScore 100.
 */
export function scheduleOne(plugins: readonly Plugin[], cycle: Cycle, random: Prng): Outcome {
  const refused = preFilter(plugins, cycle);
  if (refused) return refused;
  const rejections = filterNodes(plugins, cycle);
  const feasible = cycle.nodes.filter((node) => !rejections.has(node));
  const scores = feasible.length > 1 ? scoreNodes(plugins, cycle, feasible) : new Map<NodeInfo, Scores>();
  const verdicts = cycle.nodes.map((node) => verdictOf(node, rejections.get(node), scores.get(node)));
  const rejectedBy = [...new Set([...rejections.values()].map(({ plugin }) => plugin))];
  return {
    chosen: feasible.length > 0 ? selectHost(feasible, scores, random).name : undefined,
    verdicts,
    rejectedBy,
  };
}

/** Models RunPreFilterPlugins: the first plugin that turns the pod down turns it down for all nodes. */
function preFilter(plugins: readonly Plugin[], cycle: Cycle): Outcome | undefined {
  for (const plugin of plugins) {
    const reason = plugin.preFilter?.(cycle);
    if (reason === undefined) continue;
    const verdicts = cycle.nodes.map(({ name }) => ({
      node: name,
      rejected_by: plugin.name,
      reasons: [reason],
      unresolvable: true,
    }));
    return { chosen: undefined, preFilter: reason, verdicts, rejectedBy: [plugin.name] };
  }
  return undefined;
}

interface Scores {
  byPlugin: Record<string, number>;
  total: number;
}

function filterNodes(
  plugins: readonly Plugin[],
  cycle: Cycle,
): Map<NodeInfo, { plugin: string; rejection: Rejection }> {
  const filters: { plugin: string; filter: (node: NodeInfo) => Rejection | undefined }[] = [];
  for (const plugin of plugins) {
    const filter = plugin.filter?.(cycle);
    if (filter) filters.push({ plugin: plugin.name, filter });
  }
  const rejections = new Map<NodeInfo, { plugin: string; rejection: Rejection }>();
  for (const node of cycle.nodes) {
    for (const { plugin, filter } of filters) {
      const rejection = filter(node);
      if (!rejection) continue;
      rejections.set(node, { plugin, rejection });
      break;
    }
  }
  return rejections;
}

function scoreNodes(
  plugins: readonly Plugin[],
  cycle: Cycle,
  feasible: readonly NodeInfo[],
): Map<NodeInfo, Scores> {
  const all = new Map<NodeInfo, Scores>(feasible.map((node) => [node, { byPlugin: {}, total: 0 }]));
  for (const { name, weight = 1, score } of plugins) {
    const scorer = score?.(cycle, feasible);
    if (!scorer) continue;
    const scores = feasible.map((node) => scorer.score(node));
    scorer.normalize?.(scores, feasible);
    for (const [index, node] of feasible.entries()) {
      const sum = all.get(node) as Scores;
      sum.byPlugin[name] = weight * scores[index];
      sum.total += weight * scores[index];
    }
  }
  return all;
}

/** Models selectHost. */
function selectHost(
  feasible: readonly NodeInfo[],
  scores: ReadonlyMap<NodeInfo, Scores>,
  random: Prng,
): NodeInfo {
  const total = (node: NodeInfo) => scores.get(node)?.total ?? 0;
  const highest = feasible.reduce((most, node) => Math.max(most, total(node)), -Infinity);
  const best = feasible.filter((node) => total(node) === highest);
  return best.length === 1 ? best[0] : best[random.integer(0, best.length - 1)];
}

function verdictOf(
  node: NodeInfo,
  rejected: { plugin: string; rejection: Rejection } | undefined,
  scores: Scores | undefined,
): NodeVerdict {
  if (!rejected) return { node: node.name, scores: scores?.byPlugin ?? {}, total: scores?.total ?? 0 };
  const { reasons, unresolvable } = rejected.rejection;
  return { node: node.name, rejected_by: rejected.plugin, reasons, unresolvable };
}
