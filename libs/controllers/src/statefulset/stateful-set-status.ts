import type { Pod, StatefulSet, StatefulSetStatus } from '@podlab/api';
import { isRunningAndAvailable, isRunningAndReady, isTerminating, revisionOf } from './stateful-pod';

export interface Revisions {
  /** Name of the revision that pods below the partition have. */
  readonly current: string;
  /** Name of the revision that is rolled out. */
  readonly update: string;
}

/** Models k8s.io/kubernetes pkg/controller/statefulset updateStatus and completeRollingUpdate. */
export function calculateStatefulSetStatus(
  set: StatefulSet,
  pods: readonly Pod[],
  revisions: Revisions,
  now: number,
): StatefulSetStatus {
  const count = { ready: 0, available: 0, current: 0, updated: 0 };
  for (const pod of pods) {
    if (isRunningAndReady(pod)) {
      count.ready++;
      if (isRunningAndAvailable(pod, set.spec.minReadySeconds ?? 0, now)) count.available++;
    }
    if (isTerminating(pod)) continue;
    if (revisionOf(pod) === revisions.current) count.current++;
    if (revisionOf(pod) === revisions.update) count.updated++;
  }
  const wanted = set.spec.replicas ?? 1;
  const complete =
    set.spec.updateStrategy?.type === 'RollingUpdate' &&
    count.updated === wanted &&
    count.ready === wanted &&
    pods.length === wanted;
  const current = complete ? count.updated : count.current;
  return {
    observedGeneration: set.metadata.generation,
    replicas: pods.length,
    ...(count.ready > 0 && { readyReplicas: count.ready }),
    ...(current > 0 && { currentReplicas: current }),
    ...(count.updated > 0 && { updatedReplicas: count.updated }),
    currentRevision: complete ? revisions.update : revisions.current,
    updateRevision: revisions.update,
    collisionCount: set.status?.collisionCount ?? 0,
    availableReplicas: count.available,
  };
}
