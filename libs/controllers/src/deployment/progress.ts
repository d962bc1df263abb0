import type { DeploymentCondition, DeploymentStatus, ReplicaSet } from '@podlab/api';
import {
  calculateDeploymentStatus,
  conditionOf,
  deadlineOf,
  hasProgressDeadline,
  isComplete,
  isProgressing,
  newCondition,
  withCondition,
  withoutCondition,
} from './conditions';
import type { Rollout } from './rollout';

/** The status during a rollout, with its progress judged. Models k8s.io/kubernetes pkg/controller/deployment/progress.go syncRolloutStatus. */
export function rolloutStatus(rollout: Rollout, newest: ReplicaSet | undefined): DeploymentStatus {
  const { deployment, replicaSets, context } = rollout;
  const counted = calculateDeploymentStatus(deployment, replicaSets, newest, context.timestamp());
  const conditions = withReplicaFailure(judged(rollout, newest, counted), replicaSets, newest);
  return { ...counted, conditions };
}

function judged(
  rollout: Rollout,
  newest: ReplicaSet | undefined,
  status: DeploymentStatus,
): DeploymentCondition[] {
  const { deployment, context } = rollout;
  const conditions = status.conditions ?? [];
  if (!hasProgressDeadline(deployment)) return withoutCondition(conditions, 'Progressing');
  const current = conditionOf(deployment.status, 'Progressing');
  const settled =
    (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === 'NewReplicaSetAvailable';
  if (settled) return conditions;
  const subject = newest
    ? `ReplicaSet "${newest.metadata.name}"`
    : `Deployment "${deployment.metadata.name}"`;
  const condition = (value: string, reason: string, predicate: string) =>
    newCondition('Progressing', value, reason, `${subject} ${predicate}.`, context.timestamp());
  if (isComplete(deployment, status)) {
    return withCondition(
      conditions,
      condition('True', 'NewReplicaSetAvailable', 'has successfully progressed'),
    );
  }
  if (isProgressing(deployment.status, status)) {
    const updated = condition('True', 'ReplicaSetUpdated', 'is progressing');
    const lastTransitionTime =
      current?.status === 'True' ? current.lastTransitionTime : updated.lastTransitionTime;
    return [...withoutCondition(conditions, 'Progressing'), { ...updated, lastTransitionTime }];
  }
  const deadline = deadlineOf(deployment, deployment.status ?? {});
  if (deadline !== undefined && deadline < context.now()) {
    return withCondition(
      conditions,
      condition('False', 'ProgressDeadlineExceeded', 'has timed out progressing'),
    );
  }
  return conditions;
}

/** A ReplicaSet that can't make its pods shows on the Deployment, the newest before the others. */
function withReplicaFailure(
  conditions: readonly DeploymentCondition[],
  replicaSets: readonly ReplicaSet[],
  newest: ReplicaSet | undefined,
): DeploymentCondition[] {
  const failures = [...(newest ? [newest] : []), ...replicaSets]
    .flatMap(({ status }) => status?.conditions ?? [])
    .filter(({ type }) => type === 'ReplicaFailure');
  if (failures.length === 0) return withoutCondition(conditions, 'ReplicaFailure');
  const [failure] = failures;
  return withCondition(conditions, { ...failure, lastUpdateTime: failure.lastTransitionTime });
}
