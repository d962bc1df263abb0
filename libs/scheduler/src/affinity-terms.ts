import type { Namespace, Pod, PodAffinityTerm, WeightedPodAffinityTerm } from '@podlab/api';
import { matchesLabels, selectorFromLabelSelector } from '@podlab/apimachinery';
import type { Informer } from '@podlab/client';

type Labels = Readonly<Record<string, string>>;

/** One (anti-)affinity term, ready to match. Models pkg/scheduler/framework AffinityTerm. */
export interface AffinityTerm {
  readonly topologyKey: string;
  matches(
    pod: { readonly namespace: string; readonly labels: Labels },
    namespaces: Informer<Namespace>,
  ): boolean;
}

export type WeightedTerm = readonly [term: AffinityTerm, weight: number];

/** All terms of a pod. */
export interface AffinityTerms {
  readonly affinity: readonly AffinityTerm[];
  readonly antiAffinity: readonly AffinityTerm[];
  readonly preferredAffinity: readonly WeightedTerm[];
  readonly preferredAntiAffinity: readonly WeightedTerm[];
}

/** Undefined when the pod has no terms about other pods. */
export function affinityTerms(pod: Pod): AffinityTerms | undefined {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  if (!podAffinity && !podAntiAffinity) return undefined;
  const required = (terms: readonly PodAffinityTerm[] = []) => terms.map((term) => compile(term, pod));
  const preferred = (terms: readonly WeightedPodAffinityTerm[] = []) =>
    terms.map(({ weight, podAffinityTerm }): WeightedTerm => [compile(podAffinityTerm, pod), weight]);
  return {
    affinity: required(podAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    antiAffinity: required(podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    preferredAffinity: preferred(podAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
    preferredAntiAffinity: preferred(podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
  };
}

/** A term without namespaces means its pod's own. */
function compile(term: PodAffinityTerm, { metadata }: Pod): AffinityTerm {
  const own = metadata.labels ?? {};
  const selector = selectorFromLabelSelector(term.labelSelector);
  const ownNamespace = !term.namespaces?.length && !term.namespaceSelector;
  const named = new Set(ownNamespace ? [metadata.namespace ?? ''] : term.namespaces);
  const byLabel = term.namespaceSelector && selectorFromLabelSelector(term.namespaceSelector);
  const equal = (term.matchLabelKeys ?? []).filter((key) => Object.hasOwn(own, key));
  const different = (term.mismatchLabelKeys ?? []).filter((key) => Object.hasOwn(own, key));
  return {
    topologyKey: term.topologyKey,
    matches: ({ namespace, labels }, namespaces) =>
      (named.has(namespace) ||
        (byLabel !== undefined && matchesLabels(byLabel, namespaces.get(namespace)?.metadata.labels))) &&
      matchesLabels(selector, labels) &&
      equal.every((key) => labels[key] === own[key]) &&
      different.every((key) => labels[key] !== own[key]),
  };
}
