/** The grades of a class: a row a member and lab. */
import { Inject, Injectable } from '@nestjs/common';
import type { GradeRow } from '@podlab/contracts';
import { csvCell } from '@podlab/grading';
import type { AssignmentRecord, AttemptRecord, Domain, MemberRecord } from '@podlab/persistence';
import type { Principal } from '../auth/principal';
import { ClassDirectory } from '../classroom/class-directory';
import { stepsOf } from '../labs/attempt-state';
import { timeOf } from '../labs/attempt-view';
import { LabCatalogue } from '../labs/lab-catalogue';
import { DOMAIN } from '../tokens';

@Injectable()
export class GradeBook {
  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(ClassDirectory) private readonly classes: ClassDirectory,
    @Inject(LabCatalogue) private readonly labs: LabCatalogue,
  ) {}

  /** Of one lab, or of all that the class works on; who helps sees all, a student his own. */
  async rows(principal: Principal, classId: string, lab: string | undefined): Promise<GradeRow[]> {
    const { level } = await this.classes.find(principal, classId, 'see');
    const [members, attempts, assignments, labs] = await Promise.all([
      this.domain.listMembers(classId, { limit: Number.MAX_SAFE_INTEGER }),
      this.domain.listClassAttempts(classId, lab ?? null),
      this.domain.listAssignments(classId),
      this.labs.list(classId),
    ]);
    const students = members
      .filter(({ role, person_id }) => (level === 'see' ? person_id === principal.id : role === 'student'))
      .sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
    const asked = labs.filter(({ name }) =>
      lab === undefined ? assignments.some((each) => each.lab === name) : name === lab,
    );
    return asked.flatMap(({ name, points }) => {
      const assignment = assignments.find((each) => each.lab === name);
      return students.map((member) =>
        row(member, name, points, assignment, attemptOf(attempts, member, name)),
      );
    });
  }
}

const COLUMNS = [
  'login',
  'name',
  'group',
  'lab',
  'score',
  'max',
  'runs',
  'started_at',
  'last_run_at',
  'late',
];

/** One line a row; steps follow as columns `lab/step`. */
export function gradesCsv(rows: readonly GradeRow[]): string {
  const steps = [...new Set(rows.flatMap(({ lab, steps: all }) => all.map(({ name }) => `${lab}/${name}`)))];
  const lines = rows.map((each) => {
    const scores = new Map(each.steps.map(({ name, score }) => [`${each.lab}/${name}`, score]));
    const { person, group, lab, score, max, runs, started_at, last_run_at, late } = each;
    const cells = [person.login, person.name, group, lab, score, max, runs, started_at, last_run_at, late];
    return [...cells, ...steps.map((step) => scores.get(step))];
  });
  const text = [[...COLUMNS, ...steps], ...lines].map((line) =>
    line.map((cell) => csvCell(String(cell ?? ''))),
  );
  return text.map((line) => `${line.join(',')}\r\n`).join('');
}

const nameOf = ({ name, person_id }: MemberRecord) => `${name} ${person_id}`;

function attemptOf(
  attempts: readonly AttemptRecord[],
  { person_id, group_name }: MemberRecord,
  lab: string,
): AttemptRecord | undefined {
  return attempts.find((attempt) => {
    if (attempt.lab !== lab) return false;
    return attempt.group_name === null ? attempt.person_id === person_id : attempt.group_name === group_name;
  });
}

function row(
  { person_id, login, name, group_name }: MemberRecord,
  lab: string,
  points: number,
  assignment: AssignmentRecord | undefined,
  attempt: AttemptRecord | undefined,
): GradeRow {
  const due = assignment?.due_at ?? null;
  const last = attempt?.last_run_at ?? null;
  return {
    person: { id: person_id, login, name },
    group: group_name,
    lab,
    attempt: attempt?.id ?? null,
    score: attempt?.score ?? null,
    max: attempt?.max ?? points,
    runs: attempt?.runs ?? 0,
    steps: attempt ? stepsOf(attempt) : [],
    started_at: attempt ? timeOf(attempt.created_at) : null,
    last_run_at: last === null ? null : timeOf(last),
    late: due !== null && last !== null && last > due,
  };
}
