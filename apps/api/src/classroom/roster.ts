/** Rosters: a CSV file of logins, names and groups in, a report with one-time links out. */
import { Inject, Injectable } from '@nestjs/common';
import {
  CONTRACT_LIMITS,
  GroupName,
  Login,
  PersonName,
  type RosterReport,
  type RosterRow,
} from '@podlab/contracts';
import type { Language } from '@podlab/traceflow';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { Principal } from '../auth/principal';
import { ROSTER_LINK_SECONDS, SignInDesk } from '../auth/sign-in';
import { ProblemException } from '../problems/problem-exception';
import { ClassDirectory } from './class-directory';
import { MemberDesk } from './member-desk';
import { type RosterFault, rosterProblem } from './roster-problems';

interface Row {
  line: number;
  login: string;
  name: string;
  group: string;
}

const Valid = z.object({ login: Login, name: PersonName, group: GroupName.nullable() });
export type RosterColumn = keyof z.infer<typeof Valid>;
const OUTCOMES: Record<'full' | 'taken', RosterFault> = {
  full: { fault: 'ClassFull' },
  taken: { fault: 'Taken', column: 'login' },
};

@Injectable()
export class RosterDesk {
  constructor(
    @Inject(ClassDirectory) private readonly classes: ClassDirectory,
    @Inject(MemberDesk) private readonly members: MemberDesk,
    @Inject(SignInDesk) private readonly desk: SignInDesk,
  ) {}

  /** Each row is taken or refused for itself; the same file again changes nothing. */
  async upload(
    principal: Principal,
    classId: string,
    text: string,
    language: Language,
  ): Promise<RosterReport> {
    await this.classes.findOpen(principal, classId, 'teach');
    const rows: RosterRow[] = [];
    const seen = new Set<string>();
    for (const row of readRoster(text)) {
      rows.push(await this.take(classId, row, seen, language));
    }
    return { rows };
  }

  private async take(classId: string, row: Row, seen: Set<string>, language: Language): Promise<RosterRow> {
    const { line, login, name } = row;
    const group = row.group === '' ? null : row.group;
    const refused = (fault: RosterFault): RosterRow => {
      const problem = rosterProblem(line, fault, language);
      return { line, login, name, group, result: 'refused', problem, link: null };
    };
    if (login === '') return refused({ fault: 'Missing', column: 'login' });
    const valid = Valid.safeParse({ login, name: name === '' ? login : name, group });
    if (!valid.success) {
      const [{ path }] = valid.error.issues;
      return refused({ fault: 'Malformed', column: path[0] as RosterColumn });
    }
    const person = valid.data;
    if (seen.has(person.login)) return refused({ fault: 'Repeated', column: 'login' });
    seen.add(person.login);
    const { outcome, created, person_id } = await this.members.enrol(classId, { ...person, role: 'student' });
    if (outcome === 'full' || outcome === 'taken') return refused(OUTCOMES[outcome]);
    const link = created ? (await this.desk.link(person_id, ROSTER_LINK_SECONDS)).url : null;
    return { line, ...person, result: outcome, problem: null, link };
  }
}

/** Throws 422 where it is no CSV, or too much. */
export function readRoster(text: string): Row[] {
  const { rosterCharacters, rosterRows, rosterColumns } = CONTRACT_LIMITS;
  if (text.length > rosterCharacters) throw limit('rosterCharacters', rosterCharacters);
  const records = parsed(text);
  if (records.some(({ record }) => record.length > rosterColumns))
    throw limit('rosterColumns', rosterColumns);
  const hasHeader = records[0]?.record[0]?.toLowerCase() === 'login';
  const rows = (hasHeader ? records.slice(1) : records).map(({ record, info }) => {
    const [login = '', name = '', group = ''] = record;
    return { line: info.lines, login, name, group };
  });
  if (rows.length > rosterRows) throw limit('rosterRows', rosterRows);
  return rows;
}

function parsed(text: string): { record: string[]; info: { lines: number } }[] {
  try {
    return parse(text, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      info: true,
      max_record_size: 4096,
      to: CONTRACT_LIMITS.rosterRows + 2,
    }) as unknown as { record: string[]; info: { lines: number } }[];
  } catch (error) {
    throw new ProblemException('InvalidBody', `The roster is no CSV: ${(error as Error).message}`);
  }
}

const limit = (name: string, most: number) =>
  new ProblemException('LimitExceeded', `${name} is limited to ${most}`);

const COLUMNS = ['line', 'login', 'name', 'group', 'result', 'problem', 'link'] as const;

/** The report as CSV. A cell that a spreadsheet would take for a formula is made text. */
export function rosterCsv({ rows }: RosterReport): string {
  const lines = rows.map((row) => COLUMNS.map((column) => cell(row[column])).join(','));
  return `${[COLUMNS.join(','), ...lines].join('\r\n')}\r\n`;
}

function cell(value: string | number | null): string {
  const text = String(value ?? '');
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
