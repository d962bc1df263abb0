import type { HorizontalPodAutoscaler, HPAScalingPolicy, HPAScalingRules, MetricSpec } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import { forbidden, invalid, notSupported, parseQuantity, Path, required } from '@podlab/apimachinery';
import { validateMetricSource } from './metric-validation';
import { validateReference } from './reference';

const SPEC = Path.of('spec');
/** Models pkg/apis/autoscaling/validation MaxPeriodSeconds. */
const LONGEST_PERIOD_SECONDS = 1_800;
/** Models pkg/apis/autoscaling/validation MaxStabilizationWindowSeconds. */
const LONGEST_WINDOW_SECONDS = 3_600;
const SELECT_POLICIES = ['Disabled', 'Max', 'Min'];
const POLICY_TYPES = ['Percent', 'Pods'];

/** Models pkg/apis/autoscaling/validation validateHorizontalPodAutoscalerSpec. */
export function validateAutoscaler({ spec }: HorizontalPodAutoscaler): FieldError[] {
  const errors: FieldError[] = [];
  const { minReplicas, maxReplicas } = spec;
  const maximum = SPEC.child('maxReplicas');
  if (minReplicas !== undefined && minReplicas < 1)
    errors.push(invalid(SPEC.child('minReplicas'), minReplicas, 'must be greater than or equal to 1'));
  if (maxReplicas < 1) errors.push(invalid(maximum, maxReplicas, 'must be greater than 0'));
  if (minReplicas !== undefined && maxReplicas < minReplicas)
    errors.push(invalid(maximum, maxReplicas, 'must be greater than or equal to `minReplicas`'));
  errors.push(...validateReference(spec.scaleTargetRef, SPEC.child('scaleTargetRef')));
  const metrics = SPEC.child('metrics');
  errors.push(
    ...(spec.metrics ?? []).flatMap((metric, index) => validateMetric(metric, metrics.index(index))),
  );
  const behavior = SPEC.child('behavior');
  return [
    ...errors,
    ...validateRules(spec.behavior?.scaleUp, behavior.child('scaleUp')),
    ...validateRules(spec.behavior?.scaleDown, behavior.child('scaleDown')),
  ];
}

/** The source that each type of metric fills, in the order that upstream looks. */
const SOURCES = {
  Object: 'object',
  External: 'external',
  Pods: 'pods',
  Resource: 'resource',
  ContainerResource: 'containerResource',
} as const;
const SOURCE_TYPES = Object.keys(SOURCES).sort();

/** Models validateMetricSpec. */
function validateMetric(metric: MetricSpec, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  const at = path.child('type');
  const known = Object.hasOwn(SOURCES, metric.type);
  if (!metric.type) errors.push(required(at, 'must specify a metric source type'));
  if (!known) errors.push(notSupported(at, metric.type ?? '', SOURCE_TYPES));
  const present = Object.values(SOURCES).filter((source) => metric[source] !== undefined);
  if (present.length > 0) errors.push(...validateMetricSource(metric, present[0], path.child(present[0])));
  if (!known) return [...errors, notSupported(at, metric.type ?? '', SOURCE_TYPES)];
  const expected = SOURCES[metric.type as keyof typeof SOURCES];
  if (metric[expected] === undefined)
    errors.push(required(path.child(expected), 'must populate information for the given metric source'));
  if (present.length === 1) return errors;
  const others = present.filter((source) => source !== expected);
  return [
    ...errors,
    ...others.map((source) => forbidden(path.child(source), 'must populate the given metric source only')),
  ];
}

/** Models validateScalingRules. */
function validateRules(rules: HPAScalingRules | undefined, path: Path): FieldError[] {
  if (!rules) return [];
  const errors: FieldError[] = [];
  const { stabilizationWindowSeconds: seconds, selectPolicy, policies = [], tolerance } = rules;
  const window = path.child('stabilizationWindowSeconds');
  if (seconds !== undefined && seconds < 0)
    errors.push(invalid(window, seconds, 'must be greater than or equal to zero'));
  if (seconds !== undefined && seconds > LONGEST_WINDOW_SECONDS)
    errors.push(invalid(window, seconds, `must be less than or equal to ${LONGEST_WINDOW_SECONDS}`));
  if (selectPolicy !== undefined && !SELECT_POLICIES.includes(selectPolicy))
    errors.push(notSupported(path.child('selectPolicy'), selectPolicy, SELECT_POLICIES));
  const at = path.child('policies');
  if (policies.length === 0) errors.push(required(at, 'must specify at least one Policy'));
  errors.push(...policies.flatMap((policy, index) => validatePolicy(policy, at.index(index))));
  if (tolerance !== undefined && parseQuantity(tolerance).nano < 0n)
    errors.push(invalid(path.child('tolerance'), tolerance, 'must be greater or equal to zero'));
  return errors;
}

/** Models validateScalingPolicy. */
function validatePolicy({ type, value, periodSeconds }: HPAScalingPolicy, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  const period = path.child('periodSeconds');
  if (!POLICY_TYPES.includes(type)) errors.push(notSupported(path.child('type'), type, POLICY_TYPES));
  if (value <= 0) errors.push(invalid(path.child('value'), value, 'must be greater than zero'));
  if (periodSeconds <= 0) errors.push(invalid(period, periodSeconds, 'must be greater than zero'));
  if (periodSeconds > LONGEST_PERIOD_SECONDS)
    errors.push(invalid(period, periodSeconds, `must be less than or equal to ${LONGEST_PERIOD_SECONDS}`));
  return errors;
}
