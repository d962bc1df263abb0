import type { CheckState, Grade } from '@podlab/contracts';
import { boundsOf, ENOUGH, exitStatus, NOT_GRADED, summary, TOO_FEW } from './verdict';

const words = { en: '', ko: '' };

/** A step with checks of these states and points; `cost` is what its hints cost. */
function gradeOf(checks: [state: CheckState, max: number][], cost = 0): Grade {
  const max = checks.reduce((sum, [, points]) => sum + points, 0);
  return {
    lab: 'small@0123456789ab',
    engine: '1',
    seed: '1',
    score: null,
    max,
    steps: [{ name: 'only', title: words, score: null, max, hints_cost: cost }],
    checks: checks.map(([state, points], index) => ({
      name: `check-${index}`,
      step: 'only',
      kind: 'Object',
      title: words,
      state,
      score: state === 'error' ? null : state === 'passed' ? points : 0,
      max: points,
      hidden: false,
      message: { code: '', params: {}, ...words },
    })),
  };
}

it.each<[what: string, grade: Grade, enough: number | undefined, status: number]>([
  ['everything passed', gradeOf([['passed', 100]]), undefined, ENOUGH],
  [
    'one failed',
    gradeOf([
      ['passed', 60],
      ['failed', 40],
    ]),
    undefined,
    TOO_FEW,
  ],
  [
    'one failed, the rest is enough',
    gradeOf([
      ['passed', 60],
      ['failed', 40],
    ]),
    60,
    ENOUGH,
  ],
  [
    'a hint cost too much',
    gradeOf(
      [
        ['passed', 60],
        ['failed', 40],
      ],
      0.01,
    ),
    60,
    TOO_FEW,
  ],
  [
    'one was not run',
    gradeOf([
      ['passed', 60],
      ['error', 40],
    ]),
    undefined,
    NOT_GRADED,
  ],
  [
    'one was not run, the rest is enough',
    gradeOf([
      ['passed', 60],
      ['error', 40],
    ]),
    50,
    ENOUGH,
  ],
  [
    'one was not run, and would not help',
    gradeOf([
      ['failed', 60],
      ['error', 40],
    ]),
    50,
    TOO_FEW,
  ],
  [
    'thirds add up',
    gradeOf([
      ['passed', 33.34],
      ['passed', 33.33],
      ['passed', 33.33],
    ]),
    100,
    ENOUGH,
  ],
])('%s', (_, grade, enough, status) => {
  expect(exitStatus(grade, enough)).toBe(status);
});

it('what was not run is between nothing and all of it', () => {
  const grade = gradeOf(
    [
      ['passed', 50.5],
      ['failed', 20],
      ['error', 29.5],
    ],
    0.5,
  );
  expect(boundsOf(grade)).toEqual({ least: 50, most: 79.5 });
  expect(summary(grade)).toBe('small: between 50 and 79.5 of 100 points (1 passed, 1 failed, 1 not run)');
});
