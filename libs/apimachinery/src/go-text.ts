import { isJsonObject } from './patch/json-value';

/** A JSON value as Go's `%v` prints it: `map[key:value]` with its keys in order, `[a b]`, `<nil>`. */
export function goText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (!isJsonObject(value)) return value === null ? '<nil>' : String(value);
  const keys = Object.keys(value).sort();
  return `map[${keys.map((key) => `${key}:${goText(value[key])}`).join(' ')}]`;
}
