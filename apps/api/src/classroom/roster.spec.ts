import { CONTRACT_LIMITS } from '@podlab/contracts';
import { ProblemException } from '../problems/problem-exception';
import { rosterProblem, type RosterFault } from './roster-problems';
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

it.each<[RosterFault, string, string]>([
  [
    { fault: 'Missing', column: 'login' },
    'Line 7, column 1 (login) is empty; write the name with which this person signs in.',
    '7행 1열(login): 비어 있습니다. 이 사람이 로그인할 이름을 적어 주세요.',
  ],
  [
    { fault: 'Repeated', column: 'login' },
    'Line 7, column 1 (login) stands further up in this file, too; leave one of the two rows.',
    '7행 1열(login): 이 파일의 위쪽에 이미 있습니다. 둘 중 한 행만 남겨 주세요.',
  ],
  [
    { fault: 'Malformed', column: 'group' },
    'Line 7, column 3 (group) takes at most 32 letters, digits, spaces, ".", "_" and "-", with a letter or digit first.',
    '7행 3열(group): 글자, 숫자, 빈칸, ".", "_", "-"로 32자까지 쓰고, 글자나 숫자로 시작해야 합니다.',
  ],
  [
    { fault: 'ClassFull' },
    `Line 7: the class is full, it takes ${CONTRACT_LIMITS.classMembers} members.`,
    `7행: 수업이 가득 찼습니다. 구성원은 ${CONTRACT_LIMITS.classMembers}명까지입니다.`,
  ],
])('a row is refused for %j in words of both languages', (fault, en, ko) => {
  expect([rosterProblem(7, fault, 'en'), rosterProblem(7, fault, 'ko')]).toEqual([en, ko]);
});
