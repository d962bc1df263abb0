import type { PodAffinityTerm, WeightedPodAffinityTerm } from '@podlab/api';
import { matchesLabels, selectorFromLabelSelector } from '@podlab/apimachinery';
import { MAX_NODE_SCORE } from '../framework';
import type { Cycle, Plugin, Rejection, World } from '../framework';
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

type Term = Pick<PodAffinityTerm, 'topologyKey'> & { matches(pod: PodInfo): boolean };

/** Pods near to or far from others. Models pkg/scheduler/framework/plugins/interpodaffinity. */
export const interPodAffinity: Plugin = {
  name: 'InterPodAffinity',
  weight: 2,
  filter(cycle) {
    const { pod, world } = cycle;
    if (!pod.hasAffinity && world.podsWithAffinity() === 0) return undefined;
    const affinity = termsOf(pod, 'podAffinity', world);
    const antiAffinity = termsOf(pod, 'podAntiAffinity', world);
    const refusedBy = domainsThatRefuse(cycle);
    const near = affinity.map((term) =>
      domainsWith(cycle, term.topologyKey, (each) => affinity.every((t) => t.matches(each))),
    );
    const far = antiAffinity.map((term) => domainsWith(cycle, term.topologyKey, term.matches));
    const isFirst =
      near.every((domains) => domains.size === 0) && affinity.every((term) => term.matches(pod));
    return ({ labels }) => {
      const within = (term: Term, domains: ReadonlySet<string>) =>
        domains.has(labels[term.topologyKey] ?? '');
      if (affinity.some(({ topologyKey }) => labels[topologyKey] === undefined)) return AFFINITY;
      if (!isFirst && affinity.some((term, index) => !within(term, near[index]))) return AFFINITY;
      if (antiAffinity.some((term, index) => within(term, far[index]))) return ANTI_AFFINITY;
      for (const [key, values] of refusedBy) if (values.has(labels[key] ?? '')) return EXISTING_ANTI_AFFINITY;
      return undefined;
    };
  },
  score(cycle) {
    const { pod, world } = cycle;
    const preferred = pod.pod.spec.affinity;
    const hasPreferred =
      preferred?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution?.length ||
      preferred?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution?.length;
    if (!hasPreferred && world.podsWithAffinity() === 0) return undefined;
    const weights = weighDomains(cycle);
    if (weights.size === 0) return undefined;
    return {
      score: ({ labels }) => {
        let sum = 0;
        for (const [key, values] of weights) sum += values.get(labels[key] ?? '') ?? 0;
        return sum;
      },
      normalize: (scores) => normalizeRange(scores),
    };
  },
};

function termsOf(pod: PodInfo, kind: 'podAffinity' | 'podAntiAffinity', world: World): Term[] {
  const terms = pod.pod.spec.affinity?.[kind]?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return terms.map((term) => compile(term, pod, world));
}

function weightedTermsOf(
  pod: PodInfo,
  kind: 'podAffinity' | 'podAntiAffinity',
  world: World,
): [Term, number][] {
  const terms: WeightedPodAffinityTerm[] =
    pod.pod.spec.affinity?.[kind]?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return terms.map(({ weight, podAffinityTerm }) => [compile(podAffinityTerm, pod, world), weight]);
}

/** A term ready to match; without namespaces it means its pod's own. */
function compile(term: PodAffinityTerm, owner: PodInfo, world: World): Term {
  const selector = selectorFromLabelSelector(term.labelSelector);
  const own = !term.namespaces?.length && !term.namespaceSelector;
  const namespaces = new Set(own ? [owner.namespace] : term.namespaces);
  const byLabel = term.namespaceSelector && selectorFromLabelSelector(term.namespaceSelector);
  const equal = (term.matchLabelKeys ?? []).filter((key) => key in owner.labels);
  const different = (term.mismatchLabelKeys ?? []).filter((key) => key in owner.labels);
  const inNamespace = (name: string) =>
    namespaces.has(name) ||
    (byLabel !== undefined && matchesLabels(byLabel, world.namespaces.get(name)?.metadata.labels ?? {}));
  return {
    topologyKey: term.topologyKey,
    matches: ({ namespace, labels }) =>
      inNamespace(namespace) &&
      matchesLabels(selector, labels) &&
      equal.every((key) => labels[key] === owner.labels[key]) &&
      different.every((key) => labels[key] !== owner.labels[key]),
  };
}

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
  for (const { node, existing } of podsWithAffinity(nodes)) {
    for (const term of termsOf(existing, 'podAntiAffinity', world)) {
      const value = node.labels[term.topologyKey];
      if (value === undefined || !term.matches(pod)) continue;
      const values = refused.get(term.topologyKey) ?? new Set();
      refused.set(term.topologyKey, values.add(value));
    }
  }
  return refused;
}

function* podsWithAffinity(nodes: readonly NodeInfo[]): Generator<{ node: NodeInfo; existing: PodInfo }> {
  for (const node of nodes) {
    if (node.podsWithAffinity === 0) continue;
    for (const existing of node.pods.values()) if (existing.hasAffinity) yield { node, existing };
  }
}

/** The sum of preferences for each topology value, of this pod for others and of others for it. Models scoring.go processExistingPod. */
function weighDomains({ pod, nodes, world }: Cycle): Map<string, Map<string, number>> {
  const weights = new Map<string, Map<string, number>>();
  const add = (node: NodeInfo, { topologyKey }: Term, weight: number) => {
    const value = node.labels[topologyKey];
    if (value === undefined) return;
    const values = weights.get(topologyKey) ?? new Map<string, number>();
    weights.set(topologyKey, values.set(value, (values.get(value) ?? 0) + weight));
  };
  const wanted = weightedTermsOf(pod, 'podAffinity', world);
  const unwanted = weightedTermsOf(pod, 'podAntiAffinity', world);
  for (const node of wanted.length + unwanted.length > 0 ? nodes : []) {
    for (const existing of node.pods.values()) {
      for (const [term, weight] of wanted) if (term.matches(existing)) add(node, term, weight);
      for (const [term, weight] of unwanted) if (term.matches(existing)) add(node, term, -weight);
    }
  }
  for (const { node, existing } of podsWithAffinity(nodes)) {
    for (const term of termsOf(existing, 'podAffinity', world))
      if (term.matches(pod)) add(node, term, HARD_AFFINITY_WEIGHT);
    for (const [term, weight] of weightedTermsOf(existing, 'podAffinity', world))
      if (term.matches(pod)) add(node, term, weight);
    for (const [term, weight] of weightedTermsOf(existing, 'podAntiAffinity', world)) {
      if (term.matches(pod)) add(node, term, -weight);
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
