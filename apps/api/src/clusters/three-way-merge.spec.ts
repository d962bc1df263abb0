import { threeWayMergePatch } from './three-way-merge';

it.each([
  ['nothing to do', { a: 1 }, { a: 1 }, { a: 1, status: {} }, {}],
  ['a new field', {}, { a: 1 }, {}, { a: 1 }],
  ['a field that was applied before and no longer is', { a: 1, b: 2 }, { a: 1 }, { a: 1, b: 2 }, { b: null }],
  ['a field that somebody else set stays', {}, { a: 1 }, { a: 1, b: 2 }, {}],
  ['a removed field that is not there any more', { b: 1 }, {}, {}, {}],
  ['inside', { m: { x: 1, y: 1 } }, { m: { x: 2 } }, { m: { x: 1, y: 1, z: 1 } }, { m: { x: 2, y: null } }],
  ['a list is one value', { l: [1] }, { l: [1, 2] }, { l: [1] }, { l: [1, 2] }],
  ['an object where a text was', { a: 'x' }, { a: { b: 1 } }, { a: 'x' }, { a: { b: 1 } }],
])('%s', (_, original, modified, current, patch) => {
  expect(threeWayMergePatch(original, modified, current)).toEqual(patch);
});
