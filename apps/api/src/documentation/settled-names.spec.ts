import type { OpenAPIObject } from '@nestjs/swagger';
import { settleNames } from './settled-names';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const thing = (fields: object = {}) => ({ type: 'object', properties: fields });
const closed = (fields: object = {}) => ({ ...thing(fields), additionalProperties: false });
const json = (schema: object) => ({ content: { 'application/json': { schema } } });

function settled(schemas: object, operation: object = {}) {
  const call = { operationId: 'sendThing', responses: {}, ...operation };
  const document = { openapi: '3.0.0', paths: { '/': { post: call } }, components: { schemas } };
  const { components, paths } = settleNames(document as unknown as OpenAPIObject);
  return { schemas: components?.schemas, call: paths['/'].post };
}

it.each<[string, object, object]>([
  ['a body alone', { 'Thing.body': closed() }, { Thing: closed() }],
  ['one that its answer is too', { 'Thing.body': closed(), Thing: thing() }, { Thing: thing() }],
  [
    'one whose answer has more',
    { 'Thing.body': closed(), Thing: thing({ id: { type: 'string' } }) },
    { ThingInput: closed(), Thing: thing({ id: { type: 'string' } }) },
  ],
  [
    'one whose part differs',
    {
      'Thing.body': closed({ part: ref('Part.body') }),
      Thing: thing({ part: ref('Part') }),
      'Part.body': closed(),
      Part: thing({ id: { type: 'string' } }),
    },
    {
      ThingInput: closed({ part: ref('PartInput') }),
      Thing: thing({ part: ref('Part') }),
      PartInput: closed(),
      Part: thing({ id: { type: 'string' } }),
    },
  ],
  [
    'what consists of one other',
    { Thing: thing({ part: { allOf: [ref('Part')] } }), Part: thing() },
    { Thing: thing({ part: ref('Part') }), Part: thing() },
  ],
])('%s', (_, given, expected) => {
  expect(settled(given).schemas).toEqual(expected);
});

it('what stands in a call alone is called after it', () => {
  const { schemas, call } = settled(
    {},
    { requestBody: json(thing({ name: {} })), responses: { 200: json(thing()), 204: {} } },
  );
  expect(schemas).toEqual({ SendThingBody: thing({ name: {} }), SendThingAnswer: thing() });
  expect(call).toMatchObject({
    requestBody: json(ref('SendThingBody')),
    responses: { 200: json(ref('SendThingAnswer')), 204: {} },
  });
});

it('what goes wrong is a problem', () => {
  const { call } = settled({ Problem: thing() }, { responses: { default: json(ref('Problem')) } });
  expect(call?.responses).toEqual({
    default: { content: { 'application/problem+json': { schema: ref('Problem') } } },
  });
});

it('says which word means which schema, and nothing between those without a name', () => {
  const cat = thing({ kind: { type: 'string', enum: ['cat', 'kitten'] } });
  const discriminator = { propertyName: 'kind' };
  const { schemas } = settled({
    Pet: { oneOf: [ref('Cat')], discriminator },
    Cat: cat,
    Other: { oneOf: [cat], discriminator },
  });
  expect(schemas).toEqual({
    Pet: {
      oneOf: [ref('Cat')],
      discriminator: {
        propertyName: 'kind',
        mapping: { cat: ref('Cat').$ref, kitten: ref('Cat').$ref },
      },
    },
    Cat: cat,
    Other: { oneOf: [cat] },
  });
});
