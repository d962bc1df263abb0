import type { MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from '@podlab/api';

/** Metrics that a cell shows; the others are counted. */
const SHOWN = 2;

/** `cpu: 10%/50%, 3/5 + 1 more...`. Models pkg/printers/internalversion/printers.go formatHPAMetrics. */
export function formatMetrics(specs: readonly MetricSpec[], statuses: readonly MetricStatus[]): string {
  if (specs.length === 0) return '<none>';
  const list = specs.map((spec, index) => formatMetric(spec, statuses[index]));
  const shown = list.slice(0, SHOWN).join(', ');
  return list.length > SHOWN ? `${shown} + ${list.length - SHOWN} more...` : shown;
}

function formatMetric(spec: MetricSpec, status: MetricStatus | undefined): string {
  switch (spec.type) {
    case 'External':
      return valueOrAverage(spec.external?.target, status?.external?.current);
    case 'Object':
      return valueOrAverage(spec.object?.target, status?.object?.current);
    case 'Pods':
      return `${shownValue(status?.pods?.current.averageValue)}/${spec.pods?.target.averageValue}`;
    case 'Resource':
      return `${spec.resource?.name}: ${utilization(spec.resource?.target, status?.resource?.current)}`;
    case 'ContainerResource':
      return `${spec.containerResource?.name}: ${utilization(spec.containerResource?.target, status?.containerResource?.current)}`;
    default:
      return '<unknown type>';
  }
}

const shownValue = (value: string | undefined): string => value ?? '<unknown>';

function valueOrAverage(target: MetricTarget | undefined, current: MetricValueStatus | undefined): string {
  return target?.averageValue === undefined
    ? `${shownValue(current?.value)}/${target?.value}`
    : `${shownValue(current?.averageValue)}/${target.averageValue} (avg)`;
}

function utilization(target: MetricTarget | undefined, current: MetricValueStatus | undefined): string {
  if (target?.averageValue !== undefined)
    return `${shownValue(current?.averageValue)}/${target.averageValue}`;
  const percent = (value: number | undefined, otherwise: string) =>
    value === undefined ? otherwise : `${value}%`;
  return `${percent(current?.averageUtilization, '<unknown>')}/${percent(target?.averageUtilization, '<auto>')}`;
}
