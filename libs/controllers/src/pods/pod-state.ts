import type { Pod, PodCondition } from '@podlab/api';
import { parseRfc3339 } from '@podlab/kernel';

/** Models k8s.io/kubernetes pkg/api/v1/pod util.go and pkg/controller/controller_utils.go. */

export function podCondition(pod: Pod, type: string): PodCondition | undefined {
  const conditions = pod.status?.conditions;
  // Called for every pod of a ReplicaSet in every reconcile: a plain loop is the fastest.
  if (conditions) for (const condition of conditions) if (condition.type === type) return condition;
  return undefined;
}

export function isPodReady(pod: Pod): boolean {
  return podCondition(pod, 'Ready')?.status === 'True';
}

export function isPodTerminal(pod: Pod): boolean {
  const phase = pod.status?.phase;
  return phase === 'Failed' || phase === 'Succeeded';
}

/** Models IsPodActive: one that counts for its controller's replicas. */
export function isPodActive(pod: Pod): boolean {
  return !isPodTerminal(pod) && pod.metadata.deletionTimestamp === undefined;
}

/** Models IsPodTerminating: asked to go and not gone yet. */
export function isPodTerminating(pod: Pod): boolean {
  return !isPodTerminal(pod) && pod.metadata.deletionTimestamp !== undefined;
}

/**
 * Virtual time in ms at which a ready pod is or will be available; undefined when it is not ready.
 * Models IsPodAvailable.
 */
export function availableFrom(pod: Pod, minReadySeconds: number): number | undefined {
  const ready = podCondition(pod, 'Ready');
  if (ready?.status !== 'True') return undefined;
  if (minReadySeconds === 0) return 0;
  return ready.lastTransitionTime
    ? parseRfc3339(ready.lastTransitionTime) + minReadySeconds * 1000
    : undefined;
}
