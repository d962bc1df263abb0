import type { Pod } from '@podlab/api';
import type { PodUsage } from '@podlab/client';
import { parseRfc3339 } from '@podlab/kernel';
import { podCondition } from '../pods/pod-state';

/** Models kube-controller-manager --horizontal-pod-autoscaler-cpu-initialization-period. */
const CPU_INITIALIZATION_MS = 300_000;
/** Models kube-controller-manager --horizontal-pod-autoscaler-initial-readiness-delay. */
const INITIAL_READINESS_DELAY_MS = 30_000;

/** An amount in thousandths, of one pod, and when it was measured. */
export interface PodMetric {
  readonly value: number;
  readonly at: number;
  readonly window_ms: number;
}

export type PodMetrics = Map<string, PodMetric>;

/** The pods of a target by what their metrics are good for. */
export interface PodGroups {
  ready: number;
  /** Not running or not ready yet: what they use says nothing. */
  unready: string[];
  /** Without metrics. */
  missing: string[];
  /** On their way out, or failed. */
  ignored: string[];
}

/** Models k8s.io/kubernetes pkg/controller/podautoscaler/replica_calculator.go groupPods. */
export function groupPods(
  pods: readonly Pod[],
  metrics: PodMetrics,
  resource: string,
  now: number,
): PodGroups {
  const groups: PodGroups = { ready: 0, unready: [], missing: [], ignored: [] };
  for (const pod of pods) {
    const { name } = pod.metadata;
    const metric = metrics.get(name);
    if (pod.metadata.deletionTimestamp || pod.status?.phase === 'Failed') groups.ignored.push(name);
    else if (pod.status?.phase === 'Pending') groups.unready.push(name);
    else if (!metric) groups.missing.push(name);
    else if (resource === 'cpu' && isWarmingUp(pod, metric, now)) groups.unready.push(name);
    else groups.ready++;
  }
  return groups;
}

/** CPU of a pod that starts is not what it will use. */
function isWarmingUp(pod: Pod, metric: PodMetric, now: number): boolean {
  const ready = podCondition(pod, 'Ready');
  const startTime = pod.status?.startTime;
  if (!ready?.lastTransitionTime || !startTime) return true;
  const changed = parseRfc3339(ready.lastTransitionTime);
  const started = parseRfc3339(startTime);
  if (started + CPU_INITIALIZATION_MS > now)
    return ready.status === 'False' || metric.at < changed + metric.window_ms;
  return ready.status === 'False' && started + INITIAL_READINESS_DELAY_MS > changed;
}

/** What the pods use of a resource, all containers or one. Models pkg/controller/podautoscaler/metrics getPodMetrics. */
export function metricsOf(usages: readonly PodUsage[], resource: string, container?: string): PodMetrics {
  const metrics: PodMetrics = new Map();
  if (resource !== 'cpu' && resource !== 'memory') return metrics;
  for (const { pod, at, window_ms, containers } of usages) {
    const counted =
      container === undefined ? containers : containers.filter(({ name }) => name === container);
    if (counted.length === 0) continue;
    const value = counted.reduce((sum, { cpu_nanocores, memory_kib }) => {
      if (resource === 'cpu') return sum + Math.ceil(cpu_nanocores / 1_000_000);
      return sum + memory_kib * 1_024 * 1_000;
    }, 0);
    metrics.set(pod.metadata.name, { value, at, window_ms });
  }
  return metrics;
}
