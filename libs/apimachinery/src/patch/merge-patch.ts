import { isJsonObject, shallowCopy, type JsonObject } from './json-value';

/** The document after an RFC 7396 patch; the given one stays as it is. */
export function applyMergePatch(document: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch;
  const result: JsonObject = isJsonObject(document) ? shallowCopy(document) : {};
  for (const key of Object.keys(patch)) {
    if (key === '__proto__') continue;
    if (patch[key] === null) delete result[key];
    else result[key] = applyMergePatch(Object.hasOwn(result, key) ? result[key] : undefined, patch[key]);
  }
  return result;
}
