import { isJsonObject, type JsonObject } from '../patch/json-value';
import type { FieldSet } from './field-set';
import {
  childOf,
  elementOfItem,
  elementOfMember,
  isNothing,
  itemsByElement,
  structureOf,
  type FieldsStructure,
  type Structure,
  type TypeAt,
  type TypeFields,
} from './structure';

/** `live` with what `applied` says laid over it. Models sigs.k8s.io/structured-merge-diff typed merge.go. */
export function mergeApplied(typeFields: TypeFields, type: TypeAt, live: unknown, applied: unknown): unknown {
  if (applied === undefined) return live;
  if (live === undefined || live === null) return applied;
  const structure = structureOf(typeFields, type, applied);
  if (structure.kind === 'leaf' || (isNothing(live) && isNothing(applied))) return applied;
  if (structure.kind === 'fields') {
    return isJsonObject(live) && isJsonObject(applied)
      ? mergeFields(typeFields, structure, live, applied)
      : applied;
  }
  return Array.isArray(live) && Array.isArray(applied)
    ? mergeItems(typeFields, structure, live, applied)
    : applied;
}

function mergeFields(
  typeFields: TypeFields,
  structure: FieldsStructure,
  live: JsonObject,
  applied: JsonObject,
): JsonObject {
  const merged: JsonObject = { ...live };
  for (const key of Object.keys(applied)) {
    merged[key] = mergeApplied(
      typeFields,
      childOf(structure, key) ?? { type: 'any' },
      Object.hasOwn(live, key) ? live[key] : undefined,
      applied[key],
    );
  }
  return merged;
}

/** Items in the applied order; what only the live list has stays before the item that it stood before. */
function mergeItems(
  typeFields: TypeFields,
  structure: Structure,
  live: readonly unknown[],
  applied: readonly unknown[],
): unknown[] {
  const lives = itemsByElement(structure, live);
  const wanted = itemsByElement(structure, applied);
  const item: TypeAt = structure.kind === 'items' ? structure.item : { type: 'string' };
  const liveOrder = [...lives.keys()];
  const merged: unknown[] = [];
  let at = 0;
  const takeLiveUntil = (element: string | undefined) => {
    for (; at < liveOrder.length && liveOrder[at] !== element; at++) {
      if (!wanted.has(liveOrder[at])) merged.push(lives.get(liveOrder[at]));
    }
  };
  const sharedAfter = nextShared([...wanted.keys()], lives);
  for (const [index, [element, value]] of [...wanted].entries()) {
    const next = sharedAfter[index];
    if (next === undefined || liveOrder.indexOf(next) >= at) takeLiveUntil(next);
    merged.push(mergeApplied(typeFields, item, lives.get(element), value));
  }
  takeLiveUntil(undefined);
  return merged;
}

/** For each applied element the first one from it on that the live list has too. */
function nextShared(
  elements: readonly string[],
  lives: ReadonlyMap<string, unknown>,
): (string | undefined)[] {
  const shared = new Array<string | undefined>(elements.length);
  let next: string | undefined;
  for (let i = elements.length - 1; i >= 0; i--) {
    if (lives.has(elements[i])) next = elements[i];
    shared[i] = next;
  }
  return shared;
}

/**
 * `value` without the items of `fields`; a map or list that loses all it had goes too.
 * Models sigs.k8s.io/structured-merge-diff typed remove.go.
 */
export function removeFields(
  typeFields: TypeFields,
  type: TypeAt,
  value: unknown,
  fields: FieldSet,
): unknown {
  const structure = structureOf(typeFields, type, value);
  if (structure.kind === 'leaf' || fields.children.size === 0 || isNothing(value)) return value;
  if (structure.kind !== 'fields') return removeItems(typeFields, structure, value, fields);
  if (!isJsonObject(value)) return value;
  const kept: JsonObject = {};
  for (const key of Object.keys(value)) {
    const rest = remainder(
      typeFields,
      childOf(structure, key) ?? { type: 'any' },
      value[key],
      fields.children.get(`f:${key}`),
    );
    if (rest !== undefined) kept[key] = rest;
  }
  return Object.keys(kept).length > 0 ? kept : undefined;
}

function removeItems(
  typeFields: TypeFields,
  structure: Structure,
  value: unknown,
  fields: FieldSet,
): unknown {
  if (!Array.isArray(value)) return value;
  const kept: unknown[] = [];
  for (const item of value as unknown[]) {
    const element = structure.kind === 'items' ? elementOfItem(structure.keys, item) : elementOfMember(item);
    const type: TypeAt = structure.kind === 'items' ? structure.item : { type: 'string' };
    const rest = remainder(typeFields, type, item, fields.children.get(element));
    if (rest !== undefined) kept.push(rest);
  }
  return kept.length > 0 ? kept : undefined;
}

function remainder(
  typeFields: TypeFields,
  type: TypeAt,
  value: unknown,
  fields: FieldSet | undefined,
): unknown {
  if (!fields) return value;
  return fields.member ? undefined : removeFields(typeFields, type, value, fields);
}

/**
 * The set with every field of a struct that has something of the set below it: what upstream compares when it prunes.
 * Models sigs.k8s.io/structured-merge-diff fieldpath Set.EnsureNamedFieldsAreMembers.
 */
export function withNamedFields(typeFields: TypeFields, type: TypeAt, set: FieldSet): FieldSet {
  if (set.children.size === 0) return set;
  const structure = structureOf(typeFields, type, {});
  const children = new Map<string, FieldSet>();
  for (const [element, child] of set.children) {
    const below = typeBelow(structure, element);
    const whole = withNamedFields(typeFields, below, child);
    const isNamed = structure.kind === 'fields' && !structure.isMap && element.startsWith('f:');
    children.set(element, isNamed && !whole.member ? { ...whole, member: true } : whole);
  }
  return { member: set.member, children };
}

function typeBelow(structure: Structure, element: string): TypeAt {
  if (structure.kind === 'fields') return childOf(structure, element.slice(2)) ?? { type: 'any' };
  return structure.kind === 'items' ? structure.item : { type: 'any' };
}
