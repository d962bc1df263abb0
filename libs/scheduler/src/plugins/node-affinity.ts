import { matchesNodeSelectorTerm } from '@podlab/apimachinery';
import { matchesRequiredNodeAffinity } from '@podlab/client';
import { normalizeToHighest } from '../framework';
import type { Plugin, Rejection } from '../framework';

const NO_MATCH: Rejection = {
  reasons: ["node(s) didn't match Pod's node affinity/selector"],
  unresolvable: true,
};

/** nodeSelector and node affinity. Models pkg/scheduler/framework/plugins/nodeaffinity. */
export const nodeAffinity: Plugin = {
  name: 'NodeAffinity',
  weight: 2,
  filter({ pod: { pod } }) {
    if (!pod.spec.nodeSelector && !pod.spec.affinity?.nodeAffinity) return undefined;
    return (node) => (matchesRequiredNodeAffinity(pod, node) ? undefined : NO_MATCH);
  },
  score({ pod: { pod } }) {
    const preferred = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    if (preferred.length === 0) return undefined;
    return {
      score: (node) =>
        preferred.reduce(
          (sum, { weight, preference }) => sum + (matchesNodeSelectorTerm(preference, node) ? weight : 0),
          0,
        ),
      normalize: (scores) => normalizeToHighest(scores, false),
    };
  },
};
