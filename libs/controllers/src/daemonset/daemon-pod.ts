import type { DaemonSet, Node, Pod, PodSpec, Toleration } from '@podlab/api';
import { matchesRequiredNodeAffinity, tolerates } from '@podlab/client';
import { podFromTemplate } from '../pods/pod-from-template';

/** Models k8s.io/kubernetes pkg/controller/daemon/util/daemonset_util.go. */

export const REVISION_LABEL = 'controller-revision-hash';
const GENERATION_LABEL = 'pod-template-generation';
export const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';
const NODE_NAME_FIELD = 'metadata.name';

const TOLERATED: readonly [key: string, effect: string][] = [
  ['node.kubernetes.io/not-ready', 'NoExecute'],
  ['node.kubernetes.io/unreachable', 'NoExecute'],
  ['node.kubernetes.io/disk-pressure', 'NoSchedule'],
  ['node.kubernetes.io/memory-pressure', 'NoSchedule'],
  ['node.kubernetes.io/pid-pressure', 'NoSchedule'],
  ['node.kubernetes.io/unschedulable', 'NoSchedule'],
];
const OF_HOST_NETWORK: [key: string, effect: string] = [
  'node.kubernetes.io/network-unavailable',
  'NoSchedule',
];

/** The pod of one node: it tolerates what happens to nodes and may stand nowhere else. */
export function newDaemonPod(set: DaemonSet, node: string, hash: string): Pod {
  const pod = podFromTemplate(set.spec.template, set);
  const generation = set.metadata.annotations?.[TEMPLATE_GENERATION];
  const labels = {
    ...pod.metadata.labels,
    [REVISION_LABEL]: hash,
    ...(generation && { [GENERATION_LABEL]: generation }),
  };
  return { ...pod, metadata: { ...pod.metadata, labels }, spec: daemonPodSpec(pod.spec, node) };
}

function daemonPodSpec(spec: PodSpec, node: string): PodSpec {
  const field = { key: NODE_NAME_FIELD, operator: 'In', values: [node] };
  const nodeAffinity = {
    ...spec.affinity?.nodeAffinity,
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [field] }] },
  };
  return { ...spec, affinity: { ...spec.affinity, nodeAffinity }, tolerations: daemonTolerations(spec) };
}

/** Models AddOrUpdateDaemonPodTolerations. */
function daemonTolerations(spec: PodSpec): Toleration[] {
  const wanted = spec.hostNetwork ? [...TOLERATED, OF_HOST_NETWORK] : TOLERATED;
  const added = wanted.map(([key, effect]) => ({ key, operator: 'Exists', effect }));
  const same = (a: Toleration, b: Toleration) =>
    a.key === b.key && a.effect === b.effect && a.operator === b.operator && !a.value;
  const own = (spec.tolerations ?? []).filter((each) => !added.some((toleration) => same(each, toleration)));
  return [...own, ...added];
}

/** The node that a pod is for, also before it is bound. Models GetTargetNodeName. */
export function targetNode({ spec }: Pod): string {
  if (spec.nodeName) return spec.nodeName;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  for (const { matchFields = [] } of required?.nodeSelectorTerms ?? []) {
    for (const { key, operator, values = [] } of matchFields) {
      if (key === NODE_NAME_FIELD && operator === 'In' && values.length === 1) return values[0];
    }
  }
  return '';
}

/** Models NodeShouldRunDaemonPod: whether a node gets a pod of the set, and whether one that is there may stay. */
export function shouldRun(set: DaemonSet, node: Node): { run: boolean; stay: boolean } {
  const spec = set.spec.template.spec ?? { containers: [] };
  const { name, labels = {} } = node.metadata;
  const elsewhere = spec.nodeName !== undefined && spec.nodeName !== '' && spec.nodeName !== name;
  if (elsewhere || !matchesRequiredNodeAffinity({ spec }, { name, labels }))
    return { run: false, stay: false };
  const tolerations = daemonTolerations(spec);
  const untolerated = (node.spec.taints ?? []).filter(
    (taint) => taint.effect !== 'PreferNoSchedule' && !tolerations.some((each) => tolerates(each, taint)),
  );
  return { run: untolerated.length === 0, stay: !untolerated.some(({ effect }) => effect === 'NoExecute') };
}
