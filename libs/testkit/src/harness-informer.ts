import type { GroupResource, KubeObject } from '@podlab/apimachinery';
import type { Informer, InformerFactory, ResourceHandlers } from '@podlab/client';
import type { MvccStore, Revision } from '@podlab/storage';

/** Reads of one resource straight from the store; indexes kept as revisions commit. */
class HarnessInformer<T extends KubeObject> implements Informer<T> {
  private readonly handlers: ResourceHandlers<T>[] = [];
  private readonly indexes = new Map<
    string,
    { valuesOf: (object: T) => readonly string[]; keys: Map<string, Set<string>> }
  >();

  constructor(
    private readonly store: MvccStore,
    private readonly resource: GroupResource,
  ) {}

  get(key: string): T | undefined {
    return this.store.get(this.resource, key) as T | undefined;
  }

  list(namespace?: string): readonly T[] {
    return this.store.list(this.resource, namespace) as T[];
  }

  byIndex(index: string, value: string): readonly T[] {
    const keys = this.indexes.get(index)?.keys.get(value) ?? [];
    return [...keys].map((key) => this.get(key) as T);
  }

  addIndex(name: string, valuesOf: (object: T) => readonly string[]): void {
    if (this.indexes.has(name)) return;
    const index = { valuesOf, keys: new Map<string, Set<string>>() };
    this.indexes.set(name, index);
    for (const object of this.list()) insert(index.keys, valuesOf(object), keyOf(object));
  }

  addHandlers(handlers: ResourceHandlers<T>): void {
    this.handlers.push(handlers);
  }

  onRevision(revision: Revision): void {
    const object = revision.object as T;
    const previous = revision.previous as T | undefined;
    for (const { valuesOf, keys } of this.indexes.values()) {
      if (previous) for (const value of valuesOf(previous)) keys.get(value)?.delete(revision.key);
      if (revision.type !== 'DELETED') insert(keys, valuesOf(object), revision.key);
    }
    for (const handlers of this.handlers) {
      if (revision.type === 'ADDED') handlers.onAdd?.(object);
      else if (revision.type === 'DELETED') handlers.onDelete?.(object);
      else handlers.onUpdate?.(object, previous as T);
    }
  }
}

export class HarnessInformers implements InformerFactory {
  private readonly informers = new Map<GroupResource, HarnessInformer<KubeObject>>();

  constructor(private readonly store: MvccStore) {
    store.onRevision((revision) => this.informers.get(revision.resource)?.onRevision(revision));
  }

  for<T extends KubeObject>(resource: GroupResource): Informer<T> {
    let informer = this.informers.get(resource);
    if (!informer) this.informers.set(resource, (informer = new HarnessInformer(this.store, resource)));
    return informer as unknown as Informer<T>;
  }
}

function insert(keys: Map<string, Set<string>>, values: readonly string[], key: string): void {
  for (const value of values) {
    let set = keys.get(value);
    if (!set) keys.set(value, (set = new Set()));
    set.add(key);
  }
}

function keyOf({ metadata }: KubeObject): string {
  return metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name;
}
