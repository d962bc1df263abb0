import type { Pod, Taint, Toleration } from '@podlab/api';
import { parseRfc3339 } from '@podlab/kernel';

/**
 * When a pod has to leave a node with these taints, in virtual ms since the Unix epoch: 0 is now, undefined never.
 * Models k8s.io/kubernetes pkg/controller/tainteviction processPodOnNode and getMinTolerationTime.
 */
export function evictionTime(pod: Pod, taints: readonly Taint[]): number | undefined {
  let earliest: number | undefined;
  for (const taint of taints) {
    if (taint.effect !== 'NoExecute') continue;
    const tolerations = (pod.spec.tolerations ?? []).filter((toleration) => tolerates(toleration, taint));
    if (tolerations.length === 0) return 0;
    const seconds = tolerations
      .map(({ tolerationSeconds }) => tolerationSeconds)
      .filter((each) => each !== undefined);
    if (seconds.length === 0) continue;
    const since = taint.timeAdded ? parseRfc3339(taint.timeAdded) : 0;
    const due = since + Math.max(0, Math.min(...seconds)) * 1000;
    earliest = Math.min(earliest ?? due, due);
  }
  return earliest;
}

/** Models k8s.io/api core/v1 Toleration.ToleratesTaint. */
function tolerates({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  if ((effect && effect !== taint.effect) || (key && key !== taint.key)) return false;
  return operator === 'Exists' || (value ?? '') === (taint.value ?? '');
}
