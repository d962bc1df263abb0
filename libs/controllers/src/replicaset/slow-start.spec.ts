import { slowStartBatch } from './slow-start';

test.each([
  ['all go well', 10, Infinity, { calls: 10, successes: 10 }],
  ['the first fails', 10, 0, { calls: 1, successes: 0 }],
  ['the fourth fails: its batch of four ends', 20, 3, { calls: 7, successes: 3 }],
  ['nothing to do', 0, 0, { calls: 0, successes: 0 }],
])('%s', (_, count, failFrom, expected) => {
  let calls = 0;
  const outcome = slowStartBatch(count, () => {
    if (calls++ >= failFrom) throw new Error(`call ${calls}`);
  });
  expect({ calls, successes: outcome.successes }).toEqual(expected);
  expect(outcome.error).toEqual(
    expected.calls > expected.successes ? new Error(`call ${failFrom + 1}`) : undefined,
  );
});
