import { addUp, describeOutcome, outcomeOfJest } from './outcome.mjs';

const reportOf = (report) => ({
  numPassedTests: 0,
  numFailedTests: 0,
  numRuntimeErrorTestSuites: 0,
  success: true,
  ...report,
});

describe('the outcome of a test run', () => {
  it.each([
    ['tests that pass', { numPassedTests: 5 }, '5 passed, 0 failed', 0],
    ['a test that fails', { numPassedTests: 4, numFailedTests: 1, success: false }, '4 passed, 1 failed', 1],
    [
      'a suite that does not load',
      { numPassedTests: 4, numRuntimeErrorTestSuites: 1, success: false },
      '4 passed, 1 failed',
      1,
    ],
    ['a failure that Jest counts nowhere', { numPassedTests: 4, success: false }, '4 passed, 1 failed', 1],
    ['no test at all', {}, '0 passed, 0 failed', 1],
  ])('of %s', (_, report, line, code) => {
    expect(describeOutcome(outcomeOfJest(reportOf(report)))).toEqual({ line, code });
  });

  it('adds up its parts', () => {
    const parts = [
      { passed: 2, failed: 1 },
      { passed: 3, failed: 0 },
    ];
    expect(describeOutcome(addUp(parts))).toEqual({ line: '5 passed, 1 failed', code: 1 });
  });
});
