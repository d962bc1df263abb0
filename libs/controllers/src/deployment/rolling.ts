import type { ReplicaSet } from '@podlab/api';
import {
  maxUnavailableOf,
  newReplicaSetSize,
  replicasOf,
  totalAvailable,
  totalReplicas,
} from './replica-counts';
import type { Rollout } from './rollout';
import { isActive, scaleIfNeeded } from './scale';

/**
 * One step of a rolling update: first the new ReplicaSet up, then the old ones down, never below what must be available.
 * Says whether anything was scaled. Models k8s.io/kubernetes pkg/controller/deployment/rolling.go rolloutRolling.
 */
export function rollOn(rollout: Rollout, newest: ReplicaSet, old: readonly ReplicaSet[]): boolean {
  const all = [...old, newest];
  return growNew(rollout, newest, all) || shrinkOld(rollout, newest, old.filter(isActive));
}

function growNew(rollout: Rollout, newest: ReplicaSet, all: readonly ReplicaSet[]): boolean {
  const { deployment } = rollout;
  const desired = replicasOf(deployment);
  const current = replicasOf(newest);
  if (current === desired) return false;
  const size = current > desired ? desired : newReplicaSetSize(deployment, all, current);
  return scaleIfNeeded(rollout, newest, size);
}

/** Models reconcileOldReplicaSets. */
function shrinkOld(rollout: Rollout, newest: ReplicaSet, old: readonly ReplicaSet[]): boolean {
  if (totalReplicas(old) === 0) return false;
  const { deployment } = rollout;
  const minimum = replicasOf(deployment) - maxUnavailableOf(deployment);
  const newUnavailable = replicasOf(newest) - (newest.status?.availableReplicas ?? 0);
  const mayGo = totalReplicas([...old, newest]) - minimum - newUnavailable;
  if (mayGo <= 0) return false;
  const spare = totalAvailable([...old, newest]) - minimum;
  const [healthy, removed] = shrink(rollout, old, mayGo, (replicaSet) => {
    return replicasOf(replicaSet) - (replicaSet.status?.availableReplicas ?? 0);
  });
  const [, shrunk] = shrink(rollout, healthy, spare, replicasOf);
  return removed || shrunk;
}

/**
 * Takes up to `limit` pods from `old`, oldest first, at most `removable` from each. Called first for pods that are not
 * available, since nobody misses them (models cleanupUnhealthyReplicas), then for the others (models
 * scaleDownOldReplicaSetsForRollingUpdate). Returns the ReplicaSets as they are now, and whether any was scaled.
 */
function shrink(
  rollout: Rollout,
  old: readonly ReplicaSet[],
  limit: number,
  removable: (replicaSet: ReplicaSet) => number,
): [ReplicaSet[], boolean] {
  let left = limit;
  let scaled = false;
  const now = old.map((replicaSet) => {
    const gone = Math.min(left, removable(replicaSet));
    if (gone <= 0) return replicaSet;
    left -= gone;
    scaled = scaleIfNeeded(rollout, replicaSet, replicasOf(replicaSet) - gone) || scaled;
    return rollout.current(replicaSet);
  });
  return [now, scaled];
}
