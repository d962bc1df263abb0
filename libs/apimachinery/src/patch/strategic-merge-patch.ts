import { equalJson } from '@podlab/kernel';
import { newBadRequest } from '../errors';
import { isJsonObject, shallowCopy, type JsonObject } from './json-value';
import { patchTypeOf, type FieldPatch, type TypePatch } from './merge-keys';

const DIRECTIVE = '$patch';
const RETAIN_KEYS = '$retainKeys';
const DELETE_FROM_PRIMITIVES = '$deleteFromPrimitiveList/';
const SET_ELEMENT_ORDER = '$setElementOrder/';

/**
 * The document after a strategic merge patch: lists merge by the keys of their type, and the patch may hold the
 * directives $patch, $retainKeys, $deleteFromPrimitiveList and $setElementOrder. The given document stays as it is.
 * Throws 400 with upstream's text. Models apimachinery pkg/util/strategicpatch StrategicMergeMapPatch.
 */
export function applyStrategicMergePatch(kind: string, document: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) throw newBadRequest('invalid JSON document');
  return mergeObject(isJsonObject(document) ? document : {}, patch, patchTypeOf(kind));
}

function mergeObject(original: JsonObject, patch: JsonObject, schema: TypePatch): JsonObject {
  if (Object.hasOwn(patch, DIRECTIVE)) {
    const directive = patch[DIRECTIVE];
    if (directive === 'replace') return withoutDirectives(patch);
    if (directive === 'delete') return {};
    throw newBadRequest(`unknown patch type: ${String(directive)} in map: ${goMap(patch)}`);
  }
  const result = retained(original, patch);
  for (const key of Object.keys(patch)) {
    if (key.startsWith('$') || key === '__proto__') continue;
    const field = Object.hasOwn(schema, key) ? schema[key] : {};
    const current = Object.hasOwn(result, key) ? result[key] : undefined;
    if (patch[key] === null) delete result[key];
    else result[key] = mergeValue(current, patch[key], field);
  }
  for (const key of Object.keys(patch)) {
    if (key.startsWith(DELETE_FROM_PRIMITIVES)) deletePrimitives(result, key, patch[key]);
  }
  for (const key of Object.keys(patch)) {
    if (key.startsWith(SET_ELEMENT_ORDER)) reorder(result, original, patch, key, schema);
  }
  return result;
}

function mergeValue(current: unknown, patched: unknown, field: FieldPatch): unknown {
  if (isJsonObject(current) && isJsonObject(patched))
    return mergeObject(current, patched, patchTypeOf(field.type));
  if (Array.isArray(current) && Array.isArray(patched)) {
    if (field.mergeKey) return mergeList(current, patched, field.mergeKey, patchTypeOf(field.type));
    if (field.primitives) return inOrder([...new Set([...current, ...patched])], patched, current, undefined);
  }
  return withoutNulls(patched);
}

/** What `$retainKeys` leaves of the original. */
function retained(original: JsonObject, patch: JsonObject): JsonObject {
  const result = shallowCopy(original);
  if (!Object.hasOwn(patch, RETAIN_KEYS)) return result;
  const keys = patch[RETAIN_KEYS];
  if (!Array.isArray(keys)) throw newBadRequest('invalid patch format of retainKeys');
  for (const key of Object.keys(patch)) {
    if (!key.startsWith('$') && patch[key] !== null && !keys.includes(key)) {
      throw newBadRequest('invalid patch format of retainKeys');
    }
  }
  for (const key of Object.keys(result)) if (!keys.includes(key)) delete result[key];
  return result;
}

function mergeList(
  original: readonly unknown[],
  patch: readonly unknown[],
  mergeKey: string,
  schema: TypePatch,
): unknown[] {
  let result = [...original];
  const plain: JsonObject[] = [];
  let replace = false;
  for (const item of patch) {
    if (!isJsonObject(item)) throw newBadRequest('lists of different types cannot be merged');
    if (!Object.hasOwn(item, DIRECTIVE)) plain.push(item);
    else if (item[DIRECTIVE] === 'replace') replace = true;
    else if (item[DIRECTIVE] === 'delete') {
      const value = mergeKeyValue(item, mergeKey);
      result = result.filter((each) => !hasKey(each, mergeKey, value));
    } else throw newBadRequest('invalid patch format: $patch: merge directive not yet supported in lists');
  }
  if (replace) return plain.map(withoutDirectives);
  for (const item of plain) {
    const value = mergeKeyValue(item, mergeKey);
    const at = result.findIndex((each) => hasKey(each, mergeKey, value));
    if (at < 0) result.push(withoutNulls(item));
    else result[at] = mergeObject(result[at] as JsonObject, item, schema);
  }
  return inOrder(result, plain, original, mergeKey);
}

function mergeKeyValue(item: JsonObject, mergeKey: string): unknown {
  if (Object.hasOwn(item, mergeKey)) return item[mergeKey];
  throw newBadRequest(`map: ${goMap(item)} does not contain declared merge key: ${mergeKey}`);
}

function hasKey(item: unknown, mergeKey: string, value: unknown): boolean {
  return isJsonObject(item) && Object.hasOwn(item, mergeKey) && equalJson(item[mergeKey], value);
}

function deletePrimitives(result: JsonObject, directive: string, values: unknown): void {
  const key = directive.slice(DELETE_FROM_PRIMITIVES.length);
  if (!Array.isArray(values)) throw newBadRequest('invalid patch format of delete primitive list');
  const list = result[key];
  if (Array.isArray(list)) result[key] = list.filter((each) => !values.includes(each));
}

/** Puts a list in the order that the patch asks for. */
function reorder(
  result: JsonObject,
  original: JsonObject,
  patch: JsonObject,
  directive: string,
  schema: TypePatch,
): void {
  const key = directive.slice(SET_ELEMENT_ORDER.length);
  const order = patch[directive];
  const list = result[key];
  if (!Array.isArray(order)) throw newBadRequest('invalid patch format of setElementOrder list');
  const mergeKey = (Object.hasOwn(schema, key) ? schema[key] : {}).mergeKey;
  if (Array.isArray(patch[key])) checkOrder(patch[key], order, mergeKey);
  if (Array.isArray(list)) result[key] = inOrder(list, order, asList(original[key]), mergeKey);
}

/** The items of a patch must come in the order it asks for. Models validatePatchWithSetOrderList. */
function checkOrder(
  patch: readonly unknown[],
  order: readonly unknown[],
  mergeKey: string | undefined,
): void {
  const kept = patch.filter((item) => !isJsonObject(item) || item[DIRECTIVE] !== 'delete');
  let next = 0;
  for (const item of order) {
    if (next < kept.length && equalJson(identity(kept[next], mergeKey), identity(item, mergeKey))) next++;
  }
  if (next === kept.length || order.length === 0) return;
  const [patchText, orderText] = [goMap(patch), goMap(order)];
  throw newBadRequest(
    `The order in patch list:\n${patchText}\n doesn't match $setElementOrder list:\n${orderText}\n`,
  );
}

/**
 * The items that `order` names in that order; the others keep their place among their neighbours of `before`.
 * Models strategicpatch normalizeElementOrder.
 */
function inOrder(
  list: readonly unknown[],
  order: readonly unknown[],
  before: readonly unknown[],
  mergeKey: string | undefined,
): unknown[] {
  const indexIn = (items: readonly unknown[], item: unknown) =>
    items.findIndex((each) => equalJson(identity(each, mergeKey), identity(item, mergeKey)));
  const listed = list.filter((item) => indexIn(order, item) >= 0);
  listed.sort((a, b) => indexIn(order, a) - indexIn(order, b));
  const serverOnly = list.filter((item) => indexIn(order, item) < 0);
  return interleave(serverOnly, listed, (item) => indexIn(before, item));
}

function identity(item: unknown, mergeKey: string | undefined): unknown {
  return mergeKey && isJsonObject(item) ? item[mergeKey] : item;
}

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Models strategicpatch mergeSortedSlice: `left` goes into `right` by the live order, each keeping its own. */
function interleave(
  left: readonly unknown[],
  right: readonly unknown[],
  place: (item: unknown) => number,
): unknown[] {
  const merged: unknown[] = [];
  let l = 0;
  let r = 0;
  while (l < left.length || r < right.length) {
    const leftFirst =
      r >= right.length ||
      (l < left.length && place(left[l]) >= 0 && place(right[r]) >= 0 && place(left[l]) < place(right[r]));
    merged.push(leftFirst ? left[l++] : right[r++]);
  }
  return merged;
}

/** A patch's value where the document has none: nulls and directives mean nothing there. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.filter((item) => !isJsonObject(item) || !Object.hasOwn(item, DIRECTIVE)).map(withoutNulls);
  }
  if (!isJsonObject(value)) return value;
  const result: JsonObject = {};
  for (const key of Object.keys(value)) {
    if (value[key] !== null && !key.startsWith('$') && key !== '__proto__')
      result[key] = withoutNulls(value[key]);
  }
  return result;
}

function withoutDirectives(patch: JsonObject): JsonObject {
  return withoutNulls(patch) as JsonObject;
}

/** A map as Go prints it: `map[key:value]`, keys in order. */
function goMap(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goMap).join(' ')}]`;
  if (!isJsonObject(value)) return value === null ? '<nil>' : String(value);
  const pairs = Object.keys(value).sort();
  return `map[${pairs.map((key) => `${key}:${goMap(value[key])}`).join(' ')}]`;
}
