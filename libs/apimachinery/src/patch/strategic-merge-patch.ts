import { equalJson } from '@podlab/kernel';
import { newBadRequest, newUnprocessable } from '../errors';
import { goText } from '../go-text';
import { isJsonObject, shallowCopy, type JsonObject } from './json-value';
import { patchTypeOf, type FieldPatch, type TypePatch } from './merge-keys';

/** What the generic server says of a patch with lists of lists. */
const UNPROCESSABLE = 'the server rejected our request due to an error in our request';
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
    if (directive === 'replace') return withoutDirective(patch);
    if (directive === 'delete') return {};
    throw unknownDirective(directive, patch);
  }
  const result = retained(original, patch);
  for (const key of Object.keys(patch)) {
    if (key.startsWith(SET_ELEMENT_ORDER)) checkElementOrder(result, patch, key, schema);
  }
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
    return patched;
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
    if (Array.isArray(item)) throw newUnprocessable(UNPROCESSABLE);
    if (!isJsonObject(item)) {
      const lists = goText([original, patch]);
      throw newBadRequest(`list element types are not identical: ${lists}`);
    }
    if (!Object.hasOwn(item, DIRECTIVE)) plain.push(item);
    else if (item[DIRECTIVE] === 'replace') replace = true;
    else if (item[DIRECTIVE] === 'delete') {
      const value = mergeKeyValue(item, mergeKey);
      result = result.filter((each) => !hasKey(each, mergeKey, value));
    } else if (item[DIRECTIVE] === 'merge') {
      throw newBadRequest('merging lists cannot yet be specified in the patch');
    } else throw unknownDirective(item[DIRECTIVE], item);
  }
  if (replace) return plain;
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
  throw newBadRequest(`map: ${goText(item)} does not contain declared merge key: ${mergeKey}`);
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
  const list = result[key];
  if (!Array.isArray(list)) return;
  const mergeKey = mergeKeyOf(schema, key);
  const before = liveOrder(asList(original[key]), list, asList(patch[key]), mergeKey);
  result[key] = inOrder(list, asList(patch[directive]), before, mergeKey);
}

/**
 * The order of the live list as upstream sees it after the merge: what was deleted has given its place to as many new
 * items, for the merge wrote them into the same slice.
 */
function liveOrder(
  original: readonly unknown[],
  merged: readonly unknown[],
  patch: readonly unknown[],
  mergeKey: string | undefined,
): readonly unknown[] {
  if (!mergeKey) return original;
  const isIn = (items: readonly unknown[], item: unknown) =>
    items.some((each) => equalJson(identity(each, mergeKey), identity(item, mergeKey)));
  const kept = original.filter((item) => isIn(merged, item));
  const added = patch.filter((item) => directiveOf(item) === undefined && !isIn(original, item));
  return [...kept, ...added.slice(0, original.length - kept.length)];
}

const mergeKeyOf = (schema: TypePatch, key: string) =>
  (Object.hasOwn(schema, key) ? schema[key] : {}).mergeKey;

/** Throws where an order, or what it is the order of, is no list, or where they contradict. Models mergePatchIntoOriginal. */
function checkElementOrder(
  original: JsonObject,
  patch: JsonObject,
  directive: string,
  schema: TypePatch,
): void {
  const key = directive.slice(SET_ELEMENT_ORDER.length);
  const order = patch[directive];
  if (!Array.isArray(order)) throw notAList(order);
  const lists = [original, patch].filter((each) => Object.hasOwn(each, key)).map((each) => each[key]);
  for (const list of lists) if (!Array.isArray(list)) throw notAList(list);
  const mergeKey = mergeKeyOf(schema, key);
  if (Object.hasOwn(patch, key)) checkOrder(asList(patch[key]), order, mergeKey);
  if (lists.length > 0 && lists.every((list) => asList(list).length === 0))
    throw newBadRequest('no elements in any of the given slices');
}

/** The items of a patch must come in the order it asks for. Models validatePatchWithSetOrderList. */
function checkOrder(
  patch: readonly unknown[],
  order: readonly unknown[],
  mergeKey: string | undefined,
): void {
  if (patch.length === 0 || order.length === 0) return;
  const kept = mergeKey ? patch.filter((item) => directiveOf(item) !== 'delete') : patch;
  let next = 0;
  let place = 0;
  while (next < kept.length && place < order.length) {
    if (directiveOf(kept[next]) !== undefined) next++;
    else if (equalJson(orderKey(kept[next], mergeKey), orderKey(order[place++], mergeKey))) next++;
  }
  if (next === kept.length || place < order.length) return;
  const [patchText, orderText] = [goText(patch), goText(order)];
  throw newBadRequest(
    `The order in patch list:\n${patchText}\n doesn't match $setElementOrder list:\n${orderText}\n`,
  );
}

const directiveOf = (item: unknown) => (isJsonObject(item) ? item[DIRECTIVE] : undefined);

/** What an item is known by in a list that has an order. Models mergeKeyValueEqual. */
function orderKey(item: unknown, mergeKey: string | undefined): unknown {
  if (!mergeKey) return item;
  if (!isJsonObject(item))
    throw newBadRequest(`expected a map[string]interface {}, but received a ${goTypeOf(item)}`);
  return mergeKeyValue(item, mergeKey);
}

const notAList = (value: unknown) =>
  newBadRequest(`expected a []interface {}, but received a ${goTypeOf(value)}`);

const unknownDirective = (directive: unknown, patch: JsonObject) =>
  newBadRequest(`unknown patch type: ${String(directive)} in map: ${goText(patch)}`);

/** The type of a JSON value in Go, as `%s` prints it. */
function goTypeOf(value: unknown): string {
  if (value === null) return '%!s(<nil>)';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'map[string]interface {}';
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

/** A patch that takes an object's place as it stands: what else it asks for is a field that no type has. */
function withoutDirective(patch: JsonObject): JsonObject {
  const { [DIRECTIVE]: _, ...rest } = patch;
  return rest;
}
