import type { KubeObject } from '@podlab/apimachinery';
import type { PrinterColumn, Strategy } from '@podlab/apiserver';
import type { Measured, ResourceUsage } from '@podlab/client';
import { rfc3339 } from '@podlab/kernel';
import { NAME_COLUMN, textColumn } from '../printing/cells';

/** Amounts as `metrics.k8s.io` writes them: nanocores and KiB. */
export interface Usage {
  cpu: string;
  memory: string;
}

/** Nothing of the group is stored: every answer is what was measured last. */
export interface MeasuredObject extends KubeObject {
  timestamp: string;
  window: string;
}

export function usage({ cpu_nanocores, memory_kib }: ResourceUsage): Usage {
  return { cpu: cpu_nanocores === 0 ? '0' : `${cpu_nanocores}n`, memory: `${memory_kib}Ki` };
}

/** The time of a measurement, as an object shows it. */
export function measured({ at, window_ms }: Measured): { timestamp: string; window: string } {
  return { timestamp: rfc3339(at), window: `${window_ms / 1_000}s` };
}

/** It is made when it is asked for, with the labels of what it is about. */
export function measuredMetadata({ metadata }: KubeObject, now: string): KubeObject['metadata'] {
  const { name, namespace, labels } = metadata;
  return {
    name,
    ...(namespace !== undefined && { namespace }),
    creationTimestamp: now,
    ...(labels && { labels }),
  };
}

/** Models kubernetes-sigs/metrics-server pkg/api/table.go. */
export function usageColumns<T extends MeasuredObject>(
  usageOf: (object: T) => Usage,
): readonly PrinterColumn<T>[] {
  return [
    NAME_COLUMN,
    textColumn('cpu', 'Resource usage of cpu', (object) => usageOf(object).cpu),
    textColumn('memory', 'Resource usage of memory', (object) => usageOf(object).memory),
    textColumn('Window', 'Duration of metrics collection', ({ window }) => window),
  ];
}

/** What both kinds of the group have in common. Models k8s.io/metrics pkg/apis/metrics/v1beta1. */
export const MEASURED = {
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  singular: '',
  verbs: ['get', 'list'],
} as const satisfies Partial<Strategy>;

/** Why nothing of the group is changed. */
export const MEASURED_REFUSAL = 'it is measured, not stored';
