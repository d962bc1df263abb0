/** A JSON object, as patches walk it. */
export type JsonObject = { [key: string]: unknown };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A copy to change, without the one key that would change an object's prototype. */
export function shallowCopy(object: JsonObject): JsonObject {
  const copy: JsonObject = {};
  for (const key of Object.keys(object)) if (key !== '__proto__') copy[key] = object[key];
  return copy;
}
