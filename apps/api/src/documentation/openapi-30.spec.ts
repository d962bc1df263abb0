import type { OpenAPIObject } from '@nestjs/swagger';
import { toOpenApi30 } from './openapi-30';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const kindOf = (word: string, more: object = {}) => ({
  type: 'object',
  properties: { kind: { type: 'string', enum: [word] }, ...more },
  required: ['kind'],
});
const eitherOf = (...words: string[]) => ({
  oneOf: words.map(ref),
  discriminator: {
    propertyName: 'kind',
    mapping: Object.fromEntries(words.map((word) => [word, ref(word).$ref])),
  },
});
const converted = (schemas: object) =>
  toOpenApi30({
    openapi: '3.0.0',
    info: { title: '', version: '' },
    paths: {},
    components: { schemas },
  } as OpenAPIObject).components?.schemas;

it('what an answer has one of, it says by inheritance', () => {
  const schemas = { Pet: eitherOf('Cat', 'Dog'), Cat: kindOf('Cat'), Dog: kindOf('Dog') };
  expect(converted(schemas)).toEqual({
    Pet: {
      type: 'object',
      properties: { kind: { type: 'string', enum: ['Cat', 'Dog'] } },
      required: ['kind'],
      discriminator: schemas.Pet.discriminator,
    },
    Cat: { allOf: [ref('Pet'), kindOf('Cat')], 'x-discriminator-value': 'Cat' },
    Dog: { allOf: [ref('Pet'), kindOf('Dog')], 'x-discriminator-value': 'Dog' },
  });
});

it.each([
  [
    'a body that takes no other field',
    { Pet: eitherOf('Cat'), Cat: { ...kindOf('Cat'), additionalProperties: false } },
  ],
  ['a choice that nothing tells apart', { Pet: { oneOf: [ref('Cat')] }, Cat: kindOf('Cat') }],
])('%s stays as it is', (_, schemas) => {
  expect(converted(schemas)).toEqual(schemas);
});

it('has one parent alone', () => {
  const { Cat, Wild } = converted({ Pet: eitherOf('Cat'), Wild: eitherOf('Cat'), Cat: kindOf('Cat') }) ?? {};
  expect(Cat).toMatchObject({ allOf: [ref('Pet'), {}] });
  expect(Wild).toEqual(eitherOf('Cat'));
});

it('a choice inside of a schema has a name', () => {
  const choice = { anyOf: [{ type: 'string' }, { type: 'integer' }] };
  expect(
    converted({
      Box: {
        type: 'object',
        properties: {
          lid_color: choice,
          things: { type: 'array', items: choice },
          notes: { type: 'object', additionalProperties: choice },
        },
      },
    }),
  ).toEqual({
    Box: {
      type: 'object',
      properties: {
        lid_color: ref('BoxLidColor'),
        things: { type: 'array', items: ref('BoxThingsItem') },
        notes: { type: 'object', additionalProperties: ref('BoxNotesValue') },
      },
    },
    BoxLidColor: choice,
    BoxThingsItem: choice,
    BoxNotesValue: choice,
  });
});

it('what may be nothing says what it is otherwise', () => {
  const Box = { type: 'object', properties: { lid: { allOf: [ref('Lid')], nullable: true } } };
  const lid = { type: 'object', allOf: [ref('Lid')], nullable: true };
  expect(converted({ Box })).toEqual({ Box: { type: 'object', properties: { lid } } });
});
