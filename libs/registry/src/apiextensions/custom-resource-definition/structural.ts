import type { JSONSchemaProps } from '@podlab/api';
import type { FieldError, Path } from '@podlab/apimachinery';
import { forbidden, invalid, notSupported, required } from '@podlab/apimachinery';
import { parseRegularExpression } from '../schema/regular-expression';
import { schemaOf } from '../schema/types';
import { applyDefaults } from '../schema/defaulting';
import { validateValue } from '../schema/validate';
import { isSchema } from './well-formed';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const LIST_TYPES = ['atomic', 'map', 'set'];
const DEPTH_LIMIT = 40;

/** Models k8s.io/apiextensions-apiserver pkg/apiserver/schema ValidateStructural and the forbidden fields of a schema. */
export function structuralErrors(schema: JSONSchemaProps, path: Path): FieldError[] {
  if (!isSchema(schema)) return [invalid(path, '', 'must be a schema in all its parts')];
  const errors: FieldError[] = [];
  if (!schema.type) errors.push(required(path.child('type'), 'must not be empty at the root'));
  else if (schema.type !== 'object')
    errors.push(invalid(path.child('type'), schema.type, 'must be object at the root'));
  errors.push(...schemaErrors(schema, path, 0));
  return errors;
}

function schemaErrors(schema: JSONSchemaProps, path: Path, depth: number): FieldError[] {
  if (depth > DEPTH_LIMIT) return [invalid(path, '', 'is nested too deeply for this simulation')];
  const errors = forbiddenFields(schema, path);
  if (schema.type && !TYPES.includes(schema.type))
    errors.push(notSupported(path.child('type'), schema.type, TYPES));
  if (schema.type === 'array' && !schema.items)
    errors.push(required(path.child('items'), 'must be specified'));
  errors.push(
    ...listTypeErrors(schema, path),
    ...patternErrors(schema, path),
    ...defaultErrors(schema, path),
  );
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    errors.push(...specifiedErrors(property, path.child('properties').key(name), 'object fields', depth));
  const values = schemaOf(schema.additionalProperties);
  if (values)
    errors.push(...specifiedErrors(values, path.child('additionalProperties'), 'object fields', depth));
  const items = schemaOf(schema.items);
  if (items) errors.push(...specifiedErrors(items, path.child('items'), 'array items', depth));
  return errors;
}

/** A place that values stand at must say their type. */
function specifiedErrors(schema: JSONSchemaProps, path: Path, what: string, depth: number): FieldError[] {
  const isOpen = schema['x-kubernetes-int-or-string'] || schema['x-kubernetes-preserve-unknown-fields'];
  const missing = !schema.type && !isOpen;
  const errors = missing ? [required(path.child('type'), `must not be empty for specified ${what}`)] : [];
  return [...errors, ...schemaErrors(schema, path, depth + 1)];
}

function forbiddenFields(schema: JSONSchemaProps, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  const forbid = (field: string, detail: string) => errors.push(forbidden(path.child(field), detail));
  if (schema.$ref) forbid('$ref', '$ref is not supported');
  for (const field of [
    'definitions',
    'dependencies',
    'patternProperties',
    'additionalItems',
    'id',
  ] as const) {
    if (schema[field] !== undefined) forbid(field, `${field} is not supported`);
  }
  if (schema.uniqueItems)
    forbid('uniqueItems', 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic');
  if (schema.additionalProperties === false)
    forbid('additionalProperties', 'additionalProperties cannot be set to false');
  if (schema.additionalProperties !== undefined && Object.keys(schema.properties ?? {}).length > 0)
    forbid('additionalProperties', 'additionalProperties and properties are mutual exclusive');
  if (Array.isArray(schema.items)) forbid('items', 'items must be a schema object and not an array');
  if (schema['x-kubernetes-validations']?.length)
    forbid('x-kubernetes-validations', 'rules in CEL are left out of this simulation');
  return errors;
}

function listTypeErrors(schema: JSONSchemaProps, path: Path): FieldError[] {
  const kind = schema['x-kubernetes-list-type'];
  if (kind === undefined) return [];
  const at = path.child('x-kubernetes-list-type');
  if (!LIST_TYPES.includes(kind)) return [notSupported(at, kind, LIST_TYPES)];
  if (schema.type !== 'array')
    return [
      invalid(path.child('type'), schema.type ?? '', 'must be array if x-kubernetes-list-type is specified'),
    ];
  if (kind !== 'map' || schema['x-kubernetes-list-map-keys']?.length) return [];
  return [
    required(path.child('x-kubernetes-list-map-keys'), 'must not be empty if x-kubernetes-list-type is map'),
  ];
}

function patternErrors({ pattern }: JSONSchemaProps, path: Path): FieldError[] {
  if (pattern === undefined || parseRegularExpression(pattern)) return [];
  return [invalid(path.child('pattern'), pattern, "must be a valid regular expression, but isn't")];
}

/** A default must itself be what the schema allows. Models pkg/apiserver/schema/defaulting ValidateDefaults. */
function defaultErrors(schema: JSONSchemaProps, path: Path): FieldError[] {
  if (schema.default === undefined) return [];
  const { default: given, ...rest } = schema;
  const value = JSON.parse(JSON.stringify(given)) as unknown;
  applyDefaults(value, rest);
  return validateValue(value, rest, path.child('default'));
}
