import type { Pod, ReplicaSet } from '@podlab/api';
import type { Rollout } from './rollout';
import { isActive, scaleIfNeeded } from './scale';

/** Models k8s.io/kubernetes pkg/controller/deployment/recreate.go. */

/** Takes all old ReplicaSets down; says whether there was anything to take down. */
export function scaleDownOld(rollout: Rollout, old: readonly ReplicaSet[]): boolean {
  let scaled = false;
  for (const replicaSet of old.filter(isActive)) scaled = scaleIfNeeded(rollout, replicaSet, 0) || scaled;
  return scaled;
}

/** Whether a pod of an old ReplicaSet may still run. Models oldPodsRunning. */
export function oldPodsRunning(
  newest: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
  podsOf: (replicaSet: ReplicaSet) => readonly Pod[],
): boolean {
  if (old.some(({ status }) => (status?.replicas ?? 0) > 0)) return true;
  const others = old.filter(({ metadata }) => metadata.uid !== newest?.metadata.uid);
  return others.some((replicaSet) =>
    podsOf(replicaSet).some(({ status }) => status?.phase !== 'Failed' && status?.phase !== 'Succeeded'),
  );
}
