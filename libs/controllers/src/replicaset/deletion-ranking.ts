import type { Pod } from '@podlab/api';
import { parseRfc3339 } from '@podlab/kernel';
import { isPodActive, isPodReady, podCondition } from '../pods/pod-state';

const DELETION_COST_ANNOTATION = 'controller.kubernetes.io/pod-deletion-cost';
const PHASE_ORDER: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * Which `count` of `pods` go first when there are too many: those that lose least.
 * Models k8s.io/kubernetes pkg/controller/controller_utils.go ActivePodsWithRanks and
 * pkg/controller/replicaset/replica_set.go getPodsToDelete; pods equal in all go by name.
 */
export function podsToDelete(
  pods: readonly Pod[],
  related: readonly Pod[],
  count: number,
  now: number,
): Pod[] {
  // Ages compare by powers of two, which is no strict order: the start has to be the same for the same pods.
  const byName = [...pods].sort((a, b) => byText(a.metadata.name, b.metadata.name));
  if (count >= byName.length) return byName;
  const activePodsOnNode = new Map<string, number>();
  for (const pod of related) {
    if (!isPodActive(pod)) continue;
    const node = nodeOf(pod);
    activePodsOnNode.set(node, (activePodsOnNode.get(node) ?? 0) + 1);
  }
  const ranked = byName.map((pod) => rankOf(pod, activePodsOnNode.get(nodeOf(pod)) ?? 0));
  return ranked
    .sort((a, b) => comparePods(a, b, now))
    .slice(0, count)
    .map(({ pod }) => pod);
}

interface RankedPod {
  pod: Pod;
  bound: number;
  phase: number;
  ready: number;
  cost: number;
  /** How many of its kind run on its node. */
  rank: number;
  readyAt: number;
  restarts: number;
  createdAt: number;
}

function rankOf(pod: Pod, rank: number): RankedPod {
  const ready = isPodReady(pod);
  const readySince = podCondition(pod, 'Ready')?.lastTransitionTime;
  const restarts = (pod.status?.containerStatuses ?? []).map((status) => status.restartCount);
  return {
    pod,
    bound: nodeOf(pod) === '' ? 0 : 1,
    phase: PHASE_ORDER[pod.status?.phase ?? 'Pending'] ?? 1,
    ready: ready ? 1 : 0,
    cost: Number(pod.metadata.annotations?.[DELETION_COST_ANNOTATION] ?? 0) || 0,
    rank,
    readyAt: ready && readySince ? parseRfc3339(readySince) : 0,
    restarts: Math.max(0, ...restarts),
    createdAt: pod.metadata.creationTimestamp ? parseRfc3339(pod.metadata.creationTimestamp) : 0,
  };
}

function comparePods(a: RankedPod, b: RankedPod, now: number): number {
  return (
    a.bound - b.bound ||
    a.phase - b.phase ||
    a.ready - b.ready ||
    a.cost - b.cost ||
    b.rank - a.rank ||
    (a.ready && a.readyAt !== b.readyAt ? compareAges(a, b, a.readyAt, b.readyAt, now) : 0) ||
    b.restarts - a.restarts ||
    (a.createdAt !== b.createdAt ? compareAges(a, b, a.createdAt, b.createdAt, now) : 0)
  );
}

/** Younger goes first, by powers of two of the age; within one, by uid, so that it is as good as random. */
function compareAges(a: RankedPod, b: RankedPod, atA: number, atB: number, now: number): number {
  if (atA === 0 || atB === 0) return atA === 0 ? -1 : 1;
  const difference = logarithm(now - atA) - logarithm(now - atB);
  return difference || byText(a.pod.metadata.uid ?? '', b.pod.metadata.uid ?? '');
}

function logarithm(ageMs: number): number {
  return ageMs > 0 ? Math.floor(Math.log2(ageMs * 1_000_000)) : -1;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function nodeOf(pod: Pod): string {
  return pod.spec.nodeName ?? '';
}
