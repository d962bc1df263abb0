import type { Deployment, ReplicaSet } from '@podlab/api';
import { scaledIntOrPercent } from '@podlab/apimachinery';
import { maxReplicas } from './annotations';

/** Arithmetic of a rollout. Models k8s.io/kubernetes pkg/controller/deployment/util/deployment_util.go. */

export function replicasOf(object: Deployment | ReplicaSet): number {
  return object.spec.replicas ?? 1;
}

export function totalReplicas(replicaSets: readonly ReplicaSet[]): number {
  return replicaSets.reduce((sum, replicaSet) => sum + replicasOf(replicaSet), 0);
}

export function totalAvailable(replicaSets: readonly ReplicaSet[]): number {
  return replicaSets.reduce((sum, { status }) => sum + (status?.availableReplicas ?? 0), 0);
}

export function isRollingUpdate(deployment: Deployment): boolean {
  return deployment.spec.strategy?.type !== 'Recreate';
}

/** Surge rounds up, unavailable rounds down; both 0 would stand still, so one may be unavailable. Models ResolveFenceposts. */
export function resolveFenceposts(deployment: Deployment): { surge: number; unavailable: number } {
  const { maxSurge = '25%', maxUnavailable = '25%' } = deployment.spec.strategy?.rollingUpdate ?? {};
  const desired = replicasOf(deployment);
  const surge = scaledIntOrPercent(maxSurge, desired, true) ?? 0;
  const unavailable = scaledIntOrPercent(maxUnavailable, desired, false) ?? 0;
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

export function maxUnavailableOf(deployment: Deployment): number {
  const replicas = replicasOf(deployment);
  if (!isRollingUpdate(deployment) || replicas === 0) return 0;
  return Math.min(resolveFenceposts(deployment).unavailable, replicas);
}

export function maxSurgeOf(deployment: Deployment): number {
  return isRollingUpdate(deployment) ? resolveFenceposts(deployment).surge : 0;
}

/** How large the new ReplicaSet may be now. Models NewRSNewReplicas. */
export function newReplicaSetSize(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  current: number,
): number {
  const desired = replicasOf(deployment);
  if (!isRollingUpdate(deployment)) return desired;
  const room = desired + maxSurgeOf(deployment) - totalReplicas(all);
  return room <= 0 ? current : current + Math.min(room, desired - current);
}

/** The ReplicaSet's share of a change of the Deployment's size. Models GetReplicaSetProportion. */
export function proportionOf(
  replicaSet: ReplicaSet,
  deployment: Deployment,
  toAdd: number,
  added: number,
): number {
  const size = replicasOf(replicaSet);
  if (size === 0 || toAdd === 0 || toAdd === added) return 0;
  const allowed = toAdd - added;
  const fraction = fractionOf(replicaSet, deployment, size);
  return toAdd > 0 ? Math.min(fraction, allowed) : Math.max(fraction, allowed);
}

function fractionOf(replicaSet: ReplicaSet, deployment: Deployment, size: number): number {
  const desired = replicasOf(deployment);
  if (desired === 0) return -size;
  const before = maxReplicas(replicaSet) ?? deployment.status?.replicas ?? 0;
  if (before === 0) return 0;
  return roundHalfAwayFromZero((size * (desired + maxSurgeOf(deployment))) / before) - size;
}

function roundHalfAwayFromZero(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}
