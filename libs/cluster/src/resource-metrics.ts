import type { Container, Node, Pod } from '@podlab/api';
import { parseQuantity, milliValue, wholeValue } from '@podlab/apimachinery';
import type { NodeUsage, PodUsage, ResourceMetrics, ResourceUsage } from '@podlab/client';
import type { MvccStore } from '@podlab/storage';
import { METRIC_RESOLUTION_MS, type ContainerUsage } from '@podlab/workloads';

/** What runs on a node beside its pods: kernel, kubelet, runtime and proxy. */
const SYSTEM: ResourceUsage = Object.freeze({ cpu_nanocores: 62_400_000, memory_kib: 561_152 });
/** And for each of its pods. */
const PER_POD: ResourceUsage = Object.freeze({ cpu_nanocores: 400_000, memory_kib: 1_536 });
const NANOCORES_PER_MILLICORE = 1_000_000;

/** What the metrics look at. */
export interface Measurable {
  readonly store: Pick<MvccStore, 'list'>;
  /** What a container was seen to use at the last look. */
  usage(podUid: string, container: string): ContainerUsage | undefined;
  /** Nobody hears this node's kubelet. */
  isSilent(node: string): boolean;
  now(): number;
}

/** Usage of pods and nodes at the last look, made when it is asked for. */
export function resourceMetrics(measurable: Measurable): ResourceMetrics {
  const podUsage = (pod: Pod) => usageOfPod(pod, measurable);
  const pods = (namespace?: string): PodUsage[] =>
    (measurable.store.list('pods', namespace) as Pod[]).flatMap((pod) => podUsage(pod) ?? []);
  return {
    pod: (pod) => podUsage(pod as Pod),
    pods,
    nodes: () => nodeUsage(measurable, pods()),
  };
}

/** Undefined unless all of the pod's containers were seen. Models kubernetes-sigs/metrics-server pkg/storage/pod.go. */
function usageOfPod(pod: Pod, measurable: Measurable): PodUsage | undefined {
  const { uid = '' } = pod.metadata;
  const { nodeName, containers } = pod.spec;
  if (pod.status?.phase !== 'Running' || !nodeName || measurable.isSilent(nodeName)) return undefined;
  const seen: (ContainerUsage & { name: string })[] = [];
  for (const container of containers) {
    const usage = measurable.usage(uid, container.name);
    if (!usage) return undefined;
    seen.push({ ...usage, ...withinLimits(usage, container), name: container.name });
  }
  if (seen.length === 0) return undefined;
  const { at, window_ms } = seen.reduce((youngest, each) =>
    each.window_ms < youngest.window_ms ? each : youngest,
  );
  return {
    pod,
    at,
    window_ms,
    containers: seen.map(({ name, cpu_nanocores, memory_kib }) => ({ name, cpu_nanocores, memory_kib })),
  };
}

/** What a container may use at most is what it used. */
function withinLimits(usage: ResourceUsage, { resources }: Container): ResourceUsage {
  const { cpu, memory } = resources?.limits ?? {};
  const nanocores = cpu === undefined ? Infinity : milliValue(parseQuantity(cpu)) * NANOCORES_PER_MILLICORE;
  const kib = memory === undefined ? Infinity : Math.floor(wholeValue(parseQuantity(memory)) / 1_024);
  return {
    cpu_nanocores: Math.min(usage.cpu_nanocores, nanocores),
    memory_kib: Math.min(usage.memory_kib, kib),
  };
}

function nodeUsage({ store, isSilent, now }: Measurable, pods: readonly PodUsage[]): NodeUsage[] {
  const at = Math.floor(now() / METRIC_RESOLUTION_MS) * METRIC_RESOLUTION_MS;
  const nodes = store.list('nodes') as Node[];
  return nodes
    .filter(({ metadata }) => !isSilent(metadata.name))
    .map((node) => {
      const own = pods.filter(({ pod }) => (pod as Pod).spec.nodeName === node.metadata.name);
      return { node, at, window_ms: METRIC_RESOLUTION_MS, ...usageOfNode(node, own) };
    });
}

function usageOfNode({ status }: Node, pods: readonly PodUsage[]): ResourceUsage {
  let { cpu_nanocores, memory_kib } = SYSTEM;
  for (const { containers } of pods) {
    for (const each of [PER_POD, ...containers]) {
      cpu_nanocores += each.cpu_nanocores;
      memory_kib += each.memory_kib;
    }
  }
  const { cpu = '0', memory = '0' } = status?.capacity ?? {};
  return {
    cpu_nanocores: Math.min(cpu_nanocores, milliValue(parseQuantity(cpu)) * NANOCORES_PER_MILLICORE),
    memory_kib: Math.min(memory_kib, Math.floor(wholeValue(parseQuantity(memory)) / 1_024)),
  };
}
