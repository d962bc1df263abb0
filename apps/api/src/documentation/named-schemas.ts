/**
 * Schemas of the contract under the names that it gives them, so that a client made from the document has a `Grade` and no
 * `InlineResponse2003`.
 */
import * as contracts from '@podlab/contracts';
import { z } from 'zod';

export type Direction = 'input' | 'output';
type Json = Record<string, unknown>;
type Schema = z.core.$ZodType;
type Names = ReadonlyMap<Schema, string>;
type NameOf = (schema: Schema) => string | undefined;

export interface NamedSchema {
  schema: Json;
  components: Record<string, Json>;
}

/** What a body may leave out, its answer has: both are schemas, and {@link settleNames} finds those that are one. */
export const BODY_MARK = '.body';

/**
 * Converts schemas for OpenAPI 3.0. Objects and what is one of several have names; words, numbers and what a query may be
 * stand where they are used.
 */
export function schemaNamer(): (schema: Schema, direction: Direction) => NamedSchema {
  const names = namesOf(contracts);
  return (schema, direction) =>
    named(schema, direction, (inner) => {
      const name = names.get(inner) ?? (inner === schema ? pageName(inner, names) : undefined);
      return direction === 'input' && name !== undefined ? name + BODY_MARK : name;
    });
}

function namesOf(exported: Record<string, unknown>): Names {
  const names = new Map<Schema, string>();
  const add = (schema: Schema, name: string) => void (names.has(schema) || names.set(schema, name));
  const schemas = Object.entries(exported).filter(([name]) => !name.endsWith('Query'));
  for (const [name, schema] of schemas) {
    if (schema instanceof z.ZodType && isCompound(schema)) add(schema, name);
  }
  for (const [schema, name] of [...names]) {
    if (!(schema instanceof z.ZodUnion)) continue;
    for (const option of schema.options) {
      if (option instanceof z.ZodObject) add(option, `${name}${wordsOf(option, schema)}`);
    }
  }
  return names;
}

function isCompound(schema: Schema): boolean {
  if (schema instanceof z.ZodPipe) return isCompound(schema.in);
  return schema instanceof z.ZodUnion || schema instanceof z.ZodObject;
}

/** What tells it apart: `Request` of `{kind: 'Request'}`, `CloudOrFault` of what may be either, else its first field. */
function wordsOf(option: z.ZodObject, union: z.ZodUnion): string {
  const values =
    union instanceof z.ZodDiscriminatedUnion ? option._zod.propValues?.[union.def.discriminator] : undefined;
  const words = [...(values ?? Object.keys(option.shape).slice(0, 1))].map(String);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('Or');
}

/** A list of what has a name. */
function pageName(schema: Schema, names: Names): string | undefined {
  if (!(schema instanceof z.ZodObject) || !('next_cursor' in schema.shape)) return undefined;
  const { items } = schema.shape as Record<string, Schema>;
  const item = items instanceof z.ZodArray ? names.get(items.element) : undefined;
  return item && `${item}Page`;
}

function named(schema: Schema, direction: Direction, nameOf: NameOf): NamedSchema {
  const metadata = {
    get: (inner: Schema) => {
      const id = nameOf(inner);
      return { ...z.globalRegistry.get(inner), ...(id !== undefined && { id }) };
    },
    has: (inner: Schema) => z.globalRegistry.has(inner) || nameOf(inner) !== undefined,
  } as unknown as typeof z.globalRegistry;
  const { definitions = {}, ...converted } = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: direction,
    metadata,
    override: (conversion) => {
      if (direction === 'output') open(conversion.jsonSchema);
      dropUnread(conversion.jsonSchema);
      addDiscriminator(conversion);
    },
  });
  return { schema: converted, components: definitions as Record<string, Json> };
}

/** What answers have may grow: a client that is made today takes what comes tomorrow. */
function open(schema: Json): void {
  if (schema.additionalProperties === false) delete schema.additionalProperties;
}

/** What says nothing to who reads no JavaScript, or what generators refuse to read. */
function dropUnread(schema: Json): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.default === null) delete schema.default;
  if (schema.format === 'date-time' || isOfLetters(schema)) delete schema.pattern;
  if (!Array.isArray(schema.allOf)) return;
  schema.allOf = (schema.allOf as Json[]).filter((part) => !isOfLetters(part));
  if ((schema.allOf as Json[]).length === 0) delete schema.allOf;
}

/** Kinds of letters of Unicode: not every regular expression knows them. */
const isOfLetters = ({ pattern }: Json) => typeof pattern === 'string' && pattern.includes('\\p{');

function addDiscriminator({ zodSchema, jsonSchema }: { zodSchema: Schema; jsonSchema: Json }): void {
  if (zodSchema instanceof z.ZodDiscriminatedUnion && Array.isArray(jsonSchema.oneOf))
    jsonSchema.discriminator = { propertyName: zodSchema.def.discriminator };
}
