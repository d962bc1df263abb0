import type { JSONSchemaProps } from '@podlab/api';

export type Json = unknown;
export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The schema of an array's items, or of values under names that `properties` does not list. */
export function schemaOf(value: unknown): JSONSchemaProps | undefined {
  return isObject(value) ? (value as JSONSchemaProps) : undefined;
}

/** The schema of one property of an object; undefined for one that the schema does not know. */
export function propertySchema(schema: JSONSchemaProps, key: string): JSONSchemaProps | undefined {
  const { properties = {} } = schema;
  return Object.hasOwn(properties, key) ? properties[key] : schemaOf(schema.additionalProperties);
}
