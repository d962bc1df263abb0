import * as fc from 'fast-check';
import { isSchema } from './well-formed';
import { structuralErrors } from './structural';
import { Path } from '@podlab/apimachinery';
import { validateValue } from '../schema/validate';
import { applyDefaults } from '../schema/defaulting';
import { prune } from '../schema/prune';

/** Schemas of the right and of the wrong shape, and values of any. */
const schemaAbove = (inner: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.record(
    {
      type: fc.constantFrom<unknown>('object', 'array', 'string', 'integer', 'number', 'boolean', 5),
      properties: fc.oneof(
        fc.dictionary(fc.constantFrom('a', 'b', 'c'), inner, { maxKeys: 2 }),
        fc.constant([]),
      ),
      items: fc.oneof(inner, fc.constantFrom<unknown>(5, [], null)),
      additionalProperties: fc.oneof(inner, fc.boolean()),
      enum: fc.constantFrom<unknown>(['a'], [1], 'a'),
      pattern: fc.constantFrom<unknown>('^a', '(', 5),
      default: fc.jsonValue({ maxDepth: 1 }),
      required: fc.constantFrom<unknown>(['a'], 'a'),
      oneOf: fc.array(inner, { maxLength: 2 }),
      not: inner,
      nullable: fc.boolean(),
      'x-kubernetes-list-type': fc.constantFrom('set', 'map', 'atomic', 'none'),
    },
    { requiredKeys: [] },
  );
const anySchema = schemaAbove(schemaAbove(fc.constantFrom({}, { type: 'string' }, { type: 'array' })));

test('no schema and no value of it fails but by a refusal', () => {
  fc.assert(
    fc.property(
      anySchema,
      fc.dictionary(fc.constantFrom('a', 'b', 'd'), fc.jsonValue({ maxDepth: 2 })),
      (drawn, value) => {
        const schema = JSON.parse(JSON.stringify(drawn)) as object;
        structuralErrors(schema, Path.of('spec'));
        if (!isSchema(schema)) return;
        prune(value, schema);
        applyDefaults(value, schema);
        expect(Array.isArray(validateValue(value, schema))).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});
