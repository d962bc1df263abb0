import { SCHEMAS } from '@podlab/api';

/** Go's kind of a value that is no object of Go yet. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'slice';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'object' ? 'map' : 'string';
}

const JSON_NAMES: Readonly<Record<string, string>> = { slice: 'array', map: 'object', int64: 'number' };

function jsonName(value: unknown): string {
  const kind = kindOf(value);
  return kind === 'float64' ? `number ${String(value)}` : (JSON_NAMES[kind] ?? kind);
}

/**
 * What is said of a value that its field can't take where no text is decoded, but the map that a strategic merge patch
 * left. `type` is the field's in the schemas, `goType` how Go prints it. Models k8s.io/apimachinery pkg/runtime
 * converter.go fromUnstructured; Time, Quantity and IntOrString read JSON of their own.
 */
export function cannotConvert(value: unknown, type: string, goType: string): string {
  const kind = kindOf(value);
  if (type.startsWith('[') || type === 'byte') return `cannot restore slice from ${kind}`;
  if (type.startsWith('{')) return `cannot restore map from ${kind}`;
  if (Object.hasOwn(SCHEMAS, type)) return `cannot restore struct from: ${kind}`;
  if (type === 'time' || type === 'microtime')
    return `json: cannot unmarshal ${jsonName(value)} into Go value of type string`;
  if (type === 'intOrString') return `json: cannot unmarshal ${jsonName(value)} into Go value of type int32`;
  const wanted = type === 'boolean' ? 'bool' : type === 'double' ? 'float64' : type;
  if (typeof value === 'number' && wanted.startsWith('int')) return `cannot convert ${kind} to ${goType}`;
  return kind === 'int64' && wanted === 'string'
    ? `cannot convert int64 to ${goType}`
    : `unrecognized type: ${wanted}`;
}
