import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerV1,
  MetricSpec,
  MetricStatus,
} from '@podlab/api';
import type { KubeObject } from '@podlab/apimachinery';
import { newBadRequest } from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { horizontalPodAutoscalerStrategy } from './strategy';

/** What version 1 has no field for stands in annotations. Models k8s.io/api autoscaling/v1 MetricSpecsAnnotation and the others. */
const PREFIX = 'autoscaling.alpha.kubernetes.io/';
const METRICS = `${PREFIX}metrics`;
const CURRENT_METRICS = `${PREFIX}current-metrics`;
const CONDITIONS = `${PREFIX}conditions`;
const BEHAVIOR = `${PREFIX}behavior`;

/** `autoscaling/v1`, which kubectl before 1.33 makes: one target, of processors. Models pkg/apis/autoscaling/v1/conversion.go. */
export const horizontalPodAutoscalerV1Strategy: Strategy<HorizontalPodAutoscaler> = {
  ...horizontalPodAutoscalerStrategy,
  version: 'v1',
  columns: horizontalPodAutoscalerStrategy.columns.map((column) => ({
    ...column,
    value: (object, now) => column.value(toStored(object), now),
  })),
  conversion: {
    schema: 'HorizontalPodAutoscalerV1',
    stored: horizontalPodAutoscalerStrategy,
    toStored,
    fromStored,
  },
  present: fromStored,
};

function toStored(object: KubeObject): HorizontalPodAutoscaler {
  const { metadata, spec, status } = object as HorizontalPodAutoscalerV1;
  const { targetCPUUtilizationPercentage: target, ...rest } = spec;
  const { annotations = {} } = metadata;
  const metrics = joined(target === undefined ? [] : [ofProcessors(target)], read(annotations, METRICS));
  const behavior = read<HorizontalPodAutoscaler['spec']['behavior']>(annotations, BEHAVIOR);
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: withAnnotations(metadata, withoutOurs(annotations)),
    spec: { ...rest, ...(metrics.length > 0 && { metrics }), ...(behavior && { behavior }) },
    ...(status && { status: storedStatus(status, annotations) }),
  };
}

type Annotations = Readonly<Record<string, string>>;
type StatusV1 = NonNullable<HorizontalPodAutoscalerV1['status']>;
type Status = NonNullable<HorizontalPodAutoscaler['status']>;

function storedStatus(
  { currentCPUUtilizationPercentage: used, ...rest }: StatusV1,
  annotations: Annotations,
): Status {
  const processors: MetricStatus[] =
    used === undefined
      ? []
      : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: used } } }];
  const currentMetrics = joined(processors, read(annotations, CURRENT_METRICS));
  const conditions = read<Status['conditions']>(annotations, CONDITIONS);
  return { ...rest, ...(currentMetrics.length > 0 && { currentMetrics }), ...(conditions && { conditions }) };
}

function fromStored(object: KubeObject): HorizontalPodAutoscaler {
  const { metadata, spec, status } = object as HorizontalPodAutoscaler;
  const { metrics = [], behavior, ...rest } = spec;
  const target = metrics.find(isOfProcessors)?.resource?.target.averageUtilization;
  const annotations = {
    ...withoutOurs(metadata.annotations ?? {}),
    ...text(
      METRICS,
      metrics.filter((each) => !isOfProcessors(each)),
    ),
    ...text(BEHAVIOR, behavior),
    ...text(CONDITIONS, status?.conditions),
    ...text(
      CURRENT_METRICS,
      status?.currentMetrics?.filter((each) => !isUseOfProcessors(each)),
    ),
  };
  const shown: HorizontalPodAutoscalerV1 = {
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata: withAnnotations(metadata, annotations) as HorizontalPodAutoscalerV1['metadata'],
    spec: { ...rest, ...(target !== undefined && { targetCPUUtilizationPercentage: target }) },
    ...(status && { status: shownStatus(status) }),
  };
  return shown as unknown as HorizontalPodAutoscaler;
}

function shownStatus({ conditions: _, currentMetrics, currentReplicas = 0, ...rest }: Status): StatusV1 {
  const used = currentMetrics?.find(isUseOfProcessors)?.resource?.current.averageUtilization;
  return { ...rest, currentReplicas, ...(used !== undefined && { currentCPUUtilizationPercentage: used }) };
}

const ofProcessors = (averageUtilization: number): MetricSpec => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});

const isOfProcessors = ({ type, resource }: MetricSpec): boolean =>
  type === 'Resource' && resource?.name === 'cpu' && resource.target.averageUtilization !== undefined;

const isUseOfProcessors = ({ type, resource }: MetricStatus): boolean =>
  type === 'Resource' && resource?.name === 'cpu' && resource.current.averageUtilization !== undefined;

const withoutOurs = (annotations: Annotations): Annotations =>
  Object.fromEntries(Object.entries(annotations).filter(([name]) => !name.startsWith(PREFIX)));

function withAnnotations<Metadata extends object>(metadata: Metadata, annotations: Annotations): Metadata {
  const { annotations: _, ...rest } = metadata as Metadata & { annotations?: Annotations };
  const kept = Object.keys(annotations).length > 0 ? { annotations } : {};
  return { ...rest, ...kept } as Metadata;
}

function text(name: string, value: object | undefined): Annotations {
  const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0);
  return isEmpty ? {} : { [name]: JSON.stringify(value) };
}

/** Whatever somebody wrote there: it is judged by the schema with the rest of the object. */
function read<Value>(annotations: Annotations, name: string): Value | undefined {
  const written = annotations[name];
  if (written === undefined) return undefined;
  try {
    return JSON.parse(written) as Value;
  } catch {
    throw newBadRequest(`the annotation ${name} is no JSON`);
  }
}

function joined<Item>(first: readonly Item[], more: Item[] | undefined): Item[] {
  return more === undefined || Array.isArray(more) ? [...first, ...(more ?? [])] : more;
}
