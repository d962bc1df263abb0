/** What a class works on, from when and until when. */
import { Inject, Injectable } from '@nestjs/common';
import type { AssignedLab, LabAssignment, LabSummary } from '@podlab/contracts';
import type { AssignmentRecord, Domain } from '@podlab/persistence';
import type { Principal } from '../auth/principal';
import { ClassDirectory } from '../classroom/class-directory';
import { ProblemException } from '../problems/problem-exception';
import { DOMAIN } from '../tokens';
import { timeOf } from './attempt-view';
import { LabCatalogue } from './lab-catalogue';
import { labSummary } from './lab-summary';

@Injectable()
export class AssignmentDesk {
  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(ClassDirectory) private readonly classes: ClassDirectory,
    @Inject(LabCatalogue) private readonly labs: LabCatalogue,
  ) {}

  /** Students see what is open; who helps sees all. */
  async list(principal: Principal, classId: string): Promise<AssignedLab[]> {
    const { level } = await this.classes.find(principal, classId, 'see');
    const [assignments, labs, own] = await Promise.all([
      this.domain.listAssignments(classId),
      this.labs.list(classId),
      this.ownAttempts(principal, classId),
    ]);
    const byLab = new Map(assignments.map((assignment) => [assignment.lab, assignment]));
    return labs.flatMap((lab) => {
      const assignment = byLab.get(lab.name);
      if (!assignment || (level === 'see' && (assignment.opens_at ?? 0) > Date.now())) return [];
      return [answer(lab, assignment, own.get(lab.name) ?? null)];
    });
  }

  async assign(
    principal: Principal,
    classId: string,
    name: string,
    body: LabAssignment,
  ): Promise<AssignedLab> {
    await this.classes.findOpen(principal, classId, 'teach');
    const lab = await this.labs.find(name, classId);
    const [opens_at, due_at] = [body.opens_at, body.due_at].map((at) =>
      at === null ? null : Date.parse(at),
    );
    if (opens_at !== null && due_at !== null && due_at <= opens_at)
      throw new ProblemException('InvalidBody', 'due_at: must be after opens_at');
    const assignment: AssignmentRecord = { class_id: classId, lab: lab.name, opens_at, due_at };
    await this.domain.saveAssignment(assignment);
    const own = await this.ownAttempts(principal, classId);
    return answer(labSummary(lab, null), assignment, own.get(lab.name) ?? null);
  }

  async remove(principal: Principal, classId: string, lab: string): Promise<void> {
    await this.classes.findOpen(principal, classId, 'teach');
    if (!(await this.domain.deleteAssignment(classId, lab)))
      throw new ProblemException('NotFound', `The class does not work on the lab ${lab}.`);
  }

  /** The caller's attempts, or his group's, by lab. */
  private async ownAttempts({ id }: Principal, classId: string): Promise<ReadonlyMap<string, string>> {
    const membership = await this.domain.findMembership(classId, id);
    const attempts = await this.domain.listClassAttempts(classId, null);
    const group = membership?.group_name ?? null;
    const own = attempts.filter((attempt) =>
      attempt.group_name === null ? attempt.person_id === id : attempt.group_name === group,
    );
    return new Map(own.map((attempt) => [attempt.lab, attempt.id]));
  }
}

function answer(
  lab: LabSummary,
  { opens_at, due_at }: AssignmentRecord,
  attempt: string | null,
): AssignedLab {
  const time = (at: number | null) => (at === null ? null : timeOf(at));
  return { ...lab, opens_at: time(opens_at), due_at: time(due_at), attempt };
}
