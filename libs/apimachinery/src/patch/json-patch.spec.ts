import { StatusError } from '../errors';
import { applyJsonPatch } from './json-patch';
import { applyMergePatch } from './merge-patch';

function refusal(action: () => unknown): { code: number; message?: string } {
  try {
    action();
  } catch (error) {
    if (error instanceof StatusError) return { code: error.status.code, message: error.status.message };
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a JSON patch', () => {
  const document = Object.freeze({ spec: Object.freeze({ replicas: 1, list: Object.freeze(['a', 'b']) }) });

  test.each([
    ['add', [{ op: 'add', path: '/spec/list/1', value: 'x' }], { replicas: 1, list: ['a', 'x', 'b'] }],
    ['append', [{ op: 'add', path: '/spec/list/-', value: 'x' }], { replicas: 1, list: ['a', 'b', 'x'] }],
    ['remove', [{ op: 'remove', path: '/spec/list/0' }], { replicas: 1, list: ['b'] }],
    [
      'test and replace',
      [
        { op: 'test', path: '/spec/replicas', value: 1 },
        { op: 'replace', path: '/spec/replicas', value: 3 },
      ],
      { replicas: 3, list: ['a', 'b'] },
    ],
    ['move', [{ op: 'move', from: '/spec/replicas', path: '/spec/size' }], { size: 1, list: ['a', 'b'] }],
    [
      'a copy',
      [{ op: 'copy', from: '/spec/replicas', path: '/spec/size' }],
      { replicas: 1, size: 1, list: ['a', 'b'] },
    ],
  ])('%s', (_title, patch, spec) => {
    expect(applyJsonPatch(document, patch)).toEqual({ spec });
  });

  const rejected = { code: 422, message: 'the server rejected our request due to an error in our request' };
  test.each([
    ['a test that fails', [{ op: 'test', path: '/spec/replicas', value: 2 }]],
    ['a path that is not there', [{ op: 'replace', path: '/spec/none/x', value: 2 }]],
    ['an unknown operation', [{ op: 'turn', path: '/spec' }]],
    ['an operation without a value', [{ op: 'add', path: '/spec/x' }]],
    ['a prototype', [{ op: 'add', path: '/__proto__/polluted', value: 1 }]],
    ['a move of the whole into itself', [{ op: 'move', from: '', path: '/spec/whole' }]],
    ['a move of a part into itself', [{ op: 'move', from: '/spec', path: '/spec/list/0' }]],
  ])('%s is refused', (_title, patch) => {
    expect(refusal(() => applyJsonPatch(document, patch))).toEqual(rejected);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('something else than a list is refused', () => {
    expect(refusal(() => applyJsonPatch(document, {}))).toEqual({
      code: 400,
      message: 'json: cannot unmarshal object into Go value of type jsonpatch.Patch',
    });
  });

  test('ten thousand operations are the limit', () => {
    const patch = new Array(10_001).fill({ op: 'test', path: '/spec/replicas', value: 1 });
    const message =
      'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001';
    expect(refusal(() => applyJsonPatch(document, patch))).toEqual({ code: 413, message });
  });
});

// The table of RFC 7396, appendix A.
describe('a merge patch', () => {
  test.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j and %j are %j', (document, patch, expected) => {
    expect(applyMergePatch(document, patch)).toEqual(expected);
  });
});
