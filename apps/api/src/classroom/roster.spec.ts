import { CONTRACT_LIMITS } from '@podlab/contracts';
import { ProblemException } from '../problems/problem-exception';
import { readRoster, rosterCsv } from './roster';

const row = (line: number, login: string, name = '', group = '') => ({ line, login, name, group });

it.each([
  ['a header', 'login,name,group\nann,Ann,red\n', [row(2, 'ann', 'Ann', 'red')]],
  ['none', 'ann,Ann\nbob', [row(1, 'ann', 'Ann'), row(2, 'bob')]],
  [
    'a byte order mark, CRLF and empty lines',
    '\ufefflogin,name\r\n\r\nann, Ann \r\n',
    [row(3, 'ann', 'Ann')],
  ],
  ['quotes', 'ann,"Ann ""A"", B",red', [row(1, 'ann', 'Ann "A", B', 'red')]],
  ['Korean', 'login,name\nkim,김민수', [row(2, 'kim', '김민수')]],
  ['more columns', 'ann,Ann,red,x,y', [row(1, 'ann', 'Ann', 'red')]],
  ['nothing', '', []],
])('a file with %s is read', (_, text, rows) => {
  expect(readRoster(text)).toEqual(rows);
});

it.each([
  ['an open quote', 'ann,"Ann', 'InvalidBody'],
  ['an endless row', `ann,${'x'.repeat(5000)}`, 'InvalidBody'],
  ['too many rows', 'a\n'.repeat(CONTRACT_LIMITS.rosterRows + 1), 'LimitExceeded'],
  ['too much text', 'a'.repeat(CONTRACT_LIMITS.rosterCharacters + 1), 'LimitExceeded'],
])('a file with %s is refused', (_, text, code) => {
  const read = () => readRoster(text);
  expect(read).toThrow(ProblemException);
  expect(read).toThrow(expect.objectContaining({ code }) as Error);
});

it('is given back as CSV that no spreadsheet runs', () => {
  const report = {
    rows: [
      {
        line: 2,
        login: 'ann',
        name: '=HYPERLINK("x")',
        group: null,
        result: 'added' as const,
        problem: null,
        link: 'http://h/#code=1',
      },
    ],
  };
  expect(rosterCsv(report)).toBe(
    'line,login,name,group,result,problem,link\r\n2,ann,"\'=HYPERLINK(""x"")",,added,,http://h/#code=1\r\n',
  );
});
