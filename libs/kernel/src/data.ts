import { InvariantViolation } from './invariant';

/** What a component's state may be made of: law 3, "state is data". A frozen object is immutable and shared by copies. */
export type Data =
  | undefined
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Data[]
  | { readonly [key: string]: Data }
  | ReadonlyMap<Data, Data>
  | ReadonlySet<Data>;

/** A deep copy in which frozen objects are shared, since nothing can change them. */
export function copyData<T>(value: T): T {
  return copyValue(value) as T;
}

function copyValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (Array.isArray(value)) return value.map(copyValue);
  if (value instanceof Map) {
    const copy = new Map<unknown, unknown>();
    for (const [key, item] of value) copy.set(key, copyValue(item));
    return copy;
  }
  if (value instanceof Set) return new Set(value);
  if (value instanceof Uint8Array) return value.slice();
  assertPlain(value);
  // A spread keeps the hidden class, which costs less than to find it again field by field.
  const copy: Record<string, unknown> = { ...value };
  for (const key in copy) {
    const item = copy[key];
    if (typeof item === 'object' && item !== null) setOwn(copy, key, copyValue(item));
  }
  return copy;
}

/** Sets `key` as the object's own, also when it is `__proto__`, which an assignment would take for the prototype. */
function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
  } else {
    target[key] = value;
  }
}

function assertPlain(value: object): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new InvariantViolation(`state must be plain data, found a ${value.constructor.name}`);
  }
}

/** JSON text in which Map, Set, Uint8Array and undefined survive; keys keep their order, so equal states give equal text. */
export function encodeData(value: unknown): string {
  return JSON.stringify(pack(value));
}

/** The value whose text {@link encodeData} gave. */
export function decodeData<T>(text: string): T {
  return unpack(JSON.parse(text)) as T;
}

/** What JSON would lose gets a form of its own; everything else is handed on as it is, most of a state without a copy. */
function pack(value: unknown): unknown {
  if (value === undefined) return { $: 'u' };
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return packItems(value);
  if (value instanceof Map) return { $: 'm', v: [...value].map(([k, v]) => [pack(k), pack(v)]) };
  if (value instanceof Set) return { $: 's', v: [...value].map(pack) };
  if (value instanceof Uint8Array) return { $: 'b', v: [...value] };
  assertPlain(value);
  const packed = packFields(value as Record<string, unknown>);
  return packed.$ === undefined ? packed : { $: 'o', v: packed };
}

function packItems(items: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let i = 0; i < items.length; i++) {
    const packed = pack(items[i]);
    if (packed !== items[i]) (copy ??= [...items])[i] = packed;
  }
  return copy ?? items;
}

/** A field that is undefined is left out of the text by JSON itself. */
function packFields(record: Record<string, unknown>): Record<string, unknown> {
  let copy: Record<string, unknown> | undefined;
  for (const key of Object.keys(record)) {
    const item = record[key];
    if (item === undefined) continue;
    const packed = pack(item);
    if (packed !== item) setOwn((copy ??= { ...record }), key, packed);
  }
  return copy ?? record;
}

function unpack(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(unpack);
  const record = value as { $?: string; v?: unknown };
  switch (record.$) {
    case undefined:
      return unpackObject(value);
    case 'u':
      return undefined;
    case 'm':
      return new Map((record.v as unknown[][]).map(([k, v]) => [unpack(k), unpack(v)]));
    case 's':
      return new Set((record.v as unknown[]).map(unpack));
    case 'b':
      return Uint8Array.from(record.v as number[]);
    default:
      return unpackObject(record.v as object);
  }
}

function unpackObject(value: object): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) setOwn(result, key, unpack(item));
  return result;
}

/** A deep, mutable copy of a JSON value (no Map, no Set): the draft a registry may change. */
export function cloneJson<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const copy = new Array<unknown>(value.length);
    for (let i = 0; i < value.length; i++) copy[i] = cloneJson(value[i] as unknown);
    return copy as T;
  }
  const copy: Record<string, unknown> = {};
  for (const key in value) {
    const item = value[key] as unknown;
    if (item !== undefined) setOwn(copy, key, cloneJson(item));
  }
  return copy as T;
}

/** Freezes a JSON value all the way down and returns it; parts that are frozen already are taken as done. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const key in value) deepFreeze(value[key]);
  return Object.freeze(value);
}

/**
 * `next`, but with each part that equals the frozen `previous` one replaced by it: what an update leaves as it was is
 * kept once. `next` is changed in place; `previous` itself is returned when all is equal.
 */
export function shareEqual<T>(next: T, previous: unknown): T {
  if (next === previous || typeof next !== 'object' || next === null) return next;
  if (typeof previous !== 'object' || previous === null || Object.isFrozen(next)) return next;
  if (Array.isArray(next) !== Array.isArray(previous)) return next;
  const same =
    Array.isArray(next) && Array.isArray(previous)
      ? shareItems(next, previous)
      : shareFields(next as Record<string, unknown>, previous as Record<string, unknown>);
  return same ? (previous as T) : next;
}

/** Whether all items are those of the other. */
function shareItems(next: unknown[], previous: readonly unknown[]): boolean {
  let same = next.length === previous.length;
  for (let i = 0; i < next.length; i++) {
    const shared = shareEqual(next[i], previous[i]);
    if (shared !== next[i]) next[i] = shared;
    if (shared !== previous[i]) same = false;
  }
  return same;
}

/** Whether all fields are those of the other. */
function shareFields(next: Record<string, unknown>, previous: Record<string, unknown>): boolean {
  let same = true;
  let more = 0;
  for (const key in next) {
    const shared = shareEqual(next[key], previous[key]);
    if (shared !== next[key]) next[key] = shared;
    if (shared !== previous[key] || !(key in previous)) same = false;
    more++;
  }
  if (!same) return false;
  for (const _ in previous) more--;
  return more === 0;
}

/** Structural equality of JSON values; an undefined property equals a missing one. */
export function equalJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a) && Array.isArray(b)) {
    return equalItems(a, b);
  }
  return equalObjects(a as Record<string, unknown>, b as Record<string, unknown>);
}

function equalItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!equalJson(a[i], b[i])) return false;
  return true;
}

/** All that the one has is in the other, and the other has no more. */
function equalObjects(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  let more = 0;
  for (const key in a) {
    if (!equalJson(a[key], getOwn(b, key))) return false;
    if (a[key] !== undefined) more--;
  }
  for (const key in b) if (b[key] !== undefined) more++;
  return more === 0;
}

/** The object's own value under `key`: `toString` of an empty object is undefined. Only what looks inherited is asked about. */
function getOwn(value: Record<string, unknown>, key: string): unknown {
  const item = value[key];
  const looksInherited = typeof item === 'function' || key === '__proto__';
  return looksInherited && !Object.hasOwn(value, key) ? undefined : item;
}
