/** Runs the checks of attempts and keeps what came of them. */
import { Inject, Injectable } from '@nestjs/common';
import {
  type CheckResult,
  type CheckRun,
  CONTRACT_LIMITS,
  type Grade,
  type StepResult,
} from '@podlab/contracts';
import type { AttemptRecord, Domain } from '@podlab/persistence';
import type { Principal } from '../auth/principal';
import { ClusterHost } from '../cluster-host/cluster-host';
import { Grader } from '../grading/grader';
import { ProblemException } from '../problems/problem-exception';
import { DOMAIN } from '../tokens';
import { AttemptDirectory, type FoundAttempt } from './attempt-directory';
import { answersOf, type KeptResults, resultsOf } from './attempt-state';
import { evidenceOf } from './kept-evidence';
import { studentsOf } from './students-of';

export interface Checked {
  found: FoundAttempt;
  grade: Grade;
}

@Injectable()
export class CheckDesk {
  private readonly running = new Map<string, number>();

  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(AttemptDirectory) private readonly attempts: AttemptDirectory,
    @Inject(ClusterHost) private readonly host: ClusterHost,
    @Inject(Grader) private readonly grader: Grader,
  ) {}

  /** The whole lab is graded, so that the score is known; the results are of the step that was asked for. */
  async run(principal: Principal, id: string, { step }: CheckRun): Promise<Checked> {
    const found = await this.attempts.find(principal, id, 'use');
    const { document } = found.instance;
    if (step !== undefined && !document.steps.some(({ name }) => name === step))
      throw new ProblemException('NotFound', `The lab ${document.metadata.name} has no step ${step}.`);
    const grade = await this.counted(id, () => this.graded(found, principal.id));
    return this.attempts.inTurn(id, () => this.keep(principal, found, grade, step));
  }

  /** So that nobody fills the queue with one attempt. */
  private async counted<Result>(id: string, work: () => Promise<Result>): Promise<Result> {
    const running = this.running.get(id) ?? 0;
    const { attemptRunsAtOnce } = CONTRACT_LIMITS;
    if (running >= attemptRunsAtOnce) {
      const detail = `attemptRunsAtOnce is limited to ${attemptRunsAtOnce}: wait until they have ended.`;
      throw new ProblemException('TooManyRequests', detail);
    }
    this.running.set(id, running + 1);
    try {
      return await work();
    } finally {
      const left = (this.running.get(id) ?? 1) - 1;
      if (left > 0) this.running.set(id, left);
      else this.running.delete(id);
    }
  }

  private async keep(
    principal: Principal,
    found: FoundAttempt,
    grade: Grade,
    step: string | undefined,
  ): Promise<Checked> {
    const { id } = found.record;
    const isLate = await this.isLate(found.record);
    // What was written while it was graded stays: the record of before may be an old one.
    const record = await this.domain.findAttempt(id);
    if (!record) throw new ProblemException('NotFound', `There is no attempt ${id}.`);
    const asked = grade.checks.filter((result) => step === undefined || result.step === step);
    await this.domain.saveEvidence(evidenceOf(id, asked));
    const changes = changesOf(record, grade, asked, isLate);
    const written = await this.attempts.write({ ...found, record }, principal, changes, {
      kind: 'Checked',
      virtual_at: this.host.inMemory(record.cluster_id)?.peek((core) => core.now()) ?? null,
      detail: { step: step ?? null, score: grade.score, late: isLate },
    });
    return { found: { ...found, record: written }, grade };
  }

  /** The grade of an attempt as it stands. */
  async graded({ record, cluster, instance }: FoundAttempt, caller: string): Promise<Grade> {
    const { found, ...answers } = answersOf(record);
    const submission = { lab: instance.lab, seed: record.seed, answers, found, caller };
    return this.grader.cluster(
      submission,
      cluster,
      (await studentsOf(this.domain, record)).map(({ user }) => user),
    );
  }

  async isLate({ class_id, lab }: AttemptRecord): Promise<boolean> {
    const assignments = class_id === null ? [] : await this.domain.listAssignments(class_id);
    const due = assignments.find((each) => each.lab === lab)?.due_at ?? null;
    return due !== null && Date.now() > due;
  }
}

/** What a run changes; nobody loses points by it, and one after the due time gives none. */
function changesOf(
  record: AttemptRecord,
  { score, steps }: Grade,
  asked: readonly CheckResult[],
  isLate: boolean,
): Partial<AttemptRecord> {
  const before = resultsOf(record);
  const results = { ...before, ...Object.fromEntries(asked.map(keptOf)) };
  const now = Date.now();
  const isBetter = !isLate && score !== null && score > (record.score ?? -1);
  return {
    results: JSON.stringify(results),
    ...(isBetter && { score, steps: JSON.stringify(steps.map(stepOf)) }),
    runs: record.runs + 1,
    last_run_at: now,
    stuck_since: stuckSince(record, before, asked, now),
  };
}

/** Stuck since the first run that failed without anything new that passed. */
function stuckSince(
  { stuck_since }: AttemptRecord,
  before: KeptResults,
  asked: readonly CheckResult[],
  now: number,
): number | null {
  const isNew = asked.some(({ name, state }) => state === 'passed' && before[name]?.state !== 'passed');
  if (isNew || asked.every(({ state }) => state === 'passed')) return null;
  return stuck_since ?? now;
}

const keptOf = ({ name, state, score, message }: CheckResult) => [name, { state, score, message }] as const;
const stepOf = ({ name, score, max }: StepResult) => ({ name, score, max });
