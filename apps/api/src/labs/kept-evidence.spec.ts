import { type CheckResult, CONTRACT_LIMITS } from '@podlab/contracts';
import { evidenceOf } from './kept-evidence';

const { evidenceCharacters, evidenceOfStepCharacters } = CONTRACT_LIMITS;
const AROUND = JSON.stringify({ kind: 'Exec', stdout: '', stderr: '' }).length;

/** `one/a 10` is a check of step one that rests on so many characters; `-` hides it. */
function result(line: string): CheckResult {
  const [place, size, hidden] = line.split(' ');
  const [step, name] = place.split('/');
  const stdout = 'x'.repeat(Number(size) - AROUND);
  const evidence = { kind: 'Exec', stdout, stderr: '' } as const;
  return { step, name, hidden: hidden === '-', evidence } as CheckResult;
}

it.each<[string, string[], string[]]>([
  ['by step', ['one/a 100', 'two/b 100', 'one/c 100'], ['one: a c', 'two: b']],
  ['nothing of hidden checks', ['one/a 100 -', 'one/b 100'], ['one: b']],
  ['nothing that is too long by itself', [`one/a ${evidenceCharacters + 1}`, 'one/b 100'], ['one: b']],
  [
    'as much of a step as there is room for',
    [...Array(5).keys()].map((index) => `one/${index} ${evidenceCharacters}`),
    [`one: ${[...Array(evidenceOfStepCharacters / evidenceCharacters).keys()].join(' ')}`],
  ],
  ['that a step rests on nothing any more', ['one/a 100 -'], ['one: ']],
])('keeps %s', (_, lines, kept) => {
  const rows = evidenceOf('attempt', lines.map(result));
  expect(rows.map(({ step, evidence }) => `${step}: ${Object.keys(JSON.parse(evidence)).join(' ')}`)).toEqual(
    kept,
  );
});
