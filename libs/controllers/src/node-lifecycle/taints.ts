import type { Node, Taint } from '@podlab/api';

/** Models k8s.io/kubernetes pkg/controller/nodelifecycle node_lifecycle_controller.go: which taints a node's conditions mean. */

const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

/** A condition's status that keeps new pods away, and by which taint. */
const TAINT_OF_CONDITION: readonly (readonly [type: string, status: string, key: string])[] = [
  ['Ready', 'False', NOT_READY],
  ['Ready', 'Unknown', UNREACHABLE],
  ['MemoryPressure', 'True', 'node.kubernetes.io/memory-pressure'],
  ['DiskPressure', 'True', 'node.kubernetes.io/disk-pressure'],
  ['NetworkUnavailable', 'True', 'node.kubernetes.io/network-unavailable'],
  ['PIDPressure', 'True', 'node.kubernetes.io/pid-pressure'],
];
const MANAGED_KEYS: ReadonlySet<string> = new Set([
  ...TAINT_OF_CONDITION.map(([, , key]) => key),
  UNSCHEDULABLE,
]);

/** The node's taints as its conditions want them; those that stay keep their place and time. */
export function taintsFor(node: Node, timestamp: string): Taint[] {
  const current = node.spec.taints ?? [];
  const wanted = wantedTaints(node);
  const kept = current.filter((taint) => !isManaged(taint) || wanted.some((each) => isSame(each, taint)));
  const added = wanted.filter((taint) => !current.some((each) => isSame(each, taint)));
  return [...kept, ...added.map((taint) => ({ ...taint, timeAdded: timestamp }))];
}

function wantedTaints({ spec, status }: Node): Taint[] {
  const conditions = status?.conditions ?? [];
  const keys = TAINT_OF_CONDITION.filter(([type, wanted]) =>
    conditions.some((condition) => condition.type === type && condition.status === wanted),
  ).map(([, , key]) => key);
  const taints = keys.map((key) => ({ key, effect: 'NoSchedule' }));
  if (spec.unschedulable) taints.push({ key: UNSCHEDULABLE, effect: 'NoSchedule' });
  const outage = keys.find((key) => key === NOT_READY || key === UNREACHABLE);
  return outage ? [...taints, { key: outage, effect: 'NoExecute' }] : taints;
}

function isManaged({ key, effect }: Taint): boolean {
  if (effect === 'NoExecute') return key === NOT_READY || key === UNREACHABLE;
  return effect === 'NoSchedule' && MANAGED_KEYS.has(key);
}

function isSame(a: Taint, b: Taint): boolean {
  return a.key === b.key && a.effect === b.effect;
}
