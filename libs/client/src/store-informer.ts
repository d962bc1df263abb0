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
  /** Absent until somebody asks: most indexes of most clusters are never asked. */
  buckets: Map<string, Bucket> | undefined;
}

const NONE: readonly never[] = [];

/** Where handlers are put that come now: after all of the same and of lower turns. */
interface Place {
  turn: number;
}

/** What is called, in the order of turns. */
class Handlers<T> {
  // Copied as they grow, so that they have no room for more: every cluster has dozens, most with one.
  all: readonly T[] = [];
  private turns: readonly number[] = [];

  add(handlers: T, { turn }: Place): void {
    let at = this.all.length;
    while (at > 0 && this.turns[at - 1] > turn) at--;
    this.all = this.all.toSpliced(at, 0, handlers);
    this.turns = this.turns.toSpliced(at, 0, turn);
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
    private lender: StoreInformer | undefined,
  ) {}

  get(key: string): KubeObject | undefined {
    return this.store.get(this.resource, key);
  }

  list(namespace?: string): readonly KubeObject[] {
    return this.store.list(this.resource, namespace);
  }

  byIndex(name: string, value: string): readonly KubeObject[] {
    const index = this.indexes?.get(name);
    if (!index) return NONE;
    if (this.lender?.indexes?.has(name)) return this.lender.byIndex(name, value);
    const bucket = (index.buckets ?? this.build(index)).get(value);
    return bucket ? (bucket.inOrder ??= inOrderOfKeys(bucket.objects)) : NONE;
  }

  private build(index: Index): Map<string, Bucket> {
    const buckets = (index.buckets = new Map<string, Bucket>());
    for (const object of this.list()) addTo(index, buckets, objectKey(object), object);
    return buckets;
  }

  addIndex(name: string, valuesOf: (object: KubeObject) => readonly string[]): void {
    if (this.indexes?.has(name)) return;
    (this.indexes ??= new Map()).set(name, { valuesOf, buckets: undefined });
  }

  addHandlers(handlers: ResourceHandlers<KubeObject>): void {
    (this.handlers ??= new Handlers()).add(handlers, this.place);
  }

  /** Brings the indexes up to the revision, before any handler sees it. */
  index(revision: Revision): void {
    this.lender = undefined;
    for (const index of this.indexes?.values() ?? NONE) {
      const { buckets } = index;
      if (!buckets) continue;
      if (revision.previous) removeFrom(index, buckets, revision.key, revision.previous);
      if (revision.type !== 'DELETED') addTo(index, buckets, revision.key, revision.object);
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
  private readonly place: Place = { turn: 0 };

  /** `lender`, whose store has the same objects and rests, has built indexes that serve here until the first write. */
  constructor(
    private readonly store: MvccStore,
    private lender?: StoreInformerFactory,
  ) {
    store.onRevision((revision) => {
      // An informer that is made now must not ask the lender; one that is there does so until its own first revision.
      this.lender = undefined;
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

  /** Handlers that `make` adds are called in this turn, whenever they are added: after those of lower turns. */
  inTurn<T>(turn: number, make: () => T): T {
    const { turn: before } = this.place;
    this.place.turn = turn;
    const made = make();
    this.place.turn = before;
    return made;
  }

  resources(): readonly GroupResource[] {
    return this.store.resources();
  }

  for<T extends KubeObject>(resource: GroupResource): Informer<T> {
    let informer = this.informers.get(resource);
    if (!informer) {
      const { store, place, lender } = this;
      informer = new StoreInformer(store, resource, place, lender?.informers.get(resource));
      this.informers.set(resource, informer);
    }
    return informer as unknown as Informer<T>;
  }
}

function inOrderOfKeys(objects: ReadonlyMap<string, KubeObject>): readonly KubeObject[] {
  const keys = [...objects.keys()].sort(byCodeUnit);
  return keys.map((key) => objects.get(key) as KubeObject);
}

function addTo(index: Index, buckets: Map<string, Bucket>, key: string, object: KubeObject): void {
  for (const value of index.valuesOf(object)) {
    let bucket = buckets.get(value);
    if (!bucket) buckets.set(value, (bucket = { objects: new Map(), inOrder: undefined }));
    bucket.objects.set(key, object);
    bucket.inOrder = undefined;
  }
}

function removeFrom(index: Index, buckets: Map<string, Bucket>, key: string, object: KubeObject): void {
  for (const value of index.valuesOf(object)) {
    const bucket = buckets.get(value);
    if (!bucket) continue;
    bucket.objects.delete(key);
    bucket.inOrder = undefined;
    if (bucket.objects.size === 0) buckets.delete(value);
  }
}
