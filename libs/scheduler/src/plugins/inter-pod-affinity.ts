import type { AffinityTerm } from '../affinity-terms';
import { MAX_NODE_SCORE } from '../framework';
import type { Cycle, Plugin, Rejection } from '../framework';
import type { NodeInfo, PodInfo } from '../node-info';

const EXISTING_ANTI_AFFINITY: Rejection = {
  reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"],
  unresolvable: false,
};
const AFFINITY: Rejection = { reasons: ["node(s) didn't match pod affinity rules"], unresolvable: true };
const ANTI_AFFINITY: Rejection = {
  reasons: ["node(s) didn't match pod anti-affinity rules"],
  unresolvable: false,
};

/** What a required affinity of a pod that runs is worth to one it selects. Models HardPodAffinityWeight. */
const HARD_AFFINITY_WEIGHT = 1;

/** Pods near to or far from others. Models pkg/scheduler/framework/plugins/interpodaffinity. */
export const interPodAffinity: Plugin = {
  name: 'InterPodAffinity',
  weight: 2,
  filter(cycle) {
    const { pod, world } = cycle;
    if (!pod.terms && world.podsWithAffinity() === 0) return undefined;
    const { affinity = [], antiAffinity = [] } = pod.terms ?? {};
    const refusedBy = domainsThatRefuse(cycle);
    if (affinity.length + antiAffinity.length + refusedBy.size === 0) return undefined;
    const likesAll = (other: PodInfo) => affinity.every((term) => term.matches(other, world.namespaces));
    const near = affinity.map(({ topologyKey }) => domainsWith(cycle, topologyKey, likesAll));
    const far = antiAffinity.map((term) =>
      domainsWith(cycle, term.topologyKey, (other) => term.matches(other, world.namespaces)),
    );
    const isFirst = near.every((domains) => domains.size === 0) && likesAll(pod);
    return ({ labels }) => {
      const within = (term: AffinityTerm, domains: ReadonlySet<string>) =>
        domains.has(labels[term.topologyKey] ?? '');
      if (affinity.some(({ topologyKey }) => labels[topologyKey] === undefined)) return AFFINITY;
      if (!isFirst && affinity.some((term, index) => !within(term, near[index]))) return AFFINITY;
      if (antiAffinity.some((term, index) => within(term, far[index]))) return ANTI_AFFINITY;
      for (const [key, values] of refusedBy) if (values.has(labels[key] ?? '')) return EXISTING_ANTI_AFFINITY;
      return undefined;
    };
  },
  score(cycle) {
    const { terms } = cycle.pod;
    const prefers = (terms?.preferredAffinity.length ?? 0) + (terms?.preferredAntiAffinity.length ?? 0) > 0;
    if (!prefers && cycle.world.podsWithAffinity() === 0) return undefined;
    const weights = weighDomains(cycle);
    if (weights.size === 0) return undefined;
    return {
      score: ({ labels }) => {
        let sum = 0;
        for (const [key, values] of weights) sum += values.get(labels[key] ?? '') ?? 0;
        return sum;
      },
      normalize: normalizeRange,
    };
  },
};

/** Values of a topology key on whose nodes a pod matches. */
function domainsWith({ nodes }: Cycle, topologyKey: string, matches: (pod: PodInfo) => boolean): Set<string> {
  const domains = new Set<string>();
  for (const node of nodes) {
    const value = node.labels[topologyKey];
    if (value !== undefined && !domains.has(value) && [...node.pods.values()].some(matches))
      domains.add(value);
  }
  return domains;
}

/** Topology values, by key, in which a pod that runs does not want this one. */
function domainsThatRefuse({ pod, nodes, world }: Cycle): Map<string, Set<string>> {
  const refused = new Map<string, Set<string>>();
  for (const node of nodes) {
    for (const { terms } of node.withAffinity?.values() ?? []) {
      for (const term of terms?.antiAffinity ?? []) {
        const value = node.labels[term.topologyKey];
        if (value === undefined || !term.matches(pod, world.namespaces)) continue;
        refused.set(term.topologyKey, (refused.get(term.topologyKey) ?? new Set()).add(value));
      }
    }
  }
  return refused;
}

/**
 * The sum of preferences for each topology value, of this pod for others and of others for it.
 * Models scoring.go processExistingPod.
 */
function weighDomains({ pod, nodes, world }: Cycle): Map<string, Map<string, number>> {
  const weights = new Map<string, Map<string, number>>();
  const add = (node: NodeInfo, other: PodInfo, term: AffinityTerm, weight: number) => {
    const value = node.labels[term.topologyKey];
    if (value === undefined || !term.matches(other, world.namespaces)) return;
    const values = weights.get(term.topologyKey) ?? new Map<string, number>();
    weights.set(term.topologyKey, values.set(value, (values.get(value) ?? 0) + weight));
  };
  const { preferredAffinity = [], preferredAntiAffinity = [] } = pod.terms ?? {};
  const prefers = preferredAffinity.length + preferredAntiAffinity.length > 0;
  for (const node of nodes) {
    for (const existing of prefers ? node.pods.values() : []) {
      for (const [term, weight] of preferredAffinity) add(node, existing, term, weight);
      for (const [term, weight] of preferredAntiAffinity) add(node, existing, term, -weight);
    }
    for (const { terms } of node.withAffinity?.values() ?? []) {
      for (const term of terms?.affinity ?? []) add(node, pod, term, HARD_AFFINITY_WEIGHT);
      for (const [term, weight] of terms?.preferredAffinity ?? []) add(node, pod, term, weight);
      for (const [term, weight] of terms?.preferredAntiAffinity ?? []) add(node, pod, term, -weight);
    }
  }
  return weights;
}

function normalizeRange(scores: number[]): void {
  const least = Math.min(...scores);
  const range = Math.max(...scores) - least;
  for (const [index, score] of scores.entries()) {
    scores[index] = range === 0 ? 0 : Math.trunc((MAX_NODE_SCORE * (score - least)) / range);
  }
}
