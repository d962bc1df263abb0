import type { MetricIdentifier, MetricSpec, MetricTarget } from '@podlab/api';
import type { FieldError, Path } from '@podlab/apimachinery';
import {
  forbidden,
  invalid,
  nameIsDnsLabel,
  parseQuantity,
  pathSegmentNameErrors,
  required,
} from '@podlab/apimachinery';
import { validateReference } from './reference';

type Source = 'object' | 'external' | 'pods' | 'resource' | 'containerResource';

const TARGET_TYPES: ReadonlySet<string> = new Set(['Utilization', 'Value', 'AverageValue']);

/** Models pkg/apis/autoscaling/validation validateObjectSource and those of the other sources. */
export function validateMetricSource(metric: MetricSpec, source: Source, path: Path): FieldError[] {
  const target = path.child('target');
  if (metric.resource && source === 'resource') {
    const named = metric.resource.name ? [] : [required(path.child('name'), 'must specify a resource name')];
    return [...named, ...validateResourceTarget(metric.resource.target, target)];
  }
  if (metric.containerResource && source === 'containerResource') {
    const { name, container, target: wanted } = metric.containerResource;
    return [
      ...(name ? [] : [required(path.child('name'), 'must specify a resource name')]),
      ...validateContainer(container, path.child('container')),
      ...validateResourceTarget(wanted, target),
    ];
  }
  return validateOtherSource(metric, source, path);
}

function validateOtherSource(metric: MetricSpec, source: Source, path: Path): FieldError[] {
  const at = path.child('target', 'averageValue');
  if (metric.object && source === 'object') {
    const { describedObject, target } = metric.object;
    return [
      ...validateReference(describedObject, path.child('describedObject')),
      ...validateIdentified(metric.object, path),
      ...(hasValue(target) ? [] : [required(at, 'must set either a target value or averageValue')]),
    ];
  }
  if (metric.external && source === 'external') {
    const { target } = metric.external;
    const both = target?.value !== undefined && target.averageValue !== undefined;
    const detail = 'a target value for metric and a per-pod target';
    return [
      ...validateIdentified(metric.external, path),
      ...(hasValue(target)
        ? []
        : [required(at, 'must set either a target value for metric or a per-pod target')]),
      ...(both ? [forbidden(path.child('target', 'value'), `may not set both ${detail}`)] : []),
    ];
  }
  if (!metric.pods) return [];
  const missing = metric.pods.target?.averageValue === undefined;
  return [
    ...validateIdentified(metric.pods, path),
    ...(missing ? [required(at, 'must specify a positive target averageValue')] : []),
  ];
}

const hasValue = (target: MetricTarget | undefined): boolean =>
  target?.value !== undefined || target?.averageValue !== undefined;

function validateContainer(container: string | undefined, path: Path): FieldError[] {
  if (!container) return [required(path, 'must specify a container')];
  return nameIsDnsLabel(container, false).map((message) => invalid(path, container, message));
}

function validateResourceTarget(target: MetricTarget | undefined, path: Path): FieldError[] {
  const errors = validateTarget(target, path);
  const average = target?.averageValue !== undefined;
  const utilization = target?.averageUtilization !== undefined;
  const choice = 'a target raw value and a target utilization';
  if (!average && !utilization)
    errors.push(
      required(
        path.child('averageUtilization'),
        'must set either a target raw value or a target utilization',
      ),
    );
  if (average && utilization)
    errors.push(forbidden(path.child('averageValue'), `may not set both ${choice}`));
  return errors;
}

function validateIdentified(
  { metric, target }: { metric?: MetricIdentifier; target?: MetricTarget },
  path: Path,
): FieldError[] {
  const at = path.child('metric', 'name');
  const name = metric?.name ?? '';
  const errors = name === '' ? [required(at, 'must specify a metric name')] : [];
  if (name !== '') errors.push(...pathSegmentNameErrors(name).map((message) => invalid(at, name, message)));
  return [...errors, ...validateTarget(target, path.child('target'))];
}

/** Models validateMetricTarget. */
function validateTarget(target: MetricTarget | undefined, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  const type = target?.type ?? '';
  if (type === '') errors.push(required(path.child('type'), 'must specify a metric target type'));
  if (!TARGET_TYPES.has(type))
    errors.push(invalid(path.child('type'), type, 'must be either Utilization, Value, or AverageValue'));
  for (const field of ['value', 'averageValue'] as const) {
    const amount = target?.[field];
    if (amount !== undefined && parseQuantity(amount).nano <= 0n)
      errors.push(invalid(path.child(field), amount, 'must be positive'));
  }
  const utilization = target?.averageUtilization;
  if (utilization !== undefined && utilization < 1)
    errors.push(invalid(path.child('averageUtilization'), utilization, 'must be greater than 0'));
  return errors;
}
