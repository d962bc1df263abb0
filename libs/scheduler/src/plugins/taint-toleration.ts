import { normalizeToHighest } from '../framework';
import type { Plugin, Rejection } from '../framework';
import { tolerates, untoleratedTaint } from '@podlab/client';

const UNTOLERATED: Rejection = { reasons: ['node(s) had untolerated taint(s)'], unresolvable: true };
const REPELLING = ['NoSchedule', 'NoExecute'];

/** Models pkg/scheduler/framework/plugins/tainttoleration; the text is that of Kubernetes 1.35 and later. */
export const taintToleration: Plugin = {
  name: 'TaintToleration',
  weight: 3,
  filter({ pod: { pod } }) {
    const { tolerations } = pod.spec;
    return ({ node }) =>
      untoleratedTaint(node?.spec.taints, tolerations, REPELLING) ? UNTOLERATED : undefined;
  },
  score({ pod: { pod } }) {
    const tolerations = (pod.spec.tolerations ?? []).filter(
      ({ effect }) => !effect || effect === 'PreferNoSchedule',
    );
    return {
      score: ({ node }) => {
        const soft = (node?.spec.taints ?? []).filter(({ effect }) => effect === 'PreferNoSchedule');
        return soft.filter((taint) => !tolerations.some((toleration) => tolerates(toleration, taint))).length;
      },
      normalize: (scores) => normalizeToHighest(scores, true),
    };
  },
};
