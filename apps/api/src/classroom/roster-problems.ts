/** Why a row of a roster is refused, for whoever wrote the file: where to look, and what to do. */
import { CONTRACT_LIMITS } from '@podlab/contracts';
import type { Language } from '@podlab/traceflow';
import type { RosterColumn } from './roster';

export type RosterFault =
  { fault: 'Missing' | 'Malformed' | 'Repeated' | 'Taken'; column: RosterColumn } | { fault: 'ClassFull' };

const COLUMNS: readonly RosterColumn[] = ['login', 'name', 'group'];
const { loginCharacters, personNameCharacters, groupNameCharacters, classMembers } = CONTRACT_LIMITS;

const RULES: Record<RosterColumn, Record<Language, string>> = {
  login: {
    en: `takes at most ${loginCharacters} lower case letters, digits, "-", ".", "_", "+" and "@", with a letter or digit first and last`,
    ko: `소문자, 숫자, "-", ".", "_", "+", "@"로 ${loginCharacters}자까지 쓰고, 글자나 숫자로 시작하고 끝나야 합니다`,
  },
  name: {
    en: `takes at most ${personNameCharacters} characters, and none that nobody sees`,
    ko: `보이지 않는 문자 없이 ${personNameCharacters}자까지 쓸 수 있습니다`,
  },
  group: {
    en: `takes at most ${groupNameCharacters} letters, digits, spaces, ".", "_" and "-", with a letter or digit first`,
    ko: `글자, 숫자, 빈칸, ".", "_", "-"로 ${groupNameCharacters}자까지 쓰고, 글자나 숫자로 시작해야 합니다`,
  },
};

/** One sentence with the line of the file and the number and name of the column. */
export function rosterProblem(line: number, problem: RosterFault, language: Language): string {
  if (problem.fault === 'ClassFull') {
    return language === 'ko'
      ? `${line}행: 수업이 가득 찼습니다. 구성원은 ${classMembers}명까지입니다.`
      : `Line ${line}: the class is full, it takes ${classMembers} members.`;
  }
  const { fault, column } = problem;
  const number = COLUMNS.indexOf(column) + 1;
  const said = {
    Missing: {
      en: 'is empty; write the name with which this person signs in',
      ko: '비어 있습니다. 이 사람이 로그인할 이름을 적어 주세요',
    },
    Malformed: RULES[column],
    Repeated: {
      en: 'stands further up in this file, too; leave one of the two rows',
      ko: '이 파일의 위쪽에 이미 있습니다. 둘 중 한 행만 남겨 주세요',
    },
    Taken: {
      en: 'is already somebody else’s; take another',
      ko: '다른 사람이 이미 쓰고 있습니다. 다른 것을 고르세요',
    },
  }[fault][language];
  return language === 'ko'
    ? `${line}행 ${number}열(${column}): ${said}.`
    : `Line ${line}, column ${number} (${column}) ${said}.`;
}
