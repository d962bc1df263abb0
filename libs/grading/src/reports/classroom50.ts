import type { Grade } from '@podlab/contracts';
import { Refusal } from '@podlab/kernel';
import { split } from '../grade/points';

/** Some checks could not be run, and the format has no word for that. */
export class GradeIncomplete extends Refusal {
  override readonly name = 'GradeIncomplete';
}

/**
 * The part of Classroom 50's `result.json` (`classroom50/result/v1`) that a grader knows: scores and tests. Whose
 * repository and commit it is, its autograder puts beside. Points are whole numbers there. Throws GradeIncomplete.
 */
export function renderClassroom50(grade: Grade, language: 'en' | 'ko'): string {
  const { score, checks } = grade;
  if (score === null) {
    const names = checks.filter(({ state }) => state === 'error').map(({ name }) => name);
    throw new GradeIncomplete(`could not be run: ${names.join(', ')}`);
  }
  const worths = split(
    grade.max,
    checks.map(({ max }) => Math.round(max * 100)),
  );
  const tests = checks.map((check, index) => ({
    'test-name': `${check.step}: ${check.title[language]}`,
    passed: check.state === 'passed',
    score: check.state === 'passed' ? worths[index] : 0,
    'max-score': worths[index],
    output: check.message[language],
  }));
  const sum = tests.reduce((total, test) => total + test.score, 0);
  const cost = Math.ceil(grade.steps.reduce((total, step) => total + step.hints_cost, 0));
  const result = {
    schema: 'classroom50/result/v1',
    score: Math.max(0, sum - cost),
    'max-score': grade.max,
    tests,
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}
