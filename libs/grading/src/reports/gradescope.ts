import type { CheckResult, Grade } from '@podlab/contracts';

/**
 * `results.json` of a Gradescope autograder. A check that could not be run has no score, and then the whole has none:
 * Gradescope tells the student that the autograder failed, which is the truth.
 */
export function renderGradescope(grade: Grade, language: 'en' | 'ko'): string {
  const { lab, engine, seed, variant, score } = grade;
  const results = {
    ...(score !== null && { score }),
    output: `${lab}, seed ${seed}${variant === undefined ? '' : `, ${variant}`}`,
    tests: grade.checks.map((check, index) => testOf(check, index, language)),
    extra_data: { lab, engine, seed },
  };
  return `${JSON.stringify(results, null, 2)}\n`;
}

function testOf(check: CheckResult, index: number, language: 'en' | 'ko') {
  const { title, score, max, state, message, hidden, step } = check;
  return {
    name: title[language],
    number: String(index + 1),
    ...(score !== null && { score }),
    max_score: max,
    status: state === 'passed' ? 'passed' : 'failed',
    output: message[language],
    tags: [step],
    visibility: hidden ? 'hidden' : 'visible',
  };
}
