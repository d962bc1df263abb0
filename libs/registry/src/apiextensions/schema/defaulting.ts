import type { JSONSchemaProps } from '@podlab/api';
import { cloneJson } from '@podlab/kernel';
import { isObject, propertySchema, schemaOf } from './types';

/**
 * Gives absent fields of a value their schema's defaults, and nulls that may not be null too.
 * Models k8s.io/apiextensions-apiserver pkg/apiserver/schema/defaulting Default and PruneNonNullableNullsWithoutDefaults.
 */
export function applyDefaults(value: unknown, schema: JSONSchemaProps): void {
  if (Array.isArray(value)) {
    const items = schemaOf(schema.items);
    if (items) for (const item of value) applyDefaults(item, items);
    return;
  }
  if (!isObject(value)) return;
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (property.default === undefined) continue;
    const absent = value[key] === undefined || (value[key] === null && property.nullable !== true);
    if (absent) value[key] = cloneJson(property.default);
  }
  for (const key of Object.keys(value)) {
    const property = propertySchema(schema, key);
    if (property) applyDefaults(value[key], property);
  }
}
