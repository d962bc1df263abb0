import type { Node, Pod } from '@podlab/api';
import {
  addTo,
  collide,
  hostPortsOf,
  matchesRequiredNodeAffinity,
  podRequests,
  readResources,
  untoleratedTaint,
  type Resources,
} from '@podlab/client';

/** Why a kubelet does not take a pod. */
export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

/** Resources in the order in which they are looked at. */
const FIRST_RESOURCES = ['cpu', 'memory', 'ephemeral-storage'];

/**
 * Whether a node has what a pod needs that was given to it, by the scheduler or by hand; `others` are those that it has
 * taken and that have not ended. Models pkg/kubelet/lifecycle/predicate.go predicateAdmitHandler Admit.
 */
export function admissionRejection(pod: Pod, node: Node, others: readonly Pod[]): Rejection | undefined {
  const { os } = pod.spec;
  if (os && os.name !== 'linux')
    return {
      reason: 'PodOSNotSupported',
      message: "Failed to admit pod as the OS field doesn't match node OS",
    };
  return (
    insufficient(pod, node, others) ?? misplaced(pod, node) ?? portsTaken(pod, others) ?? tainted(pod, node)
  );
}

/** Models noderesources Fits, of which the first reason is told. */
function insufficient(pod: Pod, node: Node, others: readonly Pod[]): Rejection | undefined {
  const allocatable = readResources(node.status?.allocatable);
  const room = allocatable.get('pods') ?? 0;
  if (others.length + 1 > room) return outOf('pods', 1, others.length, room);
  const asked = podRequests(pod);
  if (![...asked.values()].some((amount) => amount > 0)) return undefined;
  const used: Resources = new Map();
  for (const other of others) addTo(used, podRequests(other));
  const names = [...FIRST_RESOURCES, ...[...asked.keys()].filter((name) => !FIRST_RESOURCES.includes(name))];
  for (const name of names) {
    const requested = asked.get(name) ?? 0;
    const [taken, capacity] = [used.get(name) ?? 0, allocatable.get(name)];
    // Models removeMissingExtendedResources: what the node knows nothing of may be the cluster's.
    if (capacity === undefined && name.includes('/')) continue;
    if (requested > 0 && requested > (capacity ?? 0) - taken)
      return outOf(name, requested, taken, capacity ?? 0);
  }
  return undefined;
}

function outOf(resource: string, requested: number, used: number, capacity: number): Rejection {
  const amounts = `requested: ${requested}, used: ${used}, capacity: ${capacity}`;
  return {
    reason: `OutOf${resource}`,
    message: `Node didn't have enough resource: ${resource}, ${amounts}`,
  };
}

function misplaced(pod: Pod, { metadata: { name, labels = {} } }: Node): Rejection | undefined {
  if (matchesRequiredNodeAffinity(pod, { name, labels })) return undefined;
  return failed('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
}

function portsTaken(pod: Pod, others: readonly Pod[]): Rejection | undefined {
  const wanted = hostPortsOf(pod);
  if (wanted.length === 0) return undefined;
  const taken = others.flatMap(hostPortsOf);
  if (!wanted.some((port) => taken.some((other) => collide(port, other)))) return undefined;
  return failed('NodePorts', "node(s) didn't have free ports for the requested pod ports");
}

function tainted({ spec }: Pod, node: Node): Rejection | undefined {
  if (!untoleratedTaint(node.spec.taints, spec.tolerations, ['NoExecute'])) return undefined;
  return failed('TaintToleration', "node(s) had taints that the pod didn't tolerate");
}

const failed = (predicate: string, why: string): Rejection => ({
  reason: predicate,
  message: `Predicate ${predicate} failed: ${why}`,
});
