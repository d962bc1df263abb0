import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GradeFormat, type CheckResult, type Grade } from '@podlab/contracts';
import { parse } from 'yaml';
import { gradeMessage } from '../messages';
import { GradeIncomplete } from './classroom50';
import { csvCell } from './csv';
import { renderGrade } from './render-grade';

const SECRET = 'web-secret';

function check(change: Partial<CheckResult>): CheckResult {
  return {
    name: 'by-name',
    step: 'service',
    kind: 'Request',
    title: { en: 'Reachable by name', ko: '이름으로 닿는다' },
    state: 'passed',
    score: 25.5,
    max: 25.5,
    hidden: false,
    message: gradeMessage('Passed'),
    ...change,
  };
}

const GRADE: Grade = {
  lab: 'small@0123456789abcdef',
  engine: '0.1.0',
  seed: '7',
  variant: 'selector',
  score: 25.5,
  max: 100,
  steps: [
    {
      name: 'service',
      title: { en: 'One <way> in', ko: '들어가는 길' },
      score: 25.5,
      max: 60,
      hints_cost: 0,
    },
    { name: 'outside', title: { en: 'From outside', ko: '바깥에서' }, score: 0, max: 40, hints_cost: 0 },
  ],
  checks: [
    check({}),
    check({
      name: 'three',
      title: { en: '=SUM(1) "3" # pods & <more>\n', ko: '파드 셋' },
      state: 'failed',
      score: 0,
      max: 34.5,
      message: gradeMessage('ObjectCount', { kind: 'Pod', found: 1, expected: '3' }),
    }),
    check({
      name: SECRET,
      step: 'outside',
      hidden: true,
      title: { en: SECRET, ko: SECRET },
      state: 'failed',
      score: 0,
      max: 40,
      message: gradeMessage('ObjectMissing', { kind: 'Pod', name: SECRET, namespace: 'lab06' }),
      evidence: { kind: 'Objects', objects: [{ name: SECRET }] },
    }),
  ],
};

const BROKEN: Grade = {
  ...GRADE,
  score: null,
  checks: [
    check({
      state: 'error',
      score: null,
      message: gradeMessage('CannotRun', { reason: 'no \u0001 history' }),
    }),
  ],
};

const golden = join(__dirname, 'reports.golden');

it('every format is as it was agreed', () => {
  const texts = GradeFormat.options.flatMap((format) => [
    `==== ${format}`,
    renderGrade(GRADE, format, { language: format === 'csv' ? 'ko' : 'en' }),
  ]);
  const broken = ['gradescope', 'junit', 'tap'].flatMap((format) => [
    `==== ${format}, not run`,
    renderGrade(BROKEN, format as GradeFormat),
  ]);
  const text = [...texts, ...broken].join('\n').replaceAll('\r\n', '⏎\n');
  if (process.env['UPDATE_GOLDEN']) writeFileSync(golden, text);
  expect(text).toBe(readFileSync(golden, 'utf8'));
});

it.each(GradeFormat.options.filter((format) => format !== 'gradescope'))(
  '%s shows nothing of a hidden check',
  (format) => {
    expect(renderGrade(GRADE, format)).not.toContain(SECRET);
    if (format !== 'classroom50') expect(renderGrade(GRADE, format, { showHidden: true })).toContain(SECRET);
  },
);

it('Gradescope keeps hidden checks from students itself', () => {
  const { tests } = JSON.parse(renderGrade(GRADE, 'gradescope')) as { tests: { visibility: string }[] };
  expect(tests.map(({ visibility }) => visibility)).toEqual(['visible', 'visible', 'hidden']);
});

it('what was not graded is no zero', () => {
  expect(JSON.parse(renderGrade(BROKEN, 'gradescope'))).not.toHaveProperty('score');
  expect(() => renderGrade(BROKEN, 'classroom50')).toThrow(GradeIncomplete);
  expect(renderGrade(BROKEN, 'junit')).toContain('errors="1"');
});

it('points of Classroom 50 are whole and add up', () => {
  const result = JSON.parse(renderGrade(GRADE, 'classroom50')) as {
    tests: { score: number; 'max-score': number }[];
  };
  expect(result.tests.reduce((sum, test) => sum + test['max-score'], 0)).toBe(100);
  expect(
    result.tests.every((test) => Number.isInteger(test['max-score']) && test.score <= test['max-score']),
  ).toBe(true);
});

it('a block of TAP is YAML', () => {
  const block = /---\n([\s\S]*?)\n {2}\.\.\./.exec(renderGrade(GRADE, 'tap'))?.[1] ?? '';
  expect(parse(block)).toMatchObject({ severity: 'fail', code: 'ObjectCount', score: 0, max: 34.5 });
});

it.each([
  ['plain', 'plain'],
  ['a,b', '"a,b"'],
  ['say "x"', '"say ""x"""'],
  ['=1+1', "'=1+1"],
  ['@x', "'@x"],
  ['-5', '-5'],
  ['-x', "'-x"],
])('cell %j is %j', (text, cell) => {
  expect(csvCell(text)).toBe(cell);
});
