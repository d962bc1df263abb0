import type { DaemonSet, DaemonSetStatus, Pod } from '@podlab/api';
import { parseRfc3339 } from '@podlab/kernel';
import { availableFrom, isPodReady } from '../pods/pod-state';
import { isUpdated, type NodePods } from './rolling';

/** Models k8s.io/kubernetes pkg/controller/daemon updateDaemonSetStatus. */
export function calculateDaemonSetStatus(
  set: DaemonSet,
  nodes: readonly NodePods[],
  hash: string,
  now: number,
): DaemonSetStatus {
  const count = { desired: 0, current: 0, misscheduled: 0, ready: 0, available: 0, updated: 0 };
  for (const { run, pods } of nodes) {
    if (!run) {
      if (pods.length > 0) count.misscheduled++;
      continue;
    }
    count.desired++;
    const [oldest] = [...pods].sort(byAge);
    if (!oldest) continue;
    count.current++;
    if (isPodReady(oldest)) count.ready++;
    if ((availableFrom(oldest, set.spec.minReadySeconds ?? 0) ?? Infinity) <= now) count.available++;
    if (isUpdated(oldest, hash)) count.updated++;
  }
  const unavailable = count.desired - count.available;
  return {
    currentNumberScheduled: count.current,
    numberMisscheduled: count.misscheduled,
    desiredNumberScheduled: count.desired,
    numberReady: count.ready,
    observedGeneration: set.metadata.generation,
    ...(count.updated > 0 && { updatedNumberScheduled: count.updated }),
    ...(count.available > 0 && { numberAvailable: count.available }),
    ...(unavailable > 0 && { numberUnavailable: unavailable }),
  };
}

/** Bound pods before others, the oldest first. Models podByCreationTimestampAndPhase. */
export function byAge(a: Pod, b: Pod): number {
  const bound = (pod: Pod) => (pod.spec.nodeName ? 0 : 1);
  const created = ({ metadata }: Pod) => parseRfc3339(metadata.creationTimestamp ?? '') || 0;
  const order = bound(a) - bound(b) || created(a) - created(b);
  return order || (a.metadata.name < b.metadata.name ? -1 : 1);
}
