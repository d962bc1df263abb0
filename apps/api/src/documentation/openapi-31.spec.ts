import { toOpenApi31 } from './openapi-31';

it.each<[string, object, object]>([
  ['a type', { type: 'string', nullable: true }, { type: ['string', 'null'] }],
  ['a type that is never null', { type: 'string', nullable: false }, { type: 'string' }],
  ['words', { type: 'string', enum: ['a'], nullable: true }, { type: ['string', 'null'], enum: ['a', null] }],
  [
    'a union',
    { anyOf: [{ type: 'string' }, { type: 'integer' }], nullable: true },
    { anyOf: [{ type: 'string' }, { type: 'integer' }, { type: 'null' }] },
  ],
  [
    'one of some',
    { oneOf: [{ type: 'string' }], nullable: true },
    { oneOf: [{ type: 'string' }, { type: 'null' }] },
  ],
  [
    'what another schema says',
    { allOf: [{ $ref: '#/components/schemas/Fix' }], nullable: true },
    { anyOf: [{ allOf: [{ $ref: '#/components/schemas/Fix' }] }, { type: 'null' }] },
  ],
  ['a bound', { minimum: 0, maximum: 5 }, { minimum: 0, maximum: 5 }],
  ['an excluded bound', { minimum: 0, exclusiveMinimum: true }, { exclusiveMinimum: 0 }],
  ['one that is not excluded', { maximum: 5, exclusiveMaximum: false }, { maximum: 5 }],
  [
    'properties of such names',
    { properties: { nullable: { type: 'boolean', nullable: true }, minimum: { type: 'integer' } } },
    { properties: { nullable: { type: ['boolean', 'null'] }, minimum: { type: 'integer' } } },
  ],
])('%s', (_, schema, expected) => {
  const document = { openapi: '3.0.0', paths: { '/': [schema] } };
  expect(toOpenApi31(document)).toEqual({ openapi: '3.1.0', paths: { '/': [expected] } });
});
