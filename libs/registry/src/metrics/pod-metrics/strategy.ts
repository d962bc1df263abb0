import type { Strategy, StrategyContext } from '@podlab/apiserver';
import type { PodUsage, ResourceUsage } from '@podlab/client';
import {
  MEASURED,
  measured,
  MEASURED_REFUSAL,
  measuredMetadata,
  usage,
  usageColumns,
  type MeasuredObject,
  type Usage,
} from '../measured';

interface PodMetrics extends MeasuredObject {
  containers: { name: string; usage: Usage }[];
}

/** What the containers of each pod use. Models kubernetes-sigs/metrics-server pkg/api/pod.go. */
export const podMetricsStrategy: Strategy<PodMetrics> = {
  ...MEASURED,
  kind: 'PodMetrics',
  resource: 'pods',
  namespaced: true,
  columns: usageColumns(({ containers }) => usage(sum(containers.map(amountsOf)))),
  builtIns: { render: rendered, refusal: () => MEASURED_REFUSAL },
};

function rendered({ metrics, timestamp }: StrategyContext): PodMetrics[] {
  const now = timestamp();
  return (metrics?.pods() ?? []).map((pod) => podMetrics(pod, now));
}

function podMetrics(measurement: PodUsage, now: string): PodMetrics {
  const { pod, containers } = measurement;
  return {
    apiVersion: 'metrics.k8s.io/v1beta1',
    kind: 'PodMetrics',
    metadata: measuredMetadata(pod, now),
    ...measured(measurement),
    containers: containers.map((container) => ({ name: container.name, usage: usage(container) })),
  };
}

const amountsOf = ({ usage: { cpu, memory } }: PodMetrics['containers'][number]): ResourceUsage => ({
  cpu_nanocores: Number.parseInt(cpu, 10),
  memory_kib: Number.parseInt(memory, 10),
});

function sum(all: readonly ResourceUsage[]): ResourceUsage {
  return all.reduce(
    (total, each) => ({
      cpu_nanocores: total.cpu_nanocores + each.cpu_nanocores,
      memory_kib: total.memory_kib + each.memory_kib,
    }),
    { cpu_nanocores: 0, memory_kib: 0 },
  );
}
