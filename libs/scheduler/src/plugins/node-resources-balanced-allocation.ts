import { MAX_NODE_SCORE } from '../framework';
import type { Plugin } from '../framework';

/** Prefers nodes whose CPU and memory are used alike. Models pkg/scheduler/framework/plugins/noderesources balanced_allocation.go. */
export const nodeResourcesBalancedAllocation: Plugin = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  score({ pod: { requests } }) {
    const cpu = requests.get('cpu') ?? 0;
    const memory = requests.get('memory') ?? 0;
    if (cpu === 0 && memory === 0) return undefined;
    return {
      score: ({ allocatable, requested }) => {
        const fractions = [
          fraction((requested.get('cpu') ?? 0) + cpu, allocatable.get('cpu') ?? 0),
          fraction((requested.get('memory') ?? 0) + memory, allocatable.get('memory') ?? 0),
        ].filter((each) => each !== undefined);
        const deviation = fractions.length === 2 ? Math.abs((fractions[0] - fractions[1]) / 2) : 0;
        return Math.trunc((1 - deviation) * MAX_NODE_SCORE);
      },
    };
  },
};

function fraction(requested: number, allocatable: number): number | undefined {
  return allocatable === 0 ? undefined : Math.min(1, requested / allocatable);
}
