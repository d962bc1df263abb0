import type { KubeObject } from '@podlab/apimachinery';

/** Amounts in use. */
export interface ResourceUsage {
  readonly cpu_nanocores: number;
  readonly memory_kib: number;
}

/** When something was measured, and over which time before. */
export interface Measured {
  /** Virtual ms since the Unix epoch. */
  readonly at: number;
  readonly window_ms: number;
}

export interface PodUsage extends Measured {
  readonly pod: KubeObject;
  readonly containers: readonly (ResourceUsage & { readonly name: string })[];
}

export interface NodeUsage extends Measured, ResourceUsage {
  readonly node: KubeObject;
}

/** What a metrics server has measured last: a function of the cluster's state and its time, kept nowhere. */
export interface ResourceMetrics {
  /** Of a running pod, once it has run for a while; undefined before. */
  pod(pod: KubeObject): PodUsage | undefined;
  /** In the order of keys; of all namespaces when none is given. */
  pods(namespace?: string): readonly PodUsage[];
  nodes(): readonly NodeUsage[];
}
