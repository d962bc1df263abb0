import { milliValue, parseQuantity, wholeValue } from '@podlab/apimachinery';
import type { Node } from '@podlab/api';
import { ScenarioError, type ScenarioLine } from '../scenario/parse';
import { subjectOf, type Arguments } from './arguments';
import { kubeJson, type KubeDoor } from './kube-call';
import { alignedText } from './table-text';

const METRICS = '/apis/metrics.k8s.io/v1beta1';
const BYTES_PER_MIB = 1_048_576;

interface Usage {
  readonly cpu: string;
  readonly memory: string;
}

interface Measured {
  readonly metadata: { readonly name: string };
  readonly usage?: Usage;
  readonly containers?: readonly { readonly usage: Usage }[];
}

/** `kubectl autoscale`. Models k8s.io/kubectl pkg/cmd/autoscale. */
export function autoscale(cluster: KubeDoor, line: ScenarioLine, arguments_: Arguments): string {
  const { kind, name } = subjectOf(line, arguments_);
  const { namespace, flags } = arguments_;
  if (name === undefined) throw new ScenarioError(line, 'autoscale needs the name of an object');
  const cpu = flags.get('cpu');
  const target = { type: 'Utilization', averageUtilization: Number.parseInt(cpu ?? '', 10) };
  const body = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name },
    spec: {
      scaleTargetRef: {
        apiVersion: kind.group ? `${kind.group}/${kind.version}` : kind.version,
        kind: kind.kind,
        name,
      },
      ...(flags.has('min') && { minReplicas: Number(flags.get('min')) }),
      maxReplicas: Number(flags.get('max')),
      ...(cpu !== undefined && { metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }] }),
    },
  };
  const path = `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`;
  kubeJson(cluster, { method: 'POST', path, body });
  return `horizontalpodautoscaler.autoscaling/${name} autoscaled`;
}

/** `kubectl top pod` and `kubectl top node`. Models k8s.io/kubectl pkg/metricsutil TopCmdPrinter. */
export function top(cluster: KubeDoor, line: ScenarioLine, { words, namespace }: Arguments): string {
  if (/^nodes?$/.test(words[0] ?? '')) return topNodes(cluster);
  if (!/^pods?$/.test(words[0] ?? '')) throw new ScenarioError(line, 'top shows pods or nodes');
  const path = `${METRICS}/namespaces/${namespace}/pods`;
  const { items } = kubeJson<{ items: Measured[] }>(cluster, { method: 'GET', path });
  if (items.length === 0) return `No resources found in ${namespace} namespace.`;
  return alignedText([
    ['NAME', 'CPU(cores)', 'MEMORY(bytes)'],
    ...items.map(({ metadata, containers = [] }) => {
      const { cpu, memory } = sum(containers.map(({ usage }) => usage));
      return [metadata.name, `${cpu}m`, `${Math.floor(memory / BYTES_PER_MIB)}Mi`];
    }),
  ]);
}

function topNodes(cluster: KubeDoor): string {
  const { items } = kubeJson<{ items: Measured[] }>(cluster, { method: 'GET', path: `${METRICS}/nodes` });
  const nodes = kubeJson<{ items: Node[] }>(cluster, { method: 'GET', path: '/api/v1/nodes' }).items;
  return alignedText([
    ['NAME', 'CPU(cores)', 'CPU(%)', 'MEMORY(bytes)', 'MEMORY(%)'],
    ...items.map(({ metadata: { name }, usage }) => {
      const { cpu, memory } = sum(usage ? [usage] : []);
      const { cpu: cores = '0', memory: bytes = '0' } =
        nodes.find(({ metadata }) => metadata.name === name)?.status?.allocatable ?? {};
      const share = (used: number, all: number) => `${Math.floor((used * 100) / all)}%`;
      return [
        name,
        `${cpu}m`,
        share(cpu, milliValue(parseQuantity(cores))),
        `${Math.floor(memory / BYTES_PER_MIB)}Mi`,
        share(memory, wholeValue(parseQuantity(bytes))),
      ];
    }),
  ]);
}

/** Thousandths of a core, and bytes. */
function sum(usages: readonly Usage[]): { cpu: number; memory: number } {
  return usages.reduce(
    (all, { cpu, memory }) => ({
      cpu: all.cpu + milliValue(parseQuantity(cpu)),
      memory: all.memory + wholeValue(parseQuantity(memory)),
    }),
    { cpu: 0, memory: 0 },
  );
}
