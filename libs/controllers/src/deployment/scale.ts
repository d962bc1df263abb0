import type { ReplicaSet } from '@podlab/api';
import { equalJson } from '@podlab/kernel';
import { desiredReplicas, replicasAnnotations } from './annotations';
import { isRollingUpdate, maxSurgeOf, proportionOf, replicasOf, totalReplicas } from './replica-counts';
import { byAge } from './rollout';
import type { Rollout } from './rollout';

/** Models scale and scaleReplicaSet in k8s.io/kubernetes pkg/controller/deployment/sync.go. */

export function isActive(replicaSet: ReplicaSet): boolean {
  return replicasOf(replicaSet) > 0;
}

/** Sets a ReplicaSet's size and its notes of the Deployment's; says whether the size changed. */
export function scaleReplicaSet(rollout: Rollout, replicaSet: ReplicaSet, size: number): boolean {
  const { deployment, context } = rollout;
  const desired = replicasOf(deployment);
  const annotations = {
    ...replicaSet.metadata.annotations,
    ...replicasAnnotations(desired, desired + maxSurgeOf(deployment)),
  };
  const before = replicasOf(replicaSet);
  if (before === size && equalJson(annotations, replicaSet.metadata.annotations)) return false;
  const metadata = { ...replicaSet.metadata, annotations };
  const draft = { ...replicaSet, metadata, spec: { ...replicaSet.spec, replicas: size } };
  rollout.replaced(context.client.update('replicasets.apps', draft));
  if (before === size) return false;
  const direction = before < size ? 'up' : 'down';
  const message = `Scaled ${direction} replica set ${replicaSet.metadata.name} from ${before} to ${size}`;
  rollout.event('Normal', 'ScalingReplicaSet', message);
  return true;
}

/** Scales one ReplicaSet when its size differs, and only then. Models scaleReplicaSetAndRecordEvent. */
export function scaleIfNeeded(rollout: Rollout, replicaSet: ReplicaSet, size: number): boolean {
  return replicasOf(replicaSet) !== size && scaleReplicaSet(rollout, replicaSet, size);
}

/** The Deployment's size was changed since its active ReplicaSets were told it. Models isScalingEvent. */
export function isScalingEvent({ deployment, replicaSets }: Rollout): boolean {
  return replicaSets.filter(isActive).some((replicaSet) => {
    const desired = desiredReplicas(replicaSet);
    return desired !== undefined && desired !== replicasOf(deployment);
  });
}

/** Brings the size to the Deployment's, all active ReplicaSets in proportion when there are several. Models scale. */
export function scale(rollout: Rollout, newest: ReplicaSet | undefined, old: readonly ReplicaSet[]): void {
  const { deployment } = rollout;
  const desired = replicasOf(deployment);
  const only = activeOrLatest(newest, old);
  if (only) {
    scaleIfNeeded(rollout, only, desired);
    return;
  }
  if (newest && isSaturated(rollout, newest)) {
    for (const replicaSet of old.filter(isActive)) scaleIfNeeded(rollout, replicaSet, 0);
    return;
  }
  if (isRollingUpdate(deployment))
    scaleProportionally(rollout, [...old, ...(newest ? [newest] : [])].filter(isActive));
}

/** The one to scale when at most one is active. Models FindActiveOrLatest. */
function activeOrLatest(newest: ReplicaSet | undefined, old: readonly ReplicaSet[]): ReplicaSet | undefined {
  const active = [...old, ...(newest ? [newest] : [])].filter(isActive);
  if (active.length > 1) return undefined;
  return active[0] ?? newest ?? [...old].sort(byAge).at(-1);
}

/** Models IsSaturated. */
function isSaturated({ deployment }: Rollout, newest: ReplicaSet): boolean {
  const desired = replicasOf(deployment);
  return (
    desiredReplicas(newest) === desired &&
    replicasOf(newest) === desired &&
    (newest.status?.availableReplicas ?? 0) === desired
  );
}

function scaleProportionally(rollout: Rollout, active: readonly ReplicaSet[]): void {
  const { deployment } = rollout;
  const desired = replicasOf(deployment);
  const allowed = desired > 0 ? desired + maxSurgeOf(deployment) : 0;
  const toAdd = allowed - totalReplicas(active);
  const growing = toAdd > 0;
  const sorted = [...active].sort((a, b) => {
    const bySize = growing ? replicasOf(b) - replicasOf(a) : replicasOf(a) - replicasOf(b);
    return bySize || (growing ? byAge(b, a) : byAge(a, b));
  });
  let added = 0;
  const sizes = sorted.map((replicaSet) => {
    const share = proportionOf(replicaSet, deployment, toAdd, added);
    added += share;
    return replicasOf(replicaSet) + share;
  });
  if (sizes.length > 0) sizes[0] = Math.max(0, sizes[0] + toAdd - added);
  sorted.forEach((replicaSet, index) => scaleReplicaSet(rollout, replicaSet, sizes[index]));
}
