import type { GroupResource, KubeObject } from '@podlab/apimachinery';

export interface ResourceHandlers<T extends KubeObject> {
  onAdd?(object: T): void;
  onUpdate?(object: T, previous: T): void;
  onDelete?(object: T): void;
}

/**
 * Reads of one resource: always the committed state (no staleness in a synchronous cluster). Handlers run inside the
 * commit, so they only add keys to work queues or update derived caches; they never write.
 */
export interface Informer<T extends KubeObject> {
  get(key: string): T | undefined;
  /** In the order of keys; all namespaces when none is given. Do not mutate. */
  list(namespace?: string): readonly T[];
  /** Objects whose `index` function gave `value`, in the order of keys: the same after a load as before. Do not mutate. */
  byIndex(index: string, value: string): readonly T[];
  /** Adds an index; the same name may be added again by another component when it means the same. */
  addIndex(index: string, valuesOf: (object: T) => readonly string[]): void;
  /** Registers handlers. There is no replay of what exists: a component's start() lists. */
  addHandlers(handlers: ResourceHandlers<T>): void;
}

/** The same for objects of every resource, whatever resources there are. */
export interface AnyResourceHandlers {
  onAdd?(resource: GroupResource, object: KubeObject): void;
  onUpdate?(resource: GroupResource, object: KubeObject, previous: KubeObject): void;
  onDelete?(resource: GroupResource, object: KubeObject): void;
}

/** One shared informer per resource, for example `informers.for<Pod>('pods')`, `informers.for<Deployment>('deployments.apps')`. */
export interface InformerFactory {
  for<T extends KubeObject>(resource: GroupResource): Informer<T>;
  /** Registers handlers for every resource; they come before those of a single one. */
  addHandlers(handlers: AnyResourceHandlers): void;
  /** The resources that have objects, in one order. */
  resources(): readonly GroupResource[];
}
