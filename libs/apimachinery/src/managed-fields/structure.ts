import { isJsonObject } from '../patch/json-value';
import { fieldMergeOf, isAtomicType, type FieldMerge, type MapKey } from './list-types';

/**
 * The fields of a type: `string`, a type's name, `[X]` a list of X, `{X}` a map to X; under {@link OTHER_FIELDS} the type
 * of every field that is not named. Undefined for a type that has no schema. The machinery knows no kinds: who calls it
 * hands them in.
 */
export type TypeFields = (type: string) => Readonly<Record<string, string>> | undefined;

/** What a place in an object is made of. A type without schema is deduced from its value: maps merge, lists don't. */
export interface TypeAt {
  readonly type: string;
  readonly merge?: FieldMerge;
}

/** How one value is walked. */
export type Structure =
  | { readonly kind: 'leaf' }
  | FieldsStructure
  | { readonly kind: 'items'; readonly keys: readonly MapKey[]; readonly item: TypeAt }
  | { readonly kind: 'set' };

/** A struct, which has the fields of its type, or a map, whose values are all of one type. */
export interface FieldsStructure {
  readonly kind: 'fields';
  readonly isMap: boolean;
  /** Of a struct. */
  readonly type: string;
  readonly fields: Readonly<Record<string, string>>;
}

export const OTHER_FIELDS = '*';

const LEAF: Structure = { kind: 'leaf' };
const SET: Structure = { kind: 'set' };
const UNTYPED = 'any';

/** The structure of a place, where `value` is what stands there. */
export function structureOf(typeFields: TypeFields, { type, merge }: TypeAt, value: unknown): Structure {
  if (merge === 'atomic' || isAtomicType(type)) return LEAF;
  if (type.startsWith('[')) return listStructure(type.slice(1, -1), merge);
  if (type.startsWith('{')) return mapOf(type.slice(1, -1));
  const fields = typeFields(type);
  if (fields) return { kind: 'fields', isMap: false, type, fields };
  return type === UNTYPED && isJsonObject(value) ? UNTYPED_MAP : LEAF;
}

const mapOf = (item: string): FieldsStructure => ({
  kind: 'fields',
  isMap: true,
  type: '',
  fields: { [OTHER_FIELDS]: item },
});
const UNTYPED_MAP = mapOf(UNTYPED);

/** What stands at a key; undefined where the schema has no such field. */
export function childOf({ type, fields, isMap }: FieldsStructure, key: string): TypeAt | undefined {
  if (isMap) return { type: fields[OTHER_FIELDS] };
  if (Object.hasOwn(fields, key)) return { type: fields[key], merge: fieldMergeOf(type, key) };
  return Object.hasOwn(fields, OTHER_FIELDS) ? { type: fields[OTHER_FIELDS] } : undefined;
}

function listStructure(item: string, merge: FieldMerge | undefined): Structure {
  if (merge === 'set') return SET;
  return merge && merge !== 'atomic' ? { kind: 'items', keys: merge, item: { type: item } } : LEAF;
}

/** A list or a map that holds nothing, null and absence. */
export function isNothing(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** The path element of an item of a keyed list. Models structured-merge-diff typed listItemToPathElement. */
export function elementOfItem(keys: readonly MapKey[], item: unknown): string {
  const values = isJsonObject(item) ? item : {};
  const key: Record<string, unknown> = {};
  for (const { name, default: byDefault } of keys) {
    const value = values[name] ?? byDefault;
    if (value !== undefined) key[name] = value;
  }
  return `k:${JSON.stringify(key)}`;
}

export const elementOfMember = (value: unknown): string => `v:${JSON.stringify(value)}`;

/** The items of a keyed list or of a set by path element; of two with one key the last. */
export function itemsByElement(structure: Structure, list: unknown): Map<string, unknown> {
  const items = new Map<string, unknown>();
  if (!Array.isArray(list)) return items;
  for (const item of list) {
    const element = structure.kind === 'items' ? elementOfItem(structure.keys, item) : elementOfMember(item);
    items.set(element, item);
  }
  return items;
}
