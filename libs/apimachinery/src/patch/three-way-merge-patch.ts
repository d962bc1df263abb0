import { equalJson } from '@podlab/kernel';
import { isJsonObject, type JsonObject } from './json-value';
import { patchTypeOf, type FieldPatch, type TypePatch } from './merge-keys';

/**
 * The strategic merge patch that `kubectl apply` sends: what `modified` says is set, what `original` (applied last)
 * said and `modified` no longer does is removed, what others wrote into `current` stays. Lists with a merge key are
 * compared item by item. Models apimachinery pkg/util/strategicpatch CreateThreeWayMergePatch, without its conflicts.
 */
export function createThreeWayMergePatch(
  kind: string,
  original: JsonObject,
  modified: JsonObject,
  current: JsonObject,
): JsonObject {
  return differenceOfObjects(original, modified, current, patchTypeOf(kind));
}

function differenceOfObjects(
  original: JsonObject,
  modified: JsonObject,
  current: JsonObject,
  schema: TypePatch,
): JsonObject {
  const patch: JsonObject = {};
  for (const key of Object.keys(original)) {
    if (!Object.hasOwn(modified, key) && Object.hasOwn(current, key)) patch[key] = null;
  }
  for (const [key, wanted] of Object.entries(modified)) {
    const [before, there] = [original[key], current[key]];
    const field = Object.hasOwn(schema, key) ? schema[key] : {};
    if (isJsonObject(wanted) && isJsonObject(there)) setObject(patch, key, [before, wanted, there], field);
    else if (Array.isArray(wanted) && Array.isArray(there))
      setList(patch, key, [before, wanted, there], field);
    else if (!equalJson(wanted, there)) patch[key] = wanted;
  }
  return patch;
}

function setObject(
  patch: JsonObject,
  key: string,
  [before, wanted, there]: readonly [unknown, JsonObject, JsonObject],
  field: FieldPatch,
): void {
  const inner = differenceOfObjects(
    isJsonObject(before) ? before : {},
    wanted,
    there,
    patchTypeOf(field.type),
  );
  if (Object.keys(inner).length === 0) return;
  if (field.retainKeys) inner['$retainKeys'] = Object.keys(wanted);
  patch[key] = inner;
}

type Lists = readonly [before: unknown, wanted: readonly unknown[], there: readonly unknown[]];

function setList(patch: JsonObject, key: string, [before, wanted, there]: Lists, field: FieldPatch): void {
  const applied: readonly unknown[] = Array.isArray(before) ? before : [];
  const has = (list: readonly unknown[], item: unknown) => list.some((each) => equalJson(each, item));
  if (field.primitives) {
    const gone = applied.filter((item) => !has(wanted, item) && has(there, item));
    const added = wanted.filter((item) => !has(there, item));
    if (gone.length > 0) patch[`$deleteFromPrimitiveList/${key}`] = gone;
    if (added.length > 0) patch[key] = added;
    return;
  }
  const { mergeKey } = field;
  if (mergeKey === undefined || !isKeyed(wanted, mergeKey) || !isKeyed(there, mergeKey)) {
    if (!equalJson(wanted, there)) patch[key] = wanted;
    return;
  }
  const items = differenceOfItems(isKeyed(applied, mergeKey) ? applied : [], wanted, there, field);
  if (items.length === 0) return;
  patch[`$setElementOrder/${key}`] = wanted.map((item) => ({ [mergeKey]: item[mergeKey] }));
  patch[key] = items;
}

function differenceOfItems(
  applied: readonly JsonObject[],
  wanted: readonly JsonObject[],
  there: readonly JsonObject[],
  { mergeKey = '', type, retainKeys }: FieldPatch,
): JsonObject[] {
  const find = (list: readonly JsonObject[], item: JsonObject) =>
    list.find((each) => equalJson(each[mergeKey], item[mergeKey]));
  const changed = wanted.flatMap((item) => {
    const now = find(there, item);
    if (!now) return [item];
    const inner = differenceOfObjects(find(applied, item) ?? {}, item, now, patchTypeOf(type));
    if (Object.keys(inner).length === 0) return [];
    return [{ ...inner, [mergeKey]: item[mergeKey], ...(retainKeys && { $retainKeys: Object.keys(item) }) }];
  });
  const gone = applied.filter((item) => !find(wanted, item) && find(there, item));
  return [...changed, ...gone.map((item) => ({ $patch: 'delete', [mergeKey]: item[mergeKey] }))];
}

/** Whether every item has the key, each another value: else the list can only be replaced. */
function isKeyed(list: readonly unknown[], mergeKey: string): list is readonly JsonObject[] {
  const keys = list.map((item) =>
    isJsonObject(item) && Object.hasOwn(item, mergeKey) ? JSON.stringify(item[mergeKey]) : undefined,
  );
  return !keys.includes(undefined) && new Set(keys).size === keys.length;
}
