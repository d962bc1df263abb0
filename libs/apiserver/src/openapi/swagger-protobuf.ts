/**
 * Swagger 2.0 as protobuf, which is how kubectl asks for it: messages and field numbers of
 * github.com/google/gnostic-models openapiv2/OpenAPIv2.proto. Messages of two encodings put one behind the other are
 * one document with the paths and definitions of both: that is how protobuf merges.
 */
import { utf8Encode } from '@podlab/kernel';
import type { Json, SwaggerParts } from './swagger';

export interface SwaggerHead {
  readonly swagger: string;
  readonly info: { readonly title: string; readonly version: string };
}

const BYTES = 2;
const VARINT = 0;
const FIXED_64 = 1;

export function encodeSwaggerHead({ swagger, info }: SwaggerHead): Uint8Array {
  return join([text(1, swagger), message(2, [text(1, info.title), text(2, info.version)])]);
}

/** Paths and definitions alone, to stand behind a head or behind other parts. */
export function encodeSwaggerParts({ paths, definitions }: SwaggerParts): Uint8Array {
  return join([message(8, named(2, paths, pathItem)), message(9, named(1, definitions, schema))]);
}

type Parts = Uint8Array[];

/** The entries of a map: Named…{name = 1, value = 2}. */
function named<Value>(number: number, map: unknown, encode: (value: Value) => Parts): Parts {
  return Object.entries((map ?? {}) as Record<string, Value>).map(([name, value]) =>
    message(number, [text(1, name), message(2, encode(value))]),
  );
}

const OPERATIONS: readonly (readonly [string, number])[] = [
  ['get', 2],
  ['put', 3],
  ['post', 4],
  ['delete', 5],
  ['options', 6],
  ['head', 7],
  ['patch', 8],
];

function pathItem(item: Json): Parts {
  const operations = OPERATIONS.filter(([method]) => item[method] !== undefined);
  return [
    ...operations.map(([method, number]) => message(number, operation(item[method] as Json))),
    ...each(9, item.parameters, parameter),
  ];
}

function operation(operation: Json): Parts {
  return [
    ...texts(1, operation.tags),
    ...optional(3, operation.description),
    ...optional(5, operation.operationId),
    ...texts(6, operation.produces),
    ...texts(7, operation.consumes),
    ...each(8, operation.parameters, parameter),
    message(9, named(1, operation.responses, response)),
    ...texts(10, operation.schemes),
    ...extensions(13, operation),
  ];
}

/** ParametersItem{parameter = 1}: Parameter{body_parameter = 1, non_body_parameter = 2}. */
function parameter(parameter: Json): Parts {
  return [
    message(1, [
      parameter.in === 'body' ? message(1, bodyParameter(parameter)) : message(2, [nonBody(parameter)]),
    ]),
  ];
}

function bodyParameter({ description, name, required, schema: of }: Json): Parts {
  return [
    ...optional(1, description),
    ...optional(2, name),
    text(3, 'body'),
    ...flag(4, required),
    message(5, schema(of as Json)),
  ];
}

const QUERY_SUB_SCHEMA = 3;
const PATH_SUB_SCHEMA = 4;

/** The two differ: a query's may be empty, so that what follows has other numbers. */
function nonBody(parameter: Json): Uint8Array {
  const { in: where, required, description, name, type, uniqueItems } = parameter;
  const isQuery = where === 'query';
  return message(isQuery ? QUERY_SUB_SCHEMA : PATH_SUB_SCHEMA, [
    ...flag(1, required),
    ...optional(2, where),
    ...optional(3, description),
    ...optional(4, name),
    ...optional(isQuery ? 6 : 5, type),
    ...flag(isQuery ? 20 : 19, uniqueItems),
  ]);
}

/** ResponseValue{response = 1}: Response{description = 1, schema = 2: SchemaItem{schema = 1}}. */
function response({ description, schema: of }: Json): Parts {
  const content = of === undefined ? [] : [message(2, [message(1, schema(of as Json))])];
  return [message(1, [...optional(1, description), ...content])];
}

type Encode = (number: number, value: never) => Parts;

const SCHEMA: Readonly<Record<string, readonly [number, Encode]>> = {
  $ref: [1, optional],
  format: [2, optional],
  title: [3, optional],
  description: [4, optional],
  default: [5, anyValue],
  multipleOf: [6, double],
  maximum: [7, double],
  exclusiveMaximum: [8, flag],
  minimum: [9, double],
  exclusiveMinimum: [10, flag],
  maxLength: [11, integer],
  minLength: [12, integer],
  pattern: [13, optional],
  maxItems: [14, integer],
  minItems: [15, integer],
  uniqueItems: [16, flag],
  maxProperties: [17, integer],
  minProperties: [18, integer],
  required: [19, texts],
  enum: [20, (number, values: unknown[]) => values.flatMap((value) => anyValue(number, value))],
  additionalProperties: [21, additionalProperties],
  type: [22, (number, type: string) => [message(number, [text(1, type)])]],
  items: [23, (number, items: Json) => [message(number, [message(1, schema(items))])]],
  properties: [25, (number, properties: Json) => [message(number, named(1, properties, schema))]],
};

function schema(schema: Json): Parts {
  const known = Object.entries(schema).filter(([key]) => Object.hasOwn(SCHEMA, key));
  const fields = known.map(([key, value]) => [...SCHEMA[key], value] as const);
  fields.sort(([a], [b]) => a - b);
  return [
    ...fields.flatMap(([number, encode, value]) => encode(number, value as never)),
    ...extensions(31, schema),
  ];
}

function additionalProperties(number: number, value: Json | boolean): Parts {
  return [message(number, typeof value === 'boolean' ? flag(2, value) : [message(1, schema(value))])];
}

/** `x-…`: NamedAny{name = 1, value = 2}. */
function extensions(number: number, of: Json): Parts {
  return Object.entries(of)
    .filter(([key]) => key.startsWith('x-'))
    .map(([key, value]) => message(number, [text(1, key), ...anyValue(2, value)]));
}

/** Any{yaml = 2}; JSON is YAML. */
function anyValue(number: number, value: unknown): Parts {
  return [message(number, [text(2, JSON.stringify(value))])];
}

function each(number: number, list: unknown, encode: (value: Json) => Parts): Parts {
  return ((list ?? []) as Json[]).map((value) => message(number, encode(value)));
}

function texts(number: number, list: unknown): Parts {
  return ((list ?? []) as string[]).map((value) => text(number, value));
}

function optional(number: number, value: unknown): Parts {
  return typeof value === 'string' && value !== '' ? [text(number, value)] : [];
}

function text(number: number, value: string): Uint8Array {
  return message(number, [utf8Encode(value)]);
}

function flag(number: number, value: unknown): Parts {
  return value === true ? [new Uint8Array([...varint(number * 8 + VARINT), 1])] : [];
}

function integer(number: number, value: number): Parts {
  return Number.isSafeInteger(value) && value >= 0
    ? [new Uint8Array([...varint(number * 8 + VARINT), ...varint(value)])]
    : [];
}

function double(number: number, value: number): Parts {
  const eight = new Uint8Array(8);
  new DataView(eight.buffer).setFloat64(0, value, true);
  return [new Uint8Array(varint(number * 8 + FIXED_64)), eight];
}

function message(number: number, parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return join([new Uint8Array([...varint(number * 8 + BYTES), ...varint(length)]), ...parts]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
  return bytes;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
