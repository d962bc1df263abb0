import { SCHEMAS } from '@podlab/api';
import { isObject } from '../schema/types';

const DEPTH_LIMIT = 100;
/** Fields that hold schemas, or schemas among other things, where the API model knows no more than a JSON value. */
const HOLD_SCHEMAS: ReadonlySet<string> = new Set(['additionalItems', 'additionalProperties', 'items']);

/** Whether a JSON value is a schema all the way down: the API model leaves those of items and of unnamed values open. */
export function isSchema(value: unknown, depth = 0): boolean {
  if (!isObject(value) || depth > DEPTH_LIMIT) return false;
  const { fields } = SCHEMAS['JSONSchemaProps'];
  return Object.entries(value).every(([key, each]) => {
    if (!Object.hasOwn(fields, key)) return key !== '__proto__';
    if (!HOLD_SCHEMAS.has(key)) return fits(fields[key], each, depth + 1);
    if (Array.isArray(each)) return each.every((item) => isSchema(item, depth + 1));
    return typeof each === 'boolean' || isSchema(each, depth + 1);
  });
}

function fits(type: string, value: unknown, depth: number): boolean {
  if (type === 'JSONSchemaProps') return isSchema(value, depth);
  if (type.startsWith('['))
    return Array.isArray(value) && value.every((each) => fits(type.slice(1, -1), each, depth));
  if (type.startsWith('{')) {
    const named = isObject(value) ? Object.entries(value) : undefined;
    return (
      named?.every(([key, each]) => key !== '__proto__' && fits(type.slice(1, -1), each, depth)) ?? false
    );
  }
  if (type === 'any') return true;
  if (type === 'string' || type === 'boolean') return typeof value === type;
  if (type === 'int64' || type === 'int32' || type === 'double') return typeof value === 'number';
  return isObject(value);
}
