import type { HPAScalingRules, MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from '@podlab/api';
import { formatQuantity, milliValue, parseQuantity } from '@podlab/apimachinery';
import {
  NoProposal,
  replicasForAverage,
  replicasForUtilization,
  type Sample,
  type Tolerances,
} from './replica-calculator';

/** Models kube-controller-manager --horizontal-pod-autoscaler-tolerance. */
const TOLERANCE = 0.1;
const NANO_PER_MILLI = 1_000_000n;

/** What one metric asks for. */
export interface MetricProposal {
  readonly replicas: number;
  /** As a rescale's reason calls it. */
  readonly name: string;
  readonly status: MetricStatus;
}

/** One metric that says nothing: the reason and message of events and conditions, and what is said of it among others. */
export class MetricFailure extends Error {
  override readonly name = 'MetricFailure';

  constructor(
    readonly reason: string,
    message: string,
    readonly outer: string,
  ) {
    super(message);
  }
}

/** The target's pods and what they use of a resource. */
export type SampleOf = (resource: string, container?: string) => Sample;

export function tolerancesOf(scaleUp?: HPAScalingRules, scaleDown?: HPAScalingRules): Tolerances {
  const share = (rules: HPAScalingRules | undefined) =>
    rules?.tolerance === undefined ? TOLERANCE : milliValue(parseQuantity(rules.tolerance)) / 1_000;
  return { scaleUp: share(scaleUp), scaleDown: share(scaleDown) };
}

/**
 * How many pods one metric asks for; throws {@link MetricFailure}. Metrics of other sources need an adapter, which no
 * cluster here has. Models k8s.io/kubernetes pkg/controller/podautoscaler/horizontal.go computeReplicasForMetric.
 */
export function proposalOf(
  metric: MetricSpec,
  current: number,
  sampleOf: SampleOf,
  tolerances: Tolerances,
  namespace: string,
): MetricProposal {
  if (metric.type === 'Resource' && metric.resource) {
    const { name, target } = metric.resource;
    const outer = `failed to get ${name} resource metric value`;
    const { label, value, replicas } = failingAs('FailedGetResourceMetric', outer, () =>
      proposeFor(name, target, current, () => sampleOf(name), tolerances),
    );
    const kind =
      value.averageUtilization === undefined ? 'resource' : 'resource utilization (percentage of request)';
    return {
      replicas,
      name: `${label} ${kind}`,
      status: { type: 'Resource', resource: { name, current: value } },
    };
  }
  if (metric.type === 'ContainerResource' && metric.containerResource) {
    const { name, container, target } = metric.containerResource;
    const outer = `failed to get ${container} container metric value`;
    const { label, value, replicas } = failingAs('FailedGetContainerResourceMetric', outer, () =>
      proposeFor(name, target, current, () => sampleOf(name, container), tolerances),
    );
    const kind =
      value.averageUtilization === undefined
        ? 'resource'
        : 'container resource utilization (percentage of request)';
    const containerResource = { name, container, current: value };
    return { replicas, name: `${label} ${kind}`, status: { type: 'ContainerResource', containerResource } };
  }
  throw missingAdapter(metric, namespace);
}

/** Models computeStatusForResourceMetricGeneric. */
function proposeFor(
  resource: string,
  { averageValue, averageUtilization = 0 }: MetricTarget,
  current: number,
  sample: () => Sample,
  tolerances: Tolerances,
): { label: string; value: MetricValueStatus; replicas: number } {
  const what = averageValue === undefined ? 'utilization' : 'usage';
  try {
    const proposal =
      averageValue === undefined
        ? replicasForUtilization(current, averageUtilization, sample(), tolerances)
        : replicasForAverage(current, milliValue(parseQuantity(averageValue)), sample(), tolerances);
    const { utilization, average, replicas } = proposal;
    const value = {
      ...(utilization !== undefined && { averageUtilization: utilization }),
      averageValue: formatMilli(average),
    };
    return { label: resource, value, replicas };
  } catch (error) {
    if (error instanceof NoProposal)
      throw new NoProposal(`failed to get ${resource} ${what}: ${error.message}`);
    throw error;
  }
}

const formatMilli = (milli: number): string =>
  formatQuantity({ nano: BigInt(milli) * NANO_PER_MILLI, format: 'DecimalSI' });

function failingAs<T>(reason: string, outer: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof NoProposal)
      throw new MetricFailure(reason, error.message, `${outer}: ${error.message}`);
    throw error;
  }
}

const NO_CUSTOM =
  'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered';

/** What upstream says where no adapter is installed. */
function missingAdapter({ pods, object, external }: MetricSpec, namespace: string): MetricFailure {
  if (pods) {
    const message = `unable to get metric ${pods.metric.name}: ${NO_CUSTOM}`;
    return new MetricFailure('FailedGetPodsMetric', message, `failed to get pods metric value: ${message}`);
  }
  if (object) {
    const { kind, name } = object.describedObject;
    const message = `unable to get metric ${object.metric.name}: ${kind} on ${namespace} ${name}/${NO_CUSTOM}`;
    return new MetricFailure(
      'FailedGetObjectMetric',
      message,
      `failed to get object metric value: ${message}`,
    );
  }
  const name = external?.metric.name ?? '';
  const missing = `the server could not find the requested resource (get ${name}.external.metrics.k8s.io)`;
  const message = `unable to get external metric ${namespace}/${name}/${selectorText(external?.metric.selector)}: unable to fetch metrics from external metrics API: ${missing}`;
  const outer = `failed to get ${name} external metric value: failed to get ${name} external metric: ${message}`;
  return new MetricFailure('FailedGetExternalMetric', message, outer);
}

/** As Go prints a pointer to a LabelSelector. */
function selectorText(selector: { matchLabels?: Record<string, string> } | undefined): string {
  if (!selector) return 'nil';
  const labels = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}: ${value},`);
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},MatchExpressions:[]LabelSelectorRequirement{},}`;
}
