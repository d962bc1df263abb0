import type { JSONSchemaProps } from '@podlab/api';
import { isObject, propertySchema, schemaOf, type JsonObject } from './types';

const PRESERVE = 'x-kubernetes-preserve-unknown-fields';
const OF_ANY_OBJECT: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/**
 * Takes out of an object what its schema does not specify, and tells the paths of it.
 * Models k8s.io/apiextensions-apiserver pkg/apiserver/schema/pruning PruneWithOptions.
 */
export function prune(object: JsonObject, schema: JSONSchemaProps): string[] {
  const unknown: string[] = [];
  pruneObject(object, schema, '', true, unknown);
  return unknown;
}

function pruneValue(value: unknown, schema: JSONSchemaProps, path: string, unknown: string[]): void {
  if (isObject(value))
    return pruneObject(value, schema, path, schema['x-kubernetes-embedded-resource'] === true, unknown);
  const items = schemaOf(schema.items);
  if (!Array.isArray(value) || !items) return;
  value.forEach((item, index) => pruneValue(item, items, `${path}[${index}]`, unknown));
}

function pruneObject(
  object: JsonObject,
  schema: JSONSchemaProps,
  path: string,
  isResource: boolean,
  unknown: string[],
): void {
  for (const key of Object.keys(object)) {
    if (isResource && OF_ANY_OBJECT.has(key)) continue;
    const at = path ? `${path}.${key}` : key;
    const property = propertySchema(schema, key);
    if (property) pruneValue(object[key], property, at, unknown);
    else if (schema[PRESERVE] !== true && schema.additionalProperties !== true) {
      delete object[key];
      unknown.push(at);
    }
  }
}
