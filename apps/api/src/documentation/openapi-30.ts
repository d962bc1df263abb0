/**
 * The document in OpenAPI 3.0, which many generators read alone. What an answer has one of, it says by inheritance there: they
 * make a class and its kinds of that, while the older of them read `oneOf` as all at once. Bodies that take no other field
 * can inherit none, and stay as they are.
 */
import type { OpenAPIObject } from '@nestjs/swagger';

type Schema = Record<string, unknown>;
type Schemas = Record<string, Schema>;

interface Union {
  name: string;
  propertyName: string;
  mapping: Record<string, string>;
}

export function toOpenApi30(document: OpenAPIObject): OpenAPIObject {
  const schemas = inherited(withNamedUnions((document.components?.schemas ?? {}) as Schemas));
  return { ...document, components: { ...document.components, schemas: schemas as never } };
}

/** A choice inside of a schema has a name too, as newer generators would give it; older ones read none without. */
function withNamedUnions(given: Schemas): Schemas {
  const schemas: Schemas = {};
  const named = (schema: Schema, name: string): Schema => {
    if (schema.anyOf === undefined && schema.oneOf === undefined) return inside(schema, name);
    schemas[name] = inside(schema, name);
    return { $ref: PREFIX + name };
  };
  const inside = (schema: Schema, name: string): Schema => {
    const { properties, items, additionalProperties } = schema;
    const fields = Object.entries((properties ?? {}) as Schemas).map(
      ([field, inner]) => [field, named(inner, name + pascal(field))] as const,
    );
    return {
      ...schema,
      // What may be nothing has to say what it is otherwise.
      ...(schema.nullable === true && schema.type === undefined && { type: 'object' }),
      ...(properties !== undefined && { properties: Object.fromEntries(fields) }),
      ...(isSchema(items) && { items: named(items, `${name}Item`) }),
      ...(isSchema(additionalProperties) && {
        additionalProperties: named(additionalProperties, `${name}Value`),
      }),
    };
  };
  for (const [name, schema] of Object.entries(given)) schemas[name] = inside(schema, name);
  return schemas;
}

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;
const pascal = (field: string) =>
  field.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());

function inherited(given: Schemas): Schemas {
  const schemas: Schemas = { ...given };
  const inherits = new Set<string>();
  for (const union of Object.entries(given).flatMap(unionOf)) {
    const kinds = Object.entries(union.mapping).map(
      ([word, reference]) => [word, nameIn(reference)] as const,
    );
    if (kinds.some(([, kind]) => inherits.has(kind) || !canInherit(given[kind]))) continue;
    const $ref = PREFIX + union.name;
    for (const [word, kind] of kinds) {
      inherits.add(kind);
      // What the mapping says, for generators that look at the kind instead.
      schemas[kind] = { allOf: [{ $ref }, given[kind]], 'x-discriminator-value': word };
    }
    schemas[union.name] = ancestor(union, given[union.name]);
  }
  return schemas;
}

const PREFIX = '#/components/schemas/';
const nameIn = (reference: string) => reference.slice(PREFIX.length);
const canInherit = (schema: Schema | undefined) =>
  schema?.type === 'object' && schema.additionalProperties !== false;

function unionOf([name, { discriminator, oneOf }]: [string, Schema]): Union[] {
  if (!Array.isArray(oneOf) || typeof discriminator !== 'object') return [];
  return [{ name, ...(discriminator as Omit<Union, 'name'>) }];
}

function ancestor(
  { propertyName, mapping }: Union,
  { oneOf: _, discriminator: __, ...rest }: Schema,
): Schema {
  const kind = { type: 'string', enum: Object.keys(mapping) };
  const properties = { [propertyName]: kind };
  return {
    ...rest,
    type: 'object',
    properties,
    required: [propertyName],
    discriminator: { propertyName, mapping },
  };
}
