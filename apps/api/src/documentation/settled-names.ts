/** What only the whole document can tell: which schemas are one, and what those are called that have no name of their own. */
import type { OpenAPIObject } from '@nestjs/swagger';
import { BODY_MARK } from './named-schemas';

type Json = Record<string, unknown>;
type Components = Record<string, Json>;

const PREFIX = '#/components/schemas/';
const nameIn = (reference: string) => reference.slice(PREFIX.length);
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

export function settleNames(document: OpenAPIObject): OpenAPIObject {
  const given = (document.components?.schemas ?? {}) as Components;
  const names = namesOfBodies(given);
  const renamed = ({ $ref, ...rest }: Json): Json =>
    typeof $ref === 'string'
      ? { ...rest, $ref: PREFIX + (names.get(nameIn($ref)) ?? nameIn($ref)) }
      : lonely({ $ref, ...rest });
  const schemas: Components = {};
  // Where a body and an answer are one, the answer's schema stays, which may grow.
  for (const [name, schema] of Object.entries(given)) {
    if (names.has(name)) schemas[names.get(name) as string] ??= mapped(schema, renamed) as Json;
    else schemas[name] = mapped(schema, renamed) as Json;
  }
  const paths = nameInline(mapped(document.paths, renamed) as Json, schemas);
  const toldApart = (value: unknown) => mapped(value, (schema) => tellApart(schema, schemas));
  const sorted = Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return {
    ...document,
    paths: toldApart(paths) as OpenAPIObject['paths'],
    components: { ...document.components, schemas: toldApart(sorted) as never },
  };
}

/** Each object inside, innermost first. */
function mapped(value: unknown, change: (object: Json) => Json): unknown {
  if (Array.isArray(value)) return value.map((item) => mapped(item, change));
  if (!isObject(value)) return value;
  return change(
    Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapped(inner, change)])),
  );
}

/** What consists of one other schema is that schema. */
function lonely({ $ref, ...schema }: Json): Json {
  const { allOf, ...others } = schema;
  const isAlone = Array.isArray(allOf) && allOf.length === 1 && Object.keys(others).length === 0;
  if (isAlone) return (allOf as Json[])[0];
  return $ref === undefined ? schema : { ...schema, $ref };
}

/** A body has its contract's name, unless answers have it too and say something else. */
function namesOfBodies(components: Components): Map<string, string> {
  const bodies = Object.keys(components).filter((name) => name.endsWith(BODY_MARK));
  const plain = (body: string) => body.slice(0, -BODY_MARK.length);
  const text = (schema: Json) =>
    JSON.stringify(schema, (key, value: unknown) =>
      key === 'additionalProperties' && value === false ? undefined : value,
    );
  const others = new Set(
    bodies.filter((body) => {
      const answer = components[plain(body)];
      return answer !== undefined && text(components[body]).replaceAll(`${BODY_MARK}"`, '"') !== text(answer);
    }),
  );
  const reaches = (body: string) =>
    [...others].some((other) => text(components[body]).includes(`/${other}"`));
  for (let size = -1; size !== others.size;) {
    size = others.size;
    for (const body of bodies) if (components[plain(body)] && reaches(body)) others.add(body);
  }
  return new Map(bodies.map((body) => [body, others.has(body) ? `${plain(body)}Input` : plain(body)]));
}

/** Bodies and answers that stand in their operation alone are called after it. */
function nameInline(paths: Json, schemas: Components): Json {
  const named = (holder: unknown, name: string): unknown => {
    if (!isObject(holder) || !isObject(holder.content)) return holder;
    const content = Object.entries(holder.content).map(([type, media]) => {
      const schema = isObject(media) ? media.schema : undefined;
      if (!isObject(schema) || !isNamedKind(schema)) return [type, media];
      schemas[name] = schema;
      return [type, { ...(media as Json), schema: { $ref: PREFIX + name } }];
    });
    return { ...holder, content: Object.fromEntries(content) as Json };
  };
  return mapped(paths, (operation) => {
    const { operationId, requestBody, responses } = operation;
    if (typeof operationId !== 'string' || !isObject(responses)) return operation;
    const name = operationId.charAt(0).toUpperCase() + operationId.slice(1);
    const answers = Object.entries(responses).map(([code, answer]) => {
      const found = named(answer, `${name}Answer`);
      return [code, code === 'default' ? asProblem(found) : found];
    });
    const body = requestBody === undefined ? {} : { requestBody: named(requestBody, `${name}Body`) };
    return { ...operation, ...body, responses: Object.fromEntries(answers) as Json };
  }) as Json;
}

/** Every error is of one media type; Nest's document knows only that of the other answers. */
function asProblem(answer: unknown): unknown {
  if (!isObject(answer) || !isObject(answer.content)) return answer;
  const content = { 'application/problem+json': Object.values(answer.content)[0] };
  return { ...answer, content };
}

const isNamedKind = ({ type, properties, oneOf, anyOf, allOf }: Json) =>
  (type === 'object' && properties !== undefined) || [oneOf, anyOf, allOf].some(Array.isArray);

/** Says which word means which schema; between schemas without names nothing may be said. */
function tellApart({ discriminator, ...schema }: Json, schemas: Components): Json {
  if (!isObject(discriminator) || typeof discriminator.propertyName !== 'string')
    return discriminator === undefined ? schema : { ...schema, discriminator };
  const { propertyName } = discriminator;
  const mapping = ((schema.oneOf ?? []) as Json[]).flatMap(({ $ref }) => {
    const { properties } = (typeof $ref === 'string' && schemas[nameIn($ref)]) || {};
    const property = isObject(properties) ? properties[propertyName] : undefined;
    const words = isObject(property) && Array.isArray(property.enum) ? property.enum : [];
    return words.map((word) => [String(word), $ref] as const);
  });
  if (mapping.length === 0) return schema;
  return { ...schema, discriminator: { propertyName, mapping: Object.fromEntries(mapping) } };
}
