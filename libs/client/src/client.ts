import type { GroupResource, KubeObject } from '@podlab/apimachinery';

export interface DeleteOptions {
  /** Seconds; 0 removes at once; undefined is the kind's default (30 for pods). */
  gracePeriodSeconds?: number;
  propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  preconditions?: { uid?: string; resourceVersion?: string };
}

/** An object that says how many pods it wants, by its kind: what a `scaleTargetRef` names. */
export interface ScaleTarget {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** What `…/scale` says. */
export interface ScaleState {
  readonly replicas: number;
  /** Those that are there. */
  readonly observed: number;
  /** Of its pods, as text. */
  readonly selector: string;
}

/**
 * Typed writes through the apiserver. All throw apimachinery's StatusError (NotFound, Conflict, AlreadyExists, Invalid …).
 * An update of an object whose `metadata.resourceVersion` is set is refused with Conflict when the stored one is newer;
 * an update that changes nothing makes no revision.
 */
export interface Client {
  create<T extends KubeObject>(resource: GroupResource, object: T): T;
  update<T extends KubeObject>(resource: GroupResource, object: T): T;
  /** PUT …/status: only status (and what the strategy lets through) is taken from `object`. */
  updateStatus<T extends KubeObject>(resource: GroupResource, object: T): T;
  delete(resource: GroupResource, key: string, options?: DeleteOptions): void;
  /** PUT namespaces/{name}/finalize without the finalizer `kubernetes`: the namespace goes when nothing else holds it. */
  finalizeNamespace(name: string): void;
  /** GET …/scale. */
  getScale(target: ScaleTarget): ScaleState;
  /** PUT …/scale. */
  updateScale(target: ScaleTarget, replicas: number): void;
  /** POST pods/{name}/binding. */
  bind(podKey: string, node: string): void;
}
