import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from '@podlab/api';
import { parseRfc3339 } from '@podlab/kernel';
import { maxUnavailableOf, replicasOf, totalAvailable, totalReplicas } from './replica-counts';

const NO_DEADLINE = 2_147_483_647;

type Conditions = readonly DeploymentCondition[];

export function conditionOf(
  status: DeploymentStatus | undefined,
  type: string,
): DeploymentCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

/** Puts a condition in; one with the same status and reason stays as it is. Models SetDeploymentCondition. */
export function withCondition(conditions: Conditions, condition: DeploymentCondition): DeploymentCondition[] {
  const current = conditions.find(({ type }) => type === condition.type);
  if (current?.status === condition.status && current.reason === condition.reason) return [...conditions];
  const lastTransitionTime =
    current?.status === condition.status ? current.lastTransitionTime : condition.lastTransitionTime;
  return [...withoutCondition(conditions, condition.type), { ...condition, lastTransitionTime }];
}

export function withoutCondition(conditions: Conditions, type: string): DeploymentCondition[] {
  return conditions.filter((condition) => condition.type !== type);
}

export function newCondition(
  type: string,
  status: string,
  reason: string,
  message: string,
  timestamp: string,
): DeploymentCondition {
  return { type, status, lastUpdateTime: timestamp, lastTransitionTime: timestamp, reason, message };
}

export function hasProgressDeadline(deployment: Deployment): boolean {
  const { progressDeadlineSeconds = NO_DEADLINE } = deployment.spec;
  return progressDeadlineSeconds !== NO_DEADLINE;
}

/** Counts and availability; conditions otherwise as they were. Models calculateStatus in pkg/controller/deployment/sync.go. */
export function calculateDeploymentStatus(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  newest: ReplicaSet | undefined,
  timestamp: string,
): DeploymentStatus {
  const available = totalAvailable(all);
  const sum = (count: (replicaSet: ReplicaSet) => number | undefined) =>
    all.reduce((total, replicaSet) => total + (count(replicaSet) ?? 0), 0);
  const enough = available >= replicasOf(deployment) - maxUnavailableOf(deployment);
  const availability = enough
    ? newCondition(
        'Available',
        'True',
        'MinimumReplicasAvailable',
        'Deployment has minimum availability.',
        timestamp,
      )
    : newCondition(
        'Available',
        'False',
        'MinimumReplicasUnavailable',
        'Deployment does not have minimum availability.',
        timestamp,
      );
  const counts = {
    replicas: sum(({ status }) => status?.replicas),
    updatedReplicas: newest?.status?.replicas ?? 0,
    readyReplicas: sum(({ status }) => status?.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, totalReplicas(all) - available),
  };
  return {
    observedGeneration: deployment.metadata.generation,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)),
    terminatingReplicas: sum(({ status }) => status?.terminatingReplicas),
    ...(deployment.status?.collisionCount !== undefined && {
      collisionCount: deployment.status.collisionCount,
    }),
    conditions: withCondition(deployment.status?.conditions ?? [], availability),
  };
}

/** Models DeploymentComplete. */
export function isComplete(deployment: Deployment, status: DeploymentStatus | undefined): boolean {
  const desired = replicasOf(deployment);
  return (
    (status?.updatedReplicas ?? 0) === desired &&
    (status?.replicas ?? 0) === desired &&
    (status?.availableReplicas ?? 0) === desired &&
    (status?.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

/** Whether the new status is nearer to the end than the one before. Models DeploymentProgressing. */
export function isProgressing(before: DeploymentStatus = {}, after: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus) => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

/** Virtual time in ms after which a rollout without progress has failed; undefined when nothing is waited for. */
export function deadlineOf(deployment: Deployment, status: DeploymentStatus): number | undefined {
  const condition = conditionOf(status, 'Progressing');
  if (!hasProgressDeadline(deployment) || !condition?.lastUpdateTime) return undefined;
  if (condition.reason === 'NewReplicaSetAvailable' || condition.reason === 'ProgressDeadlineExceeded')
    return undefined;
  return parseRfc3339(condition.lastUpdateTime) + (deployment.spec.progressDeadlineSeconds as number) * 1000;
}
