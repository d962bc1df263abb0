// Adds up what the parts of a test run report. What could not run at all counts as failed.

/** @typedef {{ passed: number, failed: number }} Outcome */

/** @returns {Outcome} of the JSON that Jest writes; a suite that did not load is one failure. */
export function outcomeOfJest(report) {
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  return { passed: report.numPassedTests, failed: failed === 0 && !report.success ? 1 : failed };
}

/** @param {Outcome[]} parts @returns {Outcome} */
export function addUp(parts) {
  return {
    passed: parts.reduce((sum, part) => sum + part.passed, 0),
    failed: parts.reduce((sum, part) => sum + part.failed, 0),
  };
}

/** The last line of a run; a run that passed nothing has proven nothing. @param {Outcome} outcome */
export function describeOutcome({ passed, failed }) {
  return { line: `${passed} passed, ${failed} failed`, code: failed === 0 && passed > 0 ? 0 : 1 };
}
