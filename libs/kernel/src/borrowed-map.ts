import { copyData } from './data';

/**
 * A map of data that copies each value of another map when it is first asked for, and all of them where it is walked or
 * gets other keys: whoever needs little of much pays for little. The other one must rest as long as this one is used.
 */
export class BorrowedMap<K, V> extends Map<K, V> {
  /** Undefined once everything is copied. */
  private lender: ReadonlyMap<K, V> | undefined;

  constructor(
    lender: ReadonlyMap<K, V>,
    private readonly copy: (value: V) => V = copyData,
  ) {
    super();
    this.lender = lender;
  }

  override get(key: K): V | undefined {
    const own = super.get(key);
    if (own !== undefined || this.lender === undefined) return own;
    const lent = this.lender.get(key);
    if (lent === undefined) return undefined;
    const copied = this.copy(lent);
    super.set(key, copied);
    return copied;
  }

  override has(key: K): boolean {
    return this.lender === undefined ? super.has(key) : this.lender.has(key);
  }

  override get size(): number {
    return this.lender === undefined ? super.size : this.lender.size;
  }

  override set(key: K, value: V): this {
    if (this.lender !== undefined && !this.lender.has(key)) this.copyAll();
    return super.set(key, value);
  }

  override delete(key: K): boolean {
    this.copyAll();
    return super.delete(key);
  }

  override clear(): void {
    this.lender = undefined;
    super.clear();
  }

  override forEach(call: (value: V, key: K, map: Map<K, V>) => void): void {
    this.copyAll();
    super.forEach(call);
  }

  override keys(): MapIterator<K> {
    this.copyAll();
    return super.keys();
  }

  override values(): MapIterator<V> {
    this.copyAll();
    return super.values();
  }

  override entries(): MapIterator<[K, V]> {
    this.copyAll();
    return super.entries();
  }

  override [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  /** Puts all entries here, in the order that they have there. */
  private copyAll(): void {
    const { lender } = this;
    if (lender === undefined) return;
    this.lender = undefined;
    const copied = new Map<K, V>();
    super.forEach((value, key) => copied.set(key, value));
    super.clear();
    for (const [key, value] of lender)
      super.set(key, copied.has(key) ? (copied.get(key) as V) : this.copy(value));
  }
}

/** A copy of plain data whose maps are {@link BorrowedMap}s: `state` must rest as long as the copy is used. */
export function borrowData<T extends object>(state: T): T {
  if (Object.isFrozen(state)) return state;
  if (state instanceof Map) return new BorrowedMap(state) as unknown as T;
  const copy = {} as T;
  for (const key in state) {
    const value = state[key];
    copy[key] = (value instanceof Map ? new BorrowedMap(value) : copyData(value)) as typeof value;
  }
  return copy;
}
