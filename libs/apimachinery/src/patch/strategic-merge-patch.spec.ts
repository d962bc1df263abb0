import { deepFreeze } from '@podlab/kernel';
import random from '../../testdata/strategic-merge-patch-random.json';
import recorded from '../../testdata/strategic-merge-patch.json';
import { StatusError } from '../errors';
import { applyStrategicMergePatch } from './strategic-merge-patch';

interface Case {
  title: string;
  document: { kind: string };
  patch: unknown;
  expected?: unknown;
  error?: string;
}

/** What `testdata/record-strategic-merge-patch.mjs` heard from kubectl 1.36, of patches thought up and of patches drawn. */
const CASES = [...recorded, ...random] as unknown as Case[];

/** kubectl decodes the result into its types, which write empty objects and nulls that a document need not have. */
function withoutEmpties(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpties);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([key, item]) => [key, withoutEmpties(item)] as const)
    .filter(
      ([, item]) => item !== null && !(typeof item === 'object' && Object.keys(item as object).length === 0),
    );
  return Object.fromEntries(entries);
}

describe('a strategic merge patch does what kubectl does', () => {
  test.each(CASES.filter(({ expected }) => expected !== undefined))(
    '$title',
    ({ document, patch, expected }) => {
      const result = applyStrategicMergePatch(
        document.kind,
        deepFreeze(structuredClone(document)),
        deepFreeze(structuredClone(patch)),
      );
      expect(withoutEmpties(result)).toEqual(withoutEmpties(expected));
    },
  );

  test.each(CASES.filter(({ error }) => error !== undefined))(
    'refused: $title',
    ({ document, patch, error }) => {
      const apply = () => applyStrategicMergePatch(document.kind, document, patch);
      expect(apply).toThrow(StatusError);
      expect(apply).toThrow(String(error).replace(/^error: /, ''));
    },
  );
});

test('a patch can not reach a prototype', () => {
  const patch = JSON.parse(
    '{"metadata":{"labels":{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}}}}',
  );
  applyStrategicMergePatch('Pod', { metadata: { labels: { a: '1' } } }, patch);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
