import type { Container, Pod } from '@podlab/api';
import { milliValue, parseQuantity } from '@podlab/apimachinery';
import { groupPods, type PodMetrics } from './pod-groups';

/** How far usage may be from its target before anything happens, as shares of 1. */
export interface Tolerances {
  readonly scaleUp: number;
  readonly scaleDown: number;
}

/** Why there is no number of pods, in upstream's words. */
export class NoProposal extends Error {
  override readonly name = 'NoProposal';
}

export interface Proposal {
  readonly replicas: number;
  /** Percent of what the pods ask for. */
  readonly utilization?: number;
  /** Mean of the pods, in thousandths. */
  readonly average: number;
}

/** The pods of a target and what they use. */
export interface Sample {
  readonly pods: readonly Pod[];
  readonly metrics: PodMetrics;
  readonly resource: string;
  readonly container?: string;
  readonly now: number;
}

interface Usage {
  readonly ratio: number;
  readonly utilization?: number;
  readonly average: number;
}

const isWithin = (ratio: number, { scaleUp, scaleDown }: Tolerances): boolean =>
  1 - scaleDown <= ratio && ratio <= 1 + scaleUp;

/**
 * How many pods it takes to come to a share of what they ask for.
 * Models k8s.io/kubernetes pkg/controller/podautoscaler/replica_calculator.go GetResourceReplicas.
 */
export function replicasForUtilization(
  current: number,
  target: number,
  sample: Sample,
  tolerances: Tolerances,
): Proposal {
  const requests = () => requestsOf(sample);
  return propose(current, sample, tolerances, {
    prepare: requests,
    usage: (metrics, asked) => utilizationOf(metrics, asked, target),
    // One that nobody has measured might use all that it asks for, or more where more is wanted.
    busy: (pod, asked) => ((asked.get(pod) ?? 0) * Math.max(100, target)) / 100,
  });
}

/** The same for a mean amount, in thousandths. Models GetRawResourceReplicas and calcPlainMetricReplicas. */
export function replicasForAverage(
  current: number,
  target: number,
  sample: Sample,
  tolerances: Tolerances,
): Proposal {
  return propose(current, sample, tolerances, {
    prepare: () => undefined,
    usage: (metrics) => {
      const average = Math.floor(total(metrics) / metrics.size);
      return { ratio: average / target, average };
    },
    busy: () => target,
  });
}

interface Method<A> {
  prepare(): A;
  usage(metrics: PodMetrics, prepared: A): Usage;
  busy(pod: string, prepared: A): number;
}

function propose<A>(current: number, sample: Sample, tolerances: Tolerances, method: Method<A>): Proposal {
  const { pods, resource, now } = sample;
  if (pods.length === 0) throw new NoProposal('no pods returned by selector while calculating replica count');
  const metrics = new Map(sample.metrics);
  const { ready, unready, missing, ignored } = groupPods(pods, metrics, resource, now);
  for (const pod of [...ignored, ...unready]) metrics.delete(pod);
  const prepared = method.prepare();
  if (metrics.size === 0)
    throw new NoProposal('did not receive metrics for targeted pods (pods might be unready)');
  const usage = method.usage(metrics, prepared);
  const { ratio } = usage;
  const same = { ...usage, replicas: current };
  const withUnready = unready.length > 0 && ratio > 1;
  if (!withUnready && missing.length === 0)
    return isWithin(ratio, tolerances) ? same : { ...usage, replicas: Math.ceil(ratio * ready) };
  // What is not known is taken to be against the change: nothing on the way up, all of it on the way down.
  const assumed = (pod: string) => (ratio < 1 ? method.busy(pod, prepared) : 0);
  const added = [...(ratio === 1 ? [] : missing), ...(withUnready ? unready : [])];
  for (const pod of added) metrics.set(pod, { value: assumed(pod), at: now, window_ms: 0 });
  const again = method.usage(metrics, prepared).ratio;
  if (isWithin(again, tolerances) || (ratio < 1 && again > 1) || (ratio > 1 && again < 1)) return same;
  const replicas = Math.ceil(again * metrics.size);
  const turns = (again < 1 && replicas > current) || (again > 1 && replicas < current);
  return turns ? same : { ...usage, replicas };
}

function total(metrics: PodMetrics): number {
  let sum = 0;
  for (const { value } of metrics.values()) sum += value;
  return sum;
}

/** Models pkg/controller/podautoscaler/metrics/utilization.go GetResourceUtilizationRatio. */
function utilizationOf(metrics: PodMetrics, requests: ReadonlyMap<string, number>, target: number): Usage {
  let used = 0;
  let asked = 0;
  let count = 0;
  for (const [pod, { value }] of metrics) {
    const request = requests.get(pod);
    if (request === undefined) continue;
    used += value;
    asked += request;
    count++;
  }
  if (asked === 0) throw new NoProposal('no metrics returned matched known pods');
  const utilization = Math.floor((used * 100) / asked);
  return { ratio: utilization / target, utilization, average: Math.floor(used / count) };
}

/** Models calculateRequests: without a request there is nothing to take a share of. */
function requestsOf({ pods, resource, container }: Sample): Map<string, number> {
  return new Map(
    pods.map(({ metadata: { name }, spec }) => {
      const counted = spec.containers.filter((each) => container === undefined || each.name === container);
      const sum = counted.reduce((all, each) => all + requestOf(each, resource, name), 0);
      return [name, sum];
    }),
  );
}

function requestOf({ name, resources }: Container, resource: string, pod: string): number {
  const request = resources?.requests?.[resource];
  if (request === undefined)
    throw new NoProposal(`missing request for ${resource} in container ${name} of Pod ${pod}`);
  return milliValue(parseQuantity(request));
}
