import { deepFreeze, interned, invariant, shareEqual } from '@podlab/kernel';
import type { GroupResource, KubeObject } from '@podlab/apimachinery';
import { objectKey } from '@podlab/apimachinery';

export type RevisionType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** One change of one object: the unit of history, of watches and of the log on disk. */
export interface Revision {
  readonly rv: number;
  /** Virtual time in ms since the Unix epoch. */
  readonly at: number;
  readonly type: RevisionType;
  readonly resource: GroupResource;
  readonly key: string;
  /** The new state; of a deletion the last state with the deletion's own resourceVersion. */
  readonly object: KubeObject;
  /** The state before; undefined for ADDED. */
  readonly previous?: KubeObject;
}

interface ResourceTable {
  objects: Map<string, KubeObject>;
  /** Keys of `objects` in ascending order, the order of lists. */
  keys: string[];
}

export interface MvccState {
  rv: number;
  tables: Map<GroupResource, ResourceTable>;
  /** The window of revisions kept in memory, oldest first. */
  log: Revision[];
  /** Revisions up to this one are no longer in `log`. */
  compacted: number;
}

/** How many revisions stay in memory for watches that resume and for reads of the past, in revisions. */
export const HISTORY_WINDOW_REVISIONS = 2_000;

export function createMvccState(): MvccState {
  return { rv: 0, tables: new Map(), log: [], compacted: 0 };
}

/** The first error of a write that lost a race: the object is not at the resourceVersion that the writer saw. */
export class StorageConflict extends Error {
  override readonly name = 'StorageConflict';
}

type Listener = (revision: Revision) => void;

/**
 * Objects by resource and key, every change a {@link Revision} from one counter.
 * Objects are frozen when they are committed and shared from then on.
 */
export class MvccStore {
  private readonly listeners: Listener[] = [];
  private beforeWrite: (() => void) | undefined;

  constructor(
    readonly state: MvccState,
    private readonly now: () => number,
  ) {}

  /** The newest revision's number. */
  get resourceVersion(): number {
    return this.state.rv;
  }

  /** Takes the next number for something that is no object change: an input of the cluster. */
  takeRevision(): number {
    return ++this.state.rv;
  }

  get(resource: GroupResource, key: string): KubeObject | undefined {
    return this.state.tables.get(resource)?.objects.get(key);
  }

  /** All objects of a resource, or of one namespace of it, in the order of their keys. */
  list(resource: GroupResource, namespace?: string): KubeObject[] {
    const table = this.state.tables.get(resource);
    if (!table) return [];
    const [from, to] = namespace ? namespaceRange(table.keys, namespace) : [0, table.keys.length];
    const objects = new Array<KubeObject>(to - from);
    for (let i = from; i < to; i++) objects[i - from] = table.objects.get(table.keys[i]) as KubeObject;
    return objects;
  }

  count(resource: GroupResource): number {
    return this.state.tables.get(resource)?.keys.length ?? 0;
  }

  /** How many objects there are of all resources. */
  get size(): number {
    let size = 0;
    for (const { keys } of this.state.tables.values()) size += keys.length;
    return size;
  }

  /** Calls `prepare` once, before anything of the next write is done: for who need not be there until then. */
  beforeNextWrite(prepare: () => void): void {
    this.beforeWrite = prepare;
  }

  /** Commits a new object; the draft becomes the stored, frozen object. */
  create(resource: GroupResource, draft: KubeObject): KubeObject {
    this.prepareWrite();
    const key = objectKey(draft);
    const table = this.table(resource);
    invariant(!table.objects.has(key), `${resource} ${key} is created twice`);
    table.keys.splice(lowerBound(table.keys, key), 0, key);
    return this.commit(table, { type: 'ADDED', resource, key, object: draft });
  }

  /** Commits a new state of an object that is there; throws {@link StorageConflict} when it is not at `expected`. */
  update(resource: GroupResource, draft: KubeObject, expected?: string): KubeObject {
    this.prepareWrite();
    const key = objectKey(draft);
    const table = this.table(resource);
    const previous = this.current(table, resource, key, expected);
    return this.commit(table, { type: 'MODIFIED', resource, key, object: draft, previous });
  }

  /** Takes an object out; returns its last state, which carries the deletion's resourceVersion. */
  delete(resource: GroupResource, key: string, expected?: string): KubeObject {
    this.prepareWrite();
    const table = this.table(resource);
    const previous = this.current(table, resource, key, expected);
    const tombstone = { ...previous, metadata: { ...previous.metadata } };
    table.keys.splice(lowerBound(table.keys, key), 1);
    table.objects.delete(key);
    return this.commit(undefined, { type: 'DELETED', resource, key, object: tombstone, previous });
  }

  /** Calls `listener` with each revision, in order, as it commits; returns the way to stop. */
  onRevision(listener: Listener): () => void {
    this.listeners.push(listener);
    return () => {
      this.listeners.splice(this.listeners.indexOf(listener), 1);
    };
  }

  /** Revisions after `rv`, oldest first; undefined when some of them are compacted away. */
  revisionsAfter(rv: number): Revision[] | undefined {
    if (rv < this.state.compacted) return undefined;
    const { log } = this.state;
    let low = 0;
    let high = log.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (log[middle].rv <= rv) low = middle + 1;
      else high = middle;
    }
    return log.slice(low);
  }

  /** The objects of a resource as they were at `rv`; undefined when that is compacted away. */
  listAt(resource: GroupResource, rv: number): KubeObject[] | undefined {
    const later = this.revisionsAfter(rv);
    if (!later) return undefined;
    const objects = new Map(this.state.tables.get(resource)?.objects);
    for (let i = later.length - 1; i >= 0; i--) {
      const revision = later[i];
      if (revision.resource !== resource) continue;
      if (revision.previous) objects.set(revision.key, revision.previous);
      else objects.delete(revision.key);
    }
    return [...objects.keys()].sort(byCodeUnit).map((key) => objects.get(key) as KubeObject);
  }

  /** Goes on behind `rv` (and its own newest revision) as if all before were compacted: whoever watches lists again. */
  forgetHistory(rv: number): void {
    this.state.rv = Math.max(this.state.rv, rv) + 1;
    this.state.compacted = this.state.rv;
    this.state.log = [];
  }

  /** Every resource that has or had an object. */
  resources(): GroupResource[] {
    return [...this.state.tables.keys()].sort(byCodeUnit);
  }

  private table(resource: GroupResource): ResourceTable {
    let table = this.state.tables.get(resource);
    if (!table) this.state.tables.set(interned(resource), (table = { objects: new Map(), keys: [] }));
    return table;
  }

  private prepareWrite(): void {
    const { beforeWrite } = this;
    this.beforeWrite = undefined;
    beforeWrite?.();
  }

  private current(table: ResourceTable, resource: string, key: string, expected?: string): KubeObject {
    const object = table.objects.get(key);
    invariant(object, `${resource} ${key} is not stored`);
    if (expected !== undefined && object.metadata.resourceVersion !== expected)
      throw new StorageConflict(key);
    return object;
  }

  private commit(table: ResourceTable | undefined, change: Omit<Revision, 'rv' | 'at'>): KubeObject {
    const rv = ++this.state.rv;
    change.object.metadata.resourceVersion = String(rv);
    const object = deepFreeze(shareEqual(change.object, change.previous));
    table?.objects.set(change.key, object);
    const { type, resource, key, previous } = change;
    const at = this.now();
    // Written out: a frozen copy by spread would get a hidden class of its own, more memory than its fields.
    const revision: Revision = Object.freeze(
      previous ? { type, resource, key, object, previous, rv, at } : { type, resource, key, object, rv, at },
    );
    this.state.log.push(revision);
    this.compact();
    for (const listener of [...this.listeners]) listener(revision);
    return object;
  }

  private compact(): void {
    const { log } = this.state;
    if (log.length < 2 * HISTORY_WINDOW_REVISIONS) return;
    const removed = log.splice(0, log.length - HISTORY_WINDOW_REVISIONS);
    this.state.compacted = removed[removed.length - 1].rv;
  }
}

/** Ascending order by UTF-16 code unit: the same on every machine, unlike a locale's order. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle] < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The half-open range of `namespace/…` in sorted keys; `0` is the character after `/`. */
function namespaceRange(keys: readonly string[], namespace: string): [number, number] {
  return [lowerBound(keys, `${namespace}/`), lowerBound(keys, `${namespace}0`)];
}
