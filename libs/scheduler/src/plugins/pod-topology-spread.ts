import type { LabelSelector, TopologySpreadConstraint } from '@podlab/api';
import { controllerOf, matchesLabels, selectorFromLabelSelector } from '@podlab/apimachinery';
import { matchesRequiredNodeAffinity, untoleratedTaint } from '@podlab/client';
import { MAX_NODE_SCORE } from '../framework';
import type { Cycle, Plugin, PodSelector, Rejection, Scorer } from '../framework';
import type { NodeInfo, PodInfo } from '../node-info';

const HOSTNAME = 'kubernetes.io/hostname';
const UNEVEN = "node(s) didn't match pod topology spread constraints";
const TOO_SKEWED: Rejection = { reasons: [UNEVEN], unresolvable: false };
const NO_LABEL: Rejection = { reasons: [`${UNEVEN} (missing required label)`], unresolvable: true };

/** What pods without constraints of their own are spread by. Models systemDefaultConstraints. */
const DEFAULT_CONSTRAINTS: readonly TopologySpreadConstraint[] = [
  { topologyKey: HOSTNAME, whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 3 },
  { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 5 },
];

interface Spread extends TopologySpreadConstraint {
  readonly selector: PodSelector;
}

/** Spreads pods of a kind over topologies. Models pkg/scheduler/framework/plugins/podtopologyspread. */
export const podTopologySpread: Plugin = {
  name: 'PodTopologySpread',
  weight: 2,
  filter(cycle) {
    const spreads = ownSpreads(cycle.pod, 'DoNotSchedule');
    if (spreads.length === 0) return undefined;
    const domains = spreads.map((spread) => countDomains(cycle, spreads, spread));
    return (node) => {
      for (const [index, spread] of spreads.entries()) {
        const value = node.labels[spread.topologyKey];
        if (value === undefined) return NO_LABEL;
        const { counts, least } = domains[index];
        const self = spread.selector.matches(cycle.pod) ? 1 : 0;
        if ((counts.get(value) ?? 0) + self - least > spread.maxSkew) return TOO_SKEWED;
      }
      return undefined;
    };
  },
  score(cycle, feasible) {
    const own = (cycle.pod.pod.spec.topologySpreadConstraints ?? []).length > 0;
    const spreads = own ? ownSpreads(cycle.pod, 'ScheduleAnyway') : defaultSpreads(cycle);
    return spreads.length === 0 ? undefined : spreadScorer(cycle, feasible, spreads, own);
  },
};

function ownSpreads(pod: PodInfo, whenUnsatisfiable: string): Spread[] {
  return (pod.pod.spec.topologySpreadConstraints ?? [])
    .filter((constraint) => constraint.whenUnsatisfiable === whenUnsatisfiable)
    .map((constraint) => ({ ...constraint, selector: selectorOf(pod, constraint) }));
}

function selectorOf(
  pod: PodInfo,
  { labelSelector, matchLabelKeys = [] }: TopologySpreadConstraint,
): PodSelector {
  const added = Object.fromEntries(
    matchLabelKeys.filter((key) => key in pod.labels).map((key) => [key, pod.labels[key]]),
  );
  const whole: LabelSelector | undefined = labelSelector && {
    ...labelSelector,
    matchLabels: { ...labelSelector.matchLabels, ...added },
  };
  return podSelector(pod.namespace, whole);
}

function podSelector(namespace: string, selector: LabelSelector | undefined): PodSelector {
  const compiled = selectorFromLabelSelector(selector);
  return {
    id: `${namespace} ${JSON.stringify(compiled)}`,
    matches: (pod) => pod.namespace === namespace && matchesLabels(compiled, pod.labels),
  };
}

/** Spreads by what Services and the owner select. Models buildDefaultConstraints and helper.DefaultSelector. */
function defaultSpreads({ pod, world }: Cycle): Spread[] {
  const matchLabels: Record<string, string> = {};
  for (const { spec } of world.services.list(pod.namespace)) {
    if (selects(spec.selector, pod)) Object.assign(matchLabels, spec.selector);
  }
  const owner = controllerOf(pod.pod);
  const replicaSet = owner?.kind === 'ReplicaSet' && world.replicaSets.get(`${pod.namespace}/${owner.name}`);
  const owned: LabelSelector = replicaSet ? replicaSet.spec.selector : {};
  Object.assign(matchLabels, owned.matchLabels);
  if (Object.keys(matchLabels).length === 0 && !owned.matchExpressions?.length) return [];
  const selector = podSelector(pod.namespace, { matchLabels, matchExpressions: owned.matchExpressions });
  return DEFAULT_CONSTRAINTS.map((constraint) => ({ ...constraint, selector }));
}

/** Called for every Service of the namespace: allocates nothing. */
function selects(selector: Record<string, string> | undefined, { labels }: PodInfo): boolean {
  let pairs = 0;
  for (const key in selector) {
    if (labels[key] !== selector[key]) return false;
    pairs++;
  }
  return pairs > 0;
}

/** Pods by topology value over the nodes that count, and the least of them. */
function countDomains(
  { pod, nodes, world }: Cycle,
  spreads: readonly Spread[],
  spread: Spread,
): { counts: Map<string, number>; least: number } {
  const counts = new Map<string, number>();
  for (const node of nodes) {
    if (
      !spreads.every(({ topologyKey }) => node.labels[topologyKey] !== undefined) ||
      !included(pod, node, spread)
    )
      continue;
    const value = node.labels[spread.topologyKey];
    counts.set(value, (counts.get(value) ?? 0) + world.countMatching(node, spread.selector));
  }
  const tooFew = counts.size < (spread.minDomains ?? 1);
  return { counts, least: tooFew ? 0 : Math.min(...counts.values()) };
}

/** Models matchNodeInclusionPolicies: affinity is honoured and taints ignored unless the constraint says otherwise. */
function included(
  { pod }: PodInfo,
  node: NodeInfo,
  { nodeAffinityPolicy, nodeTaintsPolicy }: Spread,
): boolean {
  if (nodeAffinityPolicy !== 'Ignore' && !matchesRequiredNodeAffinity(pod, node)) return false;
  if (nodeTaintsPolicy !== 'Honor') return true;
  return !untoleratedTaint(node.node?.spec.taints, pod.spec.tolerations, ['NoSchedule', 'NoExecute']);
}

/** Models scoring.go: fewer pods of the kind in a node's domains are better, small topologies weigh less. */
function spreadScorer(
  cycle: Cycle,
  feasible: readonly NodeInfo[],
  spreads: readonly Spread[],
  needsAll: boolean,
): Scorer {
  const hasAll = (node: NodeInfo) =>
    !needsAll || spreads.every(({ topologyKey }) => topologyKey in node.labels);
  const scored = feasible.filter(hasAll);
  const domains = spreads.map((spread) => {
    if (spread.topologyKey === HOSTNAME) return undefined;
    const counts = new Map(scored.map((node) => [node.labels[spread.topologyKey] ?? '', 0]));
    for (const node of cycle.nodes) {
      const value = node.labels[spread.topologyKey] ?? '';
      const sum = counts.get(value);
      if (sum === undefined || !hasAll(node) || !included(cycle.pod, node, spread)) continue;
      counts.set(value, sum + cycle.world.countMatching(node, spread.selector));
    }
    return counts;
  });
  const weights = domains.map((counts) => Math.log((counts?.size ?? scored.length) + 2));
  return {
    score: (node) => {
      if (!hasAll(node)) return NOT_SCORED;
      let score = 0;
      for (const [index, spread] of spreads.entries()) {
        const value = node.labels[spread.topologyKey];
        if (value === undefined) continue;
        const count = domains[index]?.get(value) ?? cycle.world.countMatching(node, spread.selector);
        score += count * weights[index] + (spread.maxSkew - 1);
      }
      return Math.round(score);
    },
    normalize: normalizeSpread,
  };
}

const NOT_SCORED = -1;

function normalizeSpread(scores: number[]): void {
  const counted = scores.filter((score) => score !== NOT_SCORED);
  const least = Math.min(...counted);
  const most = Math.max(0, ...counted);
  for (const [index, score] of scores.entries()) {
    if (score === NOT_SCORED) scores[index] = 0;
    else
      scores[index] =
        most === 0 ? MAX_NODE_SCORE : Math.trunc((MAX_NODE_SCORE * (most + least - score)) / most);
  }
}
