// The schema of one type, as Kubernetes publishes it.
import { readFileSync } from 'node:fs';
import { enumerationOf } from './enumerations.mjs';
import { parseType } from './model.mjs';
import { listSemantics } from './list-semantics.mjs';
import { QUANTITIES } from './roots.mjs';
import { INT_OR_STRING, MICRO_TIME, QUANTITY, TIME } from './schema-names.mjs';

/** The types that client-node shows as plain strings and numbers. */
export const FIXED_SCHEMAS = {
  [TIME]: {
    description:
      'Time is a wrapper around time.Time which supports correct marshaling to YAML and JSON.  Wrappers are provided for many of the factory methods that the time package offers.',
    type: 'string',
    format: 'date-time',
  },
  [MICRO_TIME]: {
    description: 'MicroTime is version of Time with microsecond level precision.',
    type: 'string',
    format: 'date-time',
  },
  [INT_OR_STRING]: {
    description:
      'IntOrString is a type that can hold an int32 or a string.  When used in JSON or YAML marshalling and unmarshalling, it produces or consumes the inner type.  This allows you to have, for example, a JSON field that can accept a name or number.',
    format: 'int-or-string',
    oneOf: [{ type: 'integer' }, { type: 'string' }],
  },
  [QUANTITY]: {
    description: 'Quantity is a fixed-point representation of a number.',
    oneOf: [{ type: 'string' }, { type: 'number' }],
  },
};

/** What upstream says beside a reference, by schema and field: client-node's model has no words there. */
const REFERENCE_WORDS = JSON.parse(readFileSync(new URL('reference-words.json', import.meta.url), 'utf8'));

const FIXED_TYPES = { Date: TIME, V1MicroTime: MICRO_TIME, IntOrString: INT_OR_STRING, Quantity: QUANTITY };

export const reference = (schema) => ({ $ref: `#/components/schemas/${schema}` });

/** @param {{ name: string, description: string, properties: object[] }} model */
export function schemaOf(model, names) {
  const name = names.get(model.name);
  const required = model.properties.filter((property) => property.required).map((property) => property.name);
  const properties = model.properties.map((property) => [property.name, propertyOf(model, property, names)]);
  return {
    ...(model.description ? { description: model.description } : {}),
    type: 'object',
    ...(required.length > 0 ? { required } : {}),
    properties: Object.fromEntries(properties),
    ...(isKind(model) ? { 'x-kubernetes-group-version-kind': [gvkOf(name)] } : {}),
  };
}

export const gvkOf = ({ group, version, kind }) => ({ group, version, kind });

const isKind = ({ properties }) =>
  ['apiVersion', 'kind'].every((name) => properties.some((property) => property.name === name)) &&
  properties.some(({ type }) => type === 'V1ObjectMeta' || type === 'V1ListMeta');

function propertyOf(model, property, names) {
  const schema = typeOf(model, property, parseType(property.type), names);
  const name = names.get(model.name).schema;
  const semantics = listSemantics(name, property.name);
  const description = property.description || REFERENCE_WORDS[name]?.[property.name];
  const described = description ? { description } : {};
  // A reference has no room for words beside it.
  return '$ref' in schema
    ? { ...described, ...semantics, allOf: [schema] }
    : { ...described, ...schema, ...semantics, ...enumerationOf(name, property.name) };
}

function typeOf(model, property, type, names) {
  if (type.kind === 'list') return { type: 'array', items: typeOf(model, property, type.of, names) };
  if (type.kind === 'map')
    return { type: 'object', additionalProperties: typeOf(model, property, type.of, names) };
  return scalarOf(model, property, type.name) ?? reference(names.get(type.name).schema);
}

function scalarOf(model, property, name) {
  if (name === 'string' && QUANTITIES.has(`${model.name}.${property.name}`)) return reference(QUANTITY);
  if (name in FIXED_TYPES) return reference(FIXED_TYPES[name]);
  const format = property.format && property.format !== 'int-or-string' ? { format: property.format } : {};
  switch (name) {
    case 'string':
      return { type: 'string', ...format };
    case 'boolean':
      return { type: 'boolean' };
    case 'number':
      return { type: property.format === 'double' ? 'number' : 'integer', ...format };
    case 'any':
      return { type: 'object' };
    default:
      return undefined;
  }
}
