import { objectKey } from '@podlab/apimachinery';
import type { GroupResource, KubeObject } from '@podlab/apimachinery';
import { byCodeUnit } from '@podlab/storage';
import type { MvccStore, Revision } from '@podlab/storage';
import type { AnyResourceHandlers, Informer, InformerFactory, ResourceHandlers } from './informer';

/** Objects by key, and their list in the order of keys until it changes: an order that a load keeps. */
interface Bucket {
  readonly objects: Map<string, KubeObject>;
  inOrder: readonly KubeObject[] | undefined;
}

interface Index {
  valuesOf(object: KubeObject): readonly string[];
  /** Absent until there is an object: most resources of an idle cluster have none. */
  buckets: Map<string, Bucket> | undefined;
}

const NONE: readonly never[] = [];

/** Where handlers are put that come now: before all that are there, but after those that came before them so. */
interface Place {
  isFirst: boolean;
}

/** What is called in order, and how many of them were put first. */
class Handlers<T> {
  readonly all: T[] = [];
  private firsts = 0;

  add(handlers: T, { isFirst }: Place): void {
    if (isFirst) this.all.splice(this.firsts++, 0, handlers);
    else this.all.push(handlers);
  }
}

/** An informer that reads the store itself: indexes and handlers follow each commit. */
class StoreInformer implements Informer<KubeObject> {
  // Both absent until there is one: every cluster has an informer of each resource that somebody may ask for.
  private indexes: Map<string, Index> | undefined;
  private handlers: Handlers<ResourceHandlers<KubeObject>> | undefined;

  constructor(
    private readonly store: MvccStore,
    private readonly resource: GroupResource,
    private readonly place: Place,
  ) {}

  get(key: string): KubeObject | undefined {
    return this.store.get(this.resource, key);
  }

  list(namespace?: string): readonly KubeObject[] {
    return this.store.list(this.resource, namespace);
  }

  byIndex(name: string, value: string): readonly KubeObject[] {
    const bucket = this.indexes?.get(name)?.buckets?.get(value);
    return bucket ? (bucket.inOrder ??= inOrderOfKeys(bucket.objects)) : NONE;
  }

  addIndex(name: string, valuesOf: (object: KubeObject) => readonly string[]): void {
    if (this.indexes?.has(name)) return;
    const index: Index = { valuesOf, buckets: undefined };
    (this.indexes ??= new Map()).set(name, index);
    for (const object of this.list()) addTo(index, objectKey(object), object);
  }

  addHandlers(handlers: ResourceHandlers<KubeObject>): void {
    (this.handlers ??= new Handlers()).add(handlers, this.place);
  }

  /** Brings the indexes up to the revision, before any handler sees it. */
  index(revision: Revision): void {
    for (const index of this.indexes?.values() ?? NONE) {
      if (revision.previous) removeFrom(index, revision.key, revision.previous);
      if (revision.type !== 'DELETED') addTo(index, revision.key, revision.object);
    }
  }

  notify(revision: Revision): void {
    for (const handlers of this.handlers?.all ?? NONE) {
      if (revision.type === 'ADDED') handlers.onAdd?.(revision.object);
      else if (revision.type === 'DELETED') handlers.onDelete?.(revision.object);
      else handlers.onUpdate?.(revision.object, revision.previous as KubeObject);
    }
  }
}

/** One informer per resource over one store. Models client-go informers SharedInformerFactory. */
export class StoreInformerFactory implements InformerFactory {
  private readonly informers = new Map<GroupResource, StoreInformer>();
  private readonly handlers = new Handlers<AnyResourceHandlers>();
  private readonly place: Place = { isFirst: false };

  constructor(private readonly store: MvccStore) {
    store.onRevision((revision) => {
      const informer = this.informers.get(revision.resource);
      informer?.index(revision);
      this.notify(revision);
      informer?.notify(revision);
    });
  }

  private notify({ type, resource, object, previous }: Revision): void {
    for (const handlers of this.handlers.all) {
      if (type === 'ADDED') handlers.onAdd?.(resource, object);
      else if (type === 'DELETED') handlers.onDelete?.(resource, object);
      else handlers.onUpdate?.(resource, object, previous as KubeObject);
    }
  }

  addHandlers(handlers: AnyResourceHandlers): void {
    this.handlers.add(handlers, this.place);
  }

  /** Handlers that `make` adds come before all that are there: as if it had been called before those were made. */
  first(make: () => void): void {
    this.place.isFirst = true;
    make();
    this.place.isFirst = false;
  }

  resources(): readonly GroupResource[] {
    return this.store.resources();
  }

  for<T extends KubeObject>(resource: GroupResource): Informer<T> {
    let informer = this.informers.get(resource);
    if (!informer)
      this.informers.set(resource, (informer = new StoreInformer(this.store, resource, this.place)));
    return informer as unknown as Informer<T>;
  }
}

function inOrderOfKeys(objects: ReadonlyMap<string, KubeObject>): readonly KubeObject[] {
  const keys = [...objects.keys()].sort(byCodeUnit);
  return keys.map((key) => objects.get(key) as KubeObject);
}

function addTo(index: Index, key: string, object: KubeObject): void {
  for (const value of index.valuesOf(object)) {
    const buckets = (index.buckets ??= new Map());
    let bucket = buckets.get(value);
    if (!bucket) buckets.set(value, (bucket = { objects: new Map(), inOrder: undefined }));
    bucket.objects.set(key, object);
    bucket.inOrder = undefined;
  }
}

function removeFrom(index: Index, key: string, object: KubeObject): void {
  const { buckets } = index;
  for (const value of index.valuesOf(object)) {
    const bucket = buckets?.get(value);
    if (!bucket) continue;
    bucket.objects.delete(key);
    bucket.inOrder = undefined;
    if (bucket.objects.size === 0) buckets?.delete(value);
  }
}
