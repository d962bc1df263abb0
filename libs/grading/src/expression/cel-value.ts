/** JSON as CEL has it: whole numbers are ints (bigint), all others doubles. Models k8s.io/apiserver pkg/cel/common UnstructuredToVal. */
export function celValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(celValue);
  if (typeof value !== 'object' || value === null) return value === undefined ? null : value;
  const converted = new Map<string, unknown>();
  for (const [key, part] of Object.entries(value)) if (part !== undefined) converted.set(key, celValue(part));
  return converted;
}

/** A value of CEL as JSON. */
export function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plainValue);
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, part]) => [String(key), plainValue(part)]));
  return value;
}
