/** The part of an OpenAPI v3 document that Swagger 2.0 says in other words. */
export interface OpenApiParts {
  readonly paths: Readonly<Record<string, Json>>;
  readonly schemas: Readonly<Record<string, Json>>;
}

/** The part of a Swagger 2.0 document that differs between servers. */
export interface SwaggerParts {
  readonly paths: Readonly<Record<string, Json>>;
  readonly definitions: Readonly<Record<string, Json>>;
}

/** A JSON object of a document: schema, operation, parameter. */
export type Json = Readonly<Record<string, unknown>>;

const V3_REFERENCE = '#/components/schemas/';
const V2_REFERENCE = '#/definitions/';
const ANY_TYPE = '*/*';
/** Swagger has one type a value; of these two clients read the format, or any text. */
const SCALARS: Readonly<Record<string, Json>> = {
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: 'string', format: 'int-or-string' },
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: 'string' },
};
const METHODS: ReadonlySet<string> = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch']);
/** What Swagger 2.0 has no word for. */
const NOT_IN_V2: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf', 'not', 'nullable']);

/** Says paths and schemas of OpenAPI v3 as Swagger 2.0 does. Models k8s.io/kube-openapi pkg/builder and pkg/builder3. */
export function swaggerParts({ paths, schemas }: OpenApiParts): SwaggerParts {
  return { paths: mapValues(paths, pathItem), definitions: mapValues(schemas, definition) };
}

function definition(schema: Json, name: string): Json {
  const scalar = SCALARS[name];
  if (!scalar) return schemaInV2(schema);
  return { ...(schema.description !== undefined && { description: schema.description }), ...scalar };
}

/** A schema, one of a custom kind too. Models apiextensions-apiserver pkg/controller/openapi/v2 ToStructuralOpenAPIV2. */
export function schemaInV2(schema: Json): Json {
  const reference = referenceOf(schema);
  const kept = Object.entries(schema).filter(([key]) => !NOT_IN_V2.has(key) && key !== '$ref');
  const isUntyped = schema.nullable === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  const known = isUntyped
    ? kept.filter(([key]) => key !== 'type' && key !== 'items' && key !== 'properties')
    : kept;
  const converted = known.map(([key, value]) => [key, partInV2(key, value, schema)]);
  return { ...(reference && { $ref: reference }), ...(Object.fromEntries(converted) as Json) };
}

function partInV2(key: string, value: unknown, schema: Json): unknown {
  switch (key) {
    case 'properties':
      return mapValues(value as Record<string, Json>, schemaInV2);
    case 'items':
      return schemaInV2(value as Json);
    case 'additionalProperties':
      return typeof value === 'object' ? schemaInV2(value as Json) : value;
    case 'required':
      return withoutNullable(value as string[], schema);
    default:
      return value;
  }
}

/** kubectl takes a null for an absent value: what may be null is not asked for. */
function withoutNullable(required: readonly string[], { properties }: Json): string[] {
  const known = (properties ?? {}) as Record<string, Json | undefined>;
  return required.filter((name) => known[name]?.nullable !== true);
}

/** v3 has no room for words beside a reference and wraps it; v2 has. */
function referenceOf({ $ref, allOf }: Json): string | undefined {
  const wrapped = Array.isArray(allOf) && allOf.length === 1 ? (allOf[0] as Json).$ref : undefined;
  const reference = $ref ?? wrapped;
  return typeof reference === 'string' ? reference.replace(V3_REFERENCE, V2_REFERENCE) : undefined;
}

function pathItem(item: Json, path: string): Json {
  const operations = Object.entries(item).filter(([key]) => METHODS.has(key));
  const parameters = (item.parameters ?? []) as Json[];
  return {
    ...Object.fromEntries(
      operations.map(([method, operation]) => [method, operationInV2(operation as Json, path)]),
    ),
    ...(parameters.length > 0 && { parameters: parameters.map(parameter) }),
  };
}

function operationInV2(operation: Json, path: string): Json {
  const { requestBody, responses = {}, parameters = [], ...rest } = operation;
  const body = requestBody as { content: Record<string, { schema: Json }>; required?: boolean } | undefined;
  const consumed = Object.keys(body?.content ?? {});
  const answers = Object.values(responses as Record<string, { content?: object }>);
  const produced = [...new Set(answers.flatMap(({ content = {} }) => Object.keys(content)))];
  const own = (parameters as Json[]).map(parameter);
  const extensions = Object.entries(rest).filter(([key]) => key.startsWith('x-'));
  return {
    description: rest.description ?? '',
    consumes: consumed.length > 0 ? consumed : [ANY_TYPE],
    produces: produced.length > 0 ? produced : [ANY_TYPE],
    schemes: ['https'],
    tags: [tagOf(path)],
    operationId: rest.operationId,
    parameters: body ? [bodyParameter(body.content, body.required), ...own] : own,
    responses: mapValues(responses as Record<string, Json>, response),
    ...(Object.fromEntries(extensions) as Json),
  };
}

function bodyParameter(content: Record<string, { schema: Json }>, required?: boolean): Json {
  const [{ schema }] = Object.values(content);
  return { name: 'body', in: 'body', ...(required && { required }), schema: schemaInV2(schema) };
}

function parameter({ schema, ...rest }: Json): Json {
  return { ...rest, ...(schema as Json) };
}

function response({ description, content }: Json): Json {
  const [first] = Object.values((content ?? {}) as Record<string, { schema: Json }>);
  return { description, ...(first && { schema: schemaInV2(first.schema) }) };
}

/** `/apis/networking.k8s.io/v1/…` belongs to `networking_v1`. */
function tagOf(path: string): string {
  const [, prefix, first = '', version = ''] = path.split('/');
  return prefix === 'api' ? `core_${first}` : `${first.split('.')[0]}_${version}`;
}

function mapValues<In, Out>(
  record: Readonly<Record<string, In>>,
  change: (value: In, key: string) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
