import { formatIndexes, parseIndexes, pendingIndexes } from './indexes';

// Cases of k8s.io/kubernetes pkg/controller/job/indexed_job_utils_test.go TestCalculateSucceededIndexes and TestIntervalsHaveIndex.
test.each([
  ['', []],
  ['0', [0]],
  ['1,3-5', [1, 3, 4, 5]],
  ['0,1,3', [0, 1, 3]],
  ['0-2,4,5,7-9', [0, 1, 2, 4, 5, 7, 8, 9]],
])('%s', (text, indexes) => {
  expect([...parseIndexes(text, 10)]).toEqual(indexes);
  expect(formatIndexes(new Set(indexes))).toBe(text);
});

test('indexes beyond the completions are dropped', () => {
  expect([...parseIndexes('0-9', 3)]).toEqual([0, 1, 2]);
});

test('the lowest free indexes come first', () => {
  expect(pendingIndexes(6, new Set([0, 2]), 3)).toEqual([1, 3, 4]);
});
