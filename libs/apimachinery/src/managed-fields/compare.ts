import { equalJson } from '@podlab/kernel';
import { isJsonObject } from '../patch/json-value';
import { EMPTY_FIELDS, LEAF_FIELDS, type FieldSet } from './field-set';
import {
  childOf,
  isNothing,
  itemsByElement,
  structureOf,
  type FieldsStructure,
  type Structure,
  type TypeAt,
  type TypeFields,
} from './structure';

/** What differs between two states of an object. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Models sigs.k8s.io/structured-merge-diff typed compare.go. */
export function compareFields(typeFields: TypeFields, type: TypeAt, old: unknown, next: unknown): Comparison {
  const root = new Place(undefined, '');
  compare(typeFields, type, old, next, root);
  const { added = EMPTY_FIELDS, modified = EMPTY_FIELDS, removed = EMPTY_FIELDS } = root;
  return { added, modified, removed };
}

/** A set that grows while the walk is below its path. */
interface GrowingSet extends FieldSet {
  member: boolean;
  readonly children: Map<string, FieldSet>;
}

type Change = keyof Comparison;

/** Where the walk stands, and what it found there and below; most places have found nothing and hold no set. */
class Place {
  added?: GrowingSet;
  modified?: GrowingSet;
  removed?: GrowingSet;

  constructor(
    readonly above: Place | undefined,
    readonly element: string,
  ) {}

  /** The path that leads here has changed. */
  mark(change: Change): void {
    const set = this[change];
    if (set) set.member = true;
    else this.above?.growing(change).children.set(this.element, LEAF_FIELDS);
  }

  private growing(change: Change): GrowingSet {
    const known = this[change];
    if (known) return known;
    const set: GrowingSet = { member: false, children: new Map() };
    this.above?.growing(change).children.set(this.element, set);
    return (this[change] = set);
  }
}

function compare(typeFields: TypeFields, type: TypeAt, old: unknown, next: unknown, at: Place): void {
  const isLeaf = isOneValue(old) || isOneValue(next) || !descend(typeFields, type, old, next, at);
  if (!at.above) return;
  if (old === undefined) at.mark('added');
  else if (next === undefined) at.mark('removed');
  else if (isLeaf && !equalJson(old, next)) at.mark('modified');
}

/** Compares what lies below a place; false: the place is one value. */
function descend(typeFields: TypeFields, type: TypeAt, old: unknown, next: unknown, at: Place): boolean {
  const structure = structureOf(typeFields, type, next ?? old);
  if (structure.kind === 'leaf' || (isNothing(old) && isNothing(next))) return false;
  if (!fits(structure, old) || !fits(structure, next)) return false;
  if (structure.kind === 'fields') {
    compareKeys(typeFields, structure, asFields(old), asFields(next), at);
    return true;
  }
  const olds = itemsByElement(structure, old);
  const nexts = itemsByElement(structure, next);
  const item: TypeAt = structure.kind === 'items' ? structure.item : { type: 'string' };
  for (const element of new Set([...olds.keys(), ...nexts.keys()])) {
    const [before, after] = [olds.get(element), nexts.get(element)];
    if (before !== after) compare(typeFields, item, before, after, new Place(at, element));
  }
  return true;
}

function compareKeys(
  typeFields: TypeFields,
  structure: FieldsStructure,
  old: Readonly<Record<string, unknown>>,
  next: Readonly<Record<string, unknown>>,
  above: Place,
): void {
  for (const key of Object.keys(next)) {
    if (old[key] === next[key]) continue;
    const type = childOf(structure, key) ?? UNTYPED;
    compare(typeFields, type, old[key], next[key], new Place(above, `f:${key}`));
  }
  for (const key of Object.keys(old)) {
    if (Object.hasOwn(next, key) || old[key] === undefined) continue;
    const type = childOf(structure, key) ?? UNTYPED;
    compare(typeFields, type, old[key], undefined, new Place(above, `f:${key}`));
  }
}

/** Whether nothing can lie below a value, whatever its type. */
const isOneValue = (value: unknown): boolean =>
  value !== undefined && value !== null && typeof value !== 'object';

const UNTYPED: TypeAt = { type: 'any' };

/** Whether a value is there as its structure has it: anything else counts as one value. */
function fits(structure: Structure, value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return structure.kind === 'fields' ? isJsonObject(value) : Array.isArray(value);
}

const NO_FIELDS: Readonly<Record<string, unknown>> = Object.freeze({});
const asFields = (value: unknown) => (isJsonObject(value) ? value : NO_FIELDS);
