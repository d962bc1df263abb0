import type { Node, Pod } from '@podlab/api';
import { equalJson } from '@podlab/kernel';

/** Something happened that may give a pod a place. Models pkg/scheduler/framework ClusterEvent. */
export type ClusterEvent =
  'NodeAdd' | 'NodeAllocatable' | 'NodeLabel' | 'NodeTaint' | 'PodAdd' | 'PodLabel' | 'PodDelete' | 'Storage';

/** Which events may change the mind of a plugin. Models each plugin's EventsToRegister. */
const HELPS: Readonly<Record<string, readonly ClusterEvent[]>> = {
  NodeUnschedulable: ['NodeAdd', 'NodeTaint'],
  NodeName: ['NodeAdd'],
  TaintToleration: ['NodeAdd', 'NodeTaint'],
  NodeAffinity: ['NodeAdd', 'NodeLabel'],
  NodePorts: ['NodeAdd', 'PodDelete'],
  NodeResourcesFit: ['NodeAdd', 'NodeAllocatable', 'PodDelete'],
  VolumeBinding: ['NodeAdd', 'NodeLabel', 'Storage'],
  PodTopologySpread: ['NodeAdd', 'NodeLabel', 'NodeTaint', 'PodAdd', 'PodLabel', 'PodDelete'],
  InterPodAffinity: ['NodeAdd', 'NodeLabel', 'PodAdd', 'PodLabel', 'PodDelete'],
};

/** Whether a pod that these plugins turned down should try again after the event; without nodes any new one helps. */
export function mayHelp(rejectedBy: readonly string[], event: ClusterEvent): boolean {
  if (rejectedBy.length === 0) return event === 'NodeAdd';
  return rejectedBy.some((plugin) => HELPS[plugin]?.includes(event));
}

/** Models nodeSchedulingPropertiesChange. */
export function nodeEvents(node: Node, previous: Node): ClusterEvent[] {
  const events: ClusterEvent[] = [];
  if (!equalJson(node.status?.allocatable, previous.status?.allocatable)) events.push('NodeAllocatable');
  if (!equalJson(node.metadata.labels, previous.metadata.labels)) events.push('NodeLabel');
  const cordoned = (each: Node) => each.spec.unschedulable === true;
  if (
    !equalJson(node.spec.taints ?? [], previous.spec.taints ?? []) ||
    cordoned(node) !== cordoned(previous)
  ) {
    events.push('NodeTaint');
  }
  return events;
}

/** What a change of a pod on a node means for those that wait. */
export function podEvents(pod: Pod, previous: Pod): ClusterEvent[] {
  const events: ClusterEvent[] = [];
  const over = (each: Pod) => each.status?.phase === 'Succeeded' || each.status?.phase === 'Failed';
  if (over(pod) && !over(previous)) events.push('PodDelete');
  if (!previous.spec.nodeName && pod.spec.nodeName) events.push('PodAdd');
  else if (!equalJson(pod.metadata.labels, previous.metadata.labels)) events.push('PodLabel');
  return events;
}
