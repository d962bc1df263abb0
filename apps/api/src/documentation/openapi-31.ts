/**
 * The converter of schemas speaks OpenAPI 3.0, whose `nullable` no union may carry. In 3.1 a schema is JSON Schema: null is
 * a type among others, and a bound that is excluded is the number itself.
 */
export function toOpenApi31<Document extends { openapi: string }>(document: Document): Document {
  return { ...(converted(document) as Document), openapi: '3.1.0' };
}

type Schema = Record<string, unknown>;

function converted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(converted);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([key, inner]) => [key, converted(inner)] as const);
  return withBounds(withNull(Object.fromEntries(fields)));
}

/** A property that is called `nullable` has a schema there, and no truth value. */
function withNull(schema: Schema): Schema {
  const { nullable, ...rest } = schema;
  if (typeof nullable !== 'boolean') return schema;
  if (!nullable) return rest;
  const { type, enum: values, anyOf, oneOf, allOf } = rest;
  if (Array.isArray(anyOf)) return { ...rest, anyOf: [...(anyOf as unknown[]), { type: 'null' }] };
  if (Array.isArray(oneOf)) return { ...rest, oneOf: [...(oneOf as unknown[]), { type: 'null' }] };
  if (Array.isArray(allOf) && type === undefined) return { anyOf: [rest, { type: 'null' }] };
  return {
    ...rest,
    ...(typeof type === 'string' && { type: [type, 'null'] }),
    ...(Array.isArray(values) && { enum: [...new Set([...(values as unknown[]), null])] }),
  };
}

function withBounds(schema: Schema): Schema {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum, ...rest } = schema;
  return {
    ...rest,
    ...bound('minimum', 'exclusiveMinimum', minimum, exclusiveMinimum),
    ...bound('maximum', 'exclusiveMaximum', maximum, exclusiveMaximum),
  };
}

function bound(name: string, excluded: string, limit: unknown, isExcluded: unknown): Schema {
  if (isExcluded === true) return { [excluded]: limit };
  const other = typeof isExcluded === 'boolean' || isExcluded === undefined ? {} : { [excluded]: isExcluded };
  return { ...(limit !== undefined && { [name]: limit }), ...other };
}
