import { utf8Decode } from '@podlab/kernel';
import { schemaInV2, swaggerParts } from './swagger';
import { encodeSwaggerHead, encodeSwaggerParts } from './swagger-protobuf';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

describe('a schema in Swagger 2.0', () => {
  it.each([
    ['a reference stays one', ref('a.B'), { $ref: '#/definitions/a.B' }],
    [
      'words stand beside a reference, unwrapped',
      { description: 'Which.', allOf: [ref('a.B')] },
      { $ref: '#/definitions/a.B', description: 'Which.' },
    ],
    ['lists', { type: 'array', items: ref('a.B') }, { type: 'array', items: { $ref: '#/definitions/a.B' } }],
    [
      'maps',
      { type: 'object', additionalProperties: { type: 'string' } },
      { type: 'object', additionalProperties: { type: 'string' } },
    ],
    [
      'maps of anything',
      { type: 'object', additionalProperties: true },
      { type: 'object', additionalProperties: true },
    ],
    [
      'what may be null has no type',
      { type: 'string', nullable: true, description: 'x' },
      { description: 'x' },
    ],
    [
      'and is not asked for',
      { type: 'object', required: ['a', 'b'], properties: { a: { type: 'string', nullable: true }, b: {} } },
      { type: 'object', required: ['b'], properties: { a: {}, b: {} } },
    ],
    [
      'what keeps unknown fields tells nothing of them',
      { type: 'object', properties: { a: {} }, 'x-kubernetes-preserve-unknown-fields': true },
      { 'x-kubernetes-preserve-unknown-fields': true },
    ],
    [
      'alternatives are left out',
      { type: 'object', oneOf: [{ required: ['a'] }], anyOf: [{}], not: {}, allOf: [{ required: ['b'] }] },
      { type: 'object' },
    ],
    [
      'a number or a text',
      { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
      { 'x-kubernetes-int-or-string': true },
    ],
  ])('%s', (_, schema, expected) => {
    expect(schemaInV2(schema)).toEqual(expected);
  });
});

const PARTS = {
  paths: {
    '/apis/example.com/v1/moons/{name}': {
      put: {
        description: 'replace',
        operationId: 'replaceMoon',
        parameters: [{ name: 'dryRun', in: 'query', schema: { type: 'string', uniqueItems: true } }],
        requestBody: {
          content: { 'application/json': { schema: ref('com.example.v1.Moon') } },
          required: true,
        },
        responses: {
          200: { description: 'OK', content: { 'application/yaml': { schema: ref('com.example.v1.Moon') } } },
          401: { description: 'Unauthorized' },
        },
        'x-kubernetes-action': 'put',
      },
      parameters: [{ name: 'name', in: 'path', required: true, schema: { type: 'string' } }],
    },
  },
  schemas: {
    'com.example.v1.Moon': { type: 'object', properties: { size: { type: 'integer', minimum: 0.5 } } },
    'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { oneOf: [{ type: 'integer' }, { type: 'string' }] },
  },
};

it('an operation names what it takes and gives', () => {
  expect(swaggerParts(PARTS).paths).toEqual({
    '/apis/example.com/v1/moons/{name}': {
      put: {
        description: 'replace',
        consumes: ['application/json'],
        produces: ['application/yaml'],
        schemes: ['https'],
        tags: ['example_v1'],
        operationId: 'replaceMoon',
        parameters: [
          { name: 'body', in: 'body', required: true, schema: { $ref: '#/definitions/com.example.v1.Moon' } },
          { name: 'dryRun', in: 'query', type: 'string', uniqueItems: true },
        ],
        responses: {
          200: { description: 'OK', schema: { $ref: '#/definitions/com.example.v1.Moon' } },
          401: { description: 'Unauthorized' },
        },
        'x-kubernetes-action': 'put',
      },
      parameters: [{ name: 'name', in: 'path', required: true, type: 'string' }],
    },
  });
});

type Field = { number: number; bytes: Uint8Array };

/** The fields of a protobuf message that are messages or text; those of fixed size are passed over. */
function fieldsOf(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    let scale = 1;
    for (; bytes[at] > 127; at++, scale *= 128) value += (bytes[at] - 128) * scale;
    return value + bytes[at++] * scale;
  };
  while (at < bytes.length) {
    const tag = varint();
    const wire = tag % 8;
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else {
      const length = varint();
      fields.push({ number: Math.floor(tag / 8), bytes: bytes.subarray(at, at + length) });
      at += length;
    }
  }
  return fields;
}

const inside = (bytes: Uint8Array, ...path: number[]): Uint8Array[] =>
  path.reduce(
    (found, number) =>
      found.flatMap((each) =>
        fieldsOf(each)
          .filter((field) => field.number === number)
          .map((field) => field.bytes),
      ),
    [bytes],
  );
const textsAt = (bytes: Uint8Array, ...path: number[]) =>
  inside(bytes, ...path).map((each) => utf8Decode(each));

it('encodings put one behind the other are one document', () => {
  const head = encodeSwaggerHead({ swagger: '2.0', info: { title: 'Kubernetes', version: 'v1' } });
  const one = encodeSwaggerParts(swaggerParts(PARTS));
  const other = encodeSwaggerParts({
    paths: {},
    definitions: { 'com.example.v1.Sun': { description: 'x'.repeat(300) } },
  });
  const document = new Uint8Array([...head, ...one, ...other]);
  expect(textsAt(document, 1)).toEqual(['2.0']);
  expect(textsAt(document, 2, 1)).toEqual(['Kubernetes']);
  expect(textsAt(document, 9, 1, 1)).toEqual([
    'com.example.v1.Moon',
    'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
    'com.example.v1.Sun',
  ]);
  expect(textsAt(document, 9, 1, 2, 2)).toEqual(['int-or-string']);
  expect(textsAt(document, 9, 1, 2, 4)).toEqual(['x'.repeat(300)]);
  expect(textsAt(document, 9, 1, 2, 25, 1, 1)).toEqual(['size']);
  expect(textsAt(document, 9, 1, 2, 25, 1, 2, 22, 1)).toEqual(['integer']);
  expect(textsAt(document, 8, 2, 1)).toEqual(['/apis/example.com/v1/moons/{name}']);
  expect(textsAt(document, 8, 2, 2, 3, 8, 1, 1, 5, 1)).toEqual(['#/definitions/com.example.v1.Moon']);
  expect(textsAt(document, 8, 2, 2, 3, 8, 1, 2, 3, 4)).toEqual(['dryRun']);
  expect(textsAt(document, 8, 2, 2, 9, 1, 2, 4, 4)).toEqual(['name']);
  expect(textsAt(document, 8, 2, 2, 3, 13, 2, 2)).toEqual(['"put"']);
});
