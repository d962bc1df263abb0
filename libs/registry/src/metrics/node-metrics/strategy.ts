import type { Strategy, StrategyContext } from '@podlab/apiserver';
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

interface NodeMetrics extends MeasuredObject {
  usage: Usage;
}

/** What each node uses. Models kubernetes-sigs/metrics-server pkg/api/node.go. */
export const nodeMetricsStrategy: Strategy<NodeMetrics> = {
  ...MEASURED,
  kind: 'NodeMetrics',
  resource: 'nodes',
  namespaced: false,
  columns: usageColumns((node) => node.usage),
  builtIns: { render: rendered, refusal: () => MEASURED_REFUSAL },
};

function rendered({ metrics, timestamp }: StrategyContext): NodeMetrics[] {
  const now = timestamp();
  return (metrics?.nodes() ?? []).map((measurement) => ({
    apiVersion: 'metrics.k8s.io/v1beta1',
    kind: 'NodeMetrics',
    metadata: measuredMetadata(measurement.node, now),
    ...measured(measurement),
    usage: usage(measurement),
  }));
}
