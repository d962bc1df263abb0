import type { Pod, ReplicaSet, ReplicaSetCondition, ReplicaSetStatus } from '@podlab/api';
import type { StatusError } from '@podlab/apimachinery';
import { availableFrom, isPodActive, isPodTerminating } from '../pods/pod-state';

/**
 * The status that pods give a ReplicaSet. Fields that are 0 are left out where upstream leaves them out.
 * Models k8s.io/kubernetes pkg/controller/replicaset/replica_set_utils.go calculateStatus.
 */
export function calculateReplicaSetStatus(
  replicaSet: ReplicaSet,
  pods: readonly Pod[],
  failure: StatusError | undefined,
  now: { ms: number; timestamp: string },
): ReplicaSetStatus {
  const templateLabels = replicaSet.spec.template?.metadata?.labels ?? {};
  const count = { replicas: 0, labeled: 0, ready: 0, available: 0, terminating: 0 };
  for (const pod of pods) {
    if (isPodTerminating(pod)) count.terminating++;
    if (!isPodActive(pod)) continue;
    count.replicas++;
    const { labels = {} } = pod.metadata;
    let labeled = true;
    for (const key in templateLabels) if (labels[key] !== templateLabels[key]) labeled = false;
    if (labeled) count.labeled++;
    const from = availableFrom(pod, replicaSet.spec.minReadySeconds ?? 0);
    if (from === undefined) continue;
    count.ready++;
    if (from <= now.ms) count.available++;
  }
  const conditions = withFailure(replicaSet.status?.conditions ?? [], failure, now.timestamp);
  return {
    replicas: count.replicas,
    ...(count.labeled > 0 && { fullyLabeledReplicas: count.labeled }),
    ...(count.ready > 0 && { readyReplicas: count.ready }),
    ...(count.available > 0 && { availableReplicas: count.available }),
    terminatingReplicas: count.terminating,
    observedGeneration: replicaSet.metadata.generation,
    ...(conditions.length > 0 && { conditions }),
  };
}

function withFailure(
  conditions: ReplicaSetCondition[],
  failure: StatusError | undefined,
  timestamp: string,
): ReplicaSetCondition[] {
  const known = conditions.some(({ type }) => type === 'ReplicaFailure');
  if (failure && !known) {
    const { message } = failure;
    const condition = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message };
    return [...conditions, { ...condition, lastTransitionTime: timestamp }];
  }
  return failure ? conditions : conditions.filter(({ type }) => type !== 'ReplicaFailure');
}
