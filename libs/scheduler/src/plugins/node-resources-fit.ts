import { MAX_NODE_SCORE } from '../framework';
import type { Plugin, Rejection } from '../framework';
import type { NodeInfo, PodInfo } from '../node-info';

/** Room for the pod, and the emptier node first. Models pkg/scheduler/framework/plugins/noderesources fit.go, least_allocated.go. */
export const nodeResourcesFit: Plugin = {
  name: 'NodeResourcesFit',
  weight: 1,
  filter({ pod }) {
    return (node) => insufficient(pod, node);
  },
  score({ pod }) {
    return {
      score: ({ allocatable, nonZero }) => {
        const cpu = leastRequested(nonZero.cpu + pod.nonZero.cpu, allocatable.get('cpu') ?? 0);
        const memory = leastRequested(nonZero.memory + pod.nonZero.memory, allocatable.get('memory') ?? 0);
        return Math.trunc((cpu + memory) / 2);
      },
    };
  },
};

function insufficient({ requests }: PodInfo, node: NodeInfo): Rejection | undefined {
  let reasons: string[] | undefined;
  let unresolvable = false;
  if (node.pods.size + 1 > (node.allocatable.get('pods') ?? 0)) reasons = ['Too many pods'];
  for (const [name, amount] of requests) {
    if (amount === 0) continue;
    const allocatable = node.allocatable.get(name) ?? 0;
    if (amount <= allocatable - (node.requested.get(name) ?? 0)) continue;
    (reasons ??= []).push(`Insufficient ${name}`);
    unresolvable ||= amount > allocatable;
  }
  return reasons && { reasons, unresolvable };
}

function leastRequested(requested: number, capacity: number): number {
  if (capacity === 0 || requested > capacity) return 0;
  return Math.trunc(((capacity - requested) * MAX_NODE_SCORE) / capacity);
}
