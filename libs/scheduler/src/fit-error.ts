import type { Pod } from '@podlab/api';
import type { NodeVerdict } from './schedule-one';

/** What a pod hears for which no node is fit. Models pkg/scheduler/framework FitError.Error. */
export function fitError(pod: Pod, verdicts: readonly NodeVerdict[], preFilter?: string): string {
  if (verdicts.length === 0) return 'no nodes available to schedule pods';
  const reasons = verdicts.flatMap((verdict) => ('reasons' in verdict ? verdict.reasons : []));
  const filtered = `0/${verdicts.length} nodes are available: ${preFilter ?? histogram(reasons)}.`;
  // The claims of dynamic resources and preemption answer as upstream's do where neither can help: nothing is evicted here.
  return `${filtered} no new claims to deallocate, preemption: ${preemptionError(pod, verdicts)}`;
}

/** Models pkg/scheduler/framework/preemption Evaluator.Preempt without victims. */
function preemptionError({ spec }: Pod, verdicts: readonly NodeVerdict[]): string {
  if (spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const reasons = verdicts.map((verdict) =>
    'unresolvable' in verdict && verdict.unresolvable
      ? 'Preemption is not helpful for scheduling'
      : 'No preemption victims found for incoming pod',
  );
  return `0/${verdicts.length} nodes are available: ${histogram(reasons)}.`;
}

function histogram(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(', ');
}
