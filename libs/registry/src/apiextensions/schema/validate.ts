import type { JSONSchemaProps } from '@podlab/api';
import type { FieldError, Path } from '@podlab/apimachinery';
import {
  Path as FieldPath,
  duplicate,
  invalid,
  required,
  tooLong,
  tooMany,
  typeInvalid,
} from '@podlab/apimachinery';
import { equalJson } from '@podlab/kernel';
import { parseRegularExpression } from './regular-expression';
import { isObject, propertySchema, schemaOf, type JsonObject } from './types';

/** How deep a value and its schema are compared. */
const DEPTH_LIMIT = 64;

/**
 * What is wrong in a value by its structural schema. Models k8s.io/apiextensions-apiserver pkg/apiserver/validation
 * ValidateCustomResource, with the texts of k8s.io/kube-openapi pkg/validation/errors.
 */
export function validateValue(
  value: unknown,
  schema: JSONSchemaProps,
  path: Path = FieldPath.root,
  depth = 0,
): FieldError[] {
  if (depth > DEPTH_LIMIT) return [invalid(path, '', 'is nested too deeply')];
  if (value === null && schema.nullable === true) return [];
  const wrong = typeError(value, schema, path);
  if (wrong) return [wrong];
  const errors = [...enumErrors(value, schema, path), ...combinedErrors(value, schema, path, depth)];
  if (typeof value === 'number') errors.push(...numberErrors(value, schema, path));
  else if (typeof value === 'string') errors.push(...stringErrors(value, schema, path));
  else if (Array.isArray(value)) errors.push(...arrayErrors(value, schema, path, depth));
  else if (isObject(value)) errors.push(...objectErrors(value, schema, path, depth));
  return errors;
}

/** The path as the texts of the errors name it; the object itself has no name. */
const nameOf = (path: Path) => (path === FieldPath.root ? '' : path.toString());
const said = (path: Path, badValue: unknown, text: string) =>
  invalid(path, badValue, `${nameOf(path)} in body ${text}`);

function jsonType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function typeError(value: unknown, schema: JSONSchemaProps, path: Path): FieldError | undefined {
  const found = jsonType(value);
  const wanted = schema['x-kubernetes-int-or-string'] ? 'integer,string' : schema.type;
  if (!wanted || wanted.split(',').includes(found) || (wanted === 'number' && found === 'integer'))
    return undefined;
  return typeInvalid(path, found, `${nameOf(path)} in body must be of type ${wanted}: "${found}"`);
}

function enumErrors(value: unknown, schema: JSONSchemaProps, path: Path): FieldError[] {
  if (!schema.enum || schema.enum.some((each) => equalJson(each, value))) return [];
  const supported = schema.enum.map((each) => JSON.stringify(each)).join(', ');
  const detail = `supported values: ${supported}`;
  return [{ type: 'FieldValueNotSupported', field: path.toString(), badValue: value, detail }];
}

function numberErrors(value: number, schema: JSONSchemaProps, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  const { minimum, maximum, multipleOf, exclusiveMinimum, exclusiveMaximum } = schema;
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum))
    errors.push(said(path, value, `should be less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`));
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum))
    errors.push(
      said(path, value, `should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`),
    );
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf))
    errors.push(said(path, value, `should be a multiple of ${multipleOf}`));
  const limits = FORMAT_LIMITS[schema.format ?? ''];
  if (limits && (value < limits[0] || value > limits[1]))
    errors.push(said(path, value, `must be of type ${schema.format}: "${value}"`));
  return errors;
}

const FORMAT_LIMITS: Readonly<Record<string, readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2 ** 63), 2 ** 63],
};

/** Formats that are checked; others are annotations. */
const FORMATS: Readonly<Record<string, RegExp>> = {
  'date-time': /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/,
  date: /^\d{4}-\d\d-\d\d$/,
  uuid: /^[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}$/,
  ipv4: /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/,
  duration: /^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h|d|w))+$/,
};

function stringErrors(value: string, schema: JSONSchemaProps, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  const length = [...value].length;
  if (schema.maxLength !== undefined && length > schema.maxLength)
    errors.push(tooLong(path, schema.maxLength));
  if (schema.minLength !== undefined && length < schema.minLength)
    errors.push(said(path, value, `should be at least ${schema.minLength} chars long`));
  if (schema.pattern !== undefined && !parseRegularExpression(schema.pattern)?.test(value))
    errors.push(said(path, value, `should match '${schema.pattern}'`));
  const format = FORMATS[schema.format ?? ''];
  if (format && !format.test(value))
    errors.push(said(path, value, `must be of type ${schema.format}: "${value}"`));
  return errors;
}

function arrayErrors(
  value: readonly unknown[],
  schema: JSONSchemaProps,
  path: Path,
  depth: number,
): FieldError[] {
  const errors: FieldError[] = [];
  const { minItems, maxItems } = schema;
  if (maxItems !== undefined && value.length > maxItems) errors.push(tooMany(path, value.length, maxItems));
  if (minItems !== undefined && value.length < minItems)
    errors.push(said(path, value.length, `should have at least ${minItems} items`));
  const items = schemaOf(schema.items);
  if (items)
    value.forEach((item, index) => errors.push(...validateValue(item, items, path.index(index), depth + 1)));
  return [...errors, ...duplicateErrors(value, schema, path)];
}

/** Models pkg/apiserver/schema/listtype ValidateListSetsAndMaps. */
function duplicateErrors(value: readonly unknown[], schema: JSONSchemaProps, path: Path): FieldError[] {
  const kind = schema['x-kubernetes-list-type'];
  if (kind !== 'set' && kind !== 'map') return [];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const identity = (item: unknown) =>
    kind === 'map' && isObject(item) ? Object.fromEntries(keys.map((key) => [key, item[key] ?? null])) : item;
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  value.forEach((item, index) => {
    const text = JSON.stringify(identity(item));
    if (seen.has(text)) errors.push(duplicate(path.index(index), identity(item)));
    seen.add(text);
  });
  return errors;
}

function objectErrors(value: JsonObject, schema: JSONSchemaProps, path: Path, depth: number): FieldError[] {
  const errors: FieldError[] = [];
  const keys = Object.keys(value).sort();
  const { minProperties, maxProperties } = schema;
  if (maxProperties !== undefined && keys.length > maxProperties)
    errors.push(tooMany(path, keys.length, maxProperties));
  if (minProperties !== undefined && keys.length < minProperties)
    errors.push(said(path, keys.length, `should have at least ${minProperties} properties`));
  for (const key of schema.required ?? [])
    if (value[key] === undefined) errors.push(required(path.child(key)));
  for (const key of keys) {
    const property = propertySchema(schema, key);
    if (!property || value[key] === undefined) continue;
    const isNamed = Object.hasOwn(schema.properties ?? {}, key);
    const at = isNamed ? path.child(key) : path === FieldPath.root ? path.child(key) : path.key(key);
    errors.push(...validateValue(value[key], property, at, depth + 1));
  }
  return errors;
}

function combinedErrors(value: unknown, schema: JSONSchemaProps, path: Path, depth: number): FieldError[] {
  const fits = (each: JSONSchemaProps) => validateValue(value, each, path, depth + 1).length === 0;
  const name = `"${nameOf(path)}"`;
  const errors: FieldError[] = [];
  for (const each of schema.allOf ?? []) errors.push(...validateValue(value, each, path, depth + 1));
  if (schema.anyOf && !schema.anyOf.some(fits))
    errors.push(invalid(path, '', `${name} must validate at least one schema (anyOf)`));
  const one = schema.oneOf?.filter(fits).length;
  if (one !== undefined && one !== 1) {
    const found = one === 0 ? 'Found none valid' : `Found ${one} valid alternatives`;
    errors.push(invalid(path, '', `${name} must validate one and only one schema (oneOf). ${found}`));
  }
  if (schema.not && fits(schema.not))
    errors.push(invalid(path, '', `${name} must not validate the schema (not)`));
  return errors;
}
