import type { GroupResource, KubeObject } from '@podlab/apimachinery';
import { objectKey } from '@podlab/apimachinery';
import type { MvccStore } from '@podlab/storage';

/** What the objects of one resource hold of a thing that each may have once: addresses, node ports. */
export interface HeldValues<V> {
  /** Whether an object other than that of key `except` holds the value. */
  has(value: V, except?: string): boolean;
}

type ValuesOf<V> = (object: KubeObject) => readonly V[];

/** Counted once when it is first asked for, then kept in step with every revision: a question costs no walk. */
class StoredValues<V> implements HeldValues<V> {
  private readonly holders = new Map<V, Set<string>>();
  private readonly held = new Map<string, readonly V[]>();

  constructor(
    store: MvccStore,
    resource: GroupResource,
    private readonly valuesOf: ValuesOf<V>,
  ) {
    for (const object of store.list(resource)) this.put(object);
    store.onRevision((revision) => {
      if (revision.resource !== resource) return;
      this.drop(objectKey(revision.object));
      if (revision.type !== 'DELETED') this.put(revision.object);
    });
  }

  has(value: V, except?: string): boolean {
    const holders = this.holders.get(value);
    return holders !== undefined && (holders.size > 1 || except === undefined || !holders.has(except));
  }

  private put(object: KubeObject): void {
    const key = objectKey(object);
    const values = this.valuesOf(object);
    this.held.set(key, values);
    for (const value of values) {
      const holders = this.holders.get(value);
      if (holders) holders.add(key);
      else this.holders.set(value, new Set([key]));
    }
  }

  private drop(key: string): void {
    for (const value of this.held.get(key) ?? []) {
      const holders = this.holders.get(value);
      holders?.delete(key);
      if (holders?.size === 0) this.holders.delete(value);
    }
    this.held.delete(key);
  }
}

/** The held values of one store by resource and name, each made when it is first asked for. */
export function heldValuesOf(store: MvccStore) {
  const known = new Map<string, HeldValues<unknown>>();
  return <V>(resource: GroupResource, name: string, valuesOf: ValuesOf<V>): HeldValues<V> => {
    const id = `${resource}/${name}`;
    let values = known.get(id) as HeldValues<V> | undefined;
    if (!values) known.set(id, (values = new StoredValues(store, resource, valuesOf)) as HeldValues<unknown>);
    return values;
  };
}
