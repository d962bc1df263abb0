/** Grades every attempt of a class at a lab once more, under the lab's newest version; goes on where it was stopped. */
import { Inject, Injectable } from '@nestjs/common';
import type { RegradeState } from '@podlab/contracts';
import { instantiate } from '@podlab/grading';
import type { AttemptRecord, Domain, RegradeRecord } from '@podlab/persistence';
import type { Logger } from 'pino';
import { ADMINISTRATOR } from '../auth/principal';
import type { Principal } from '../auth/principal';
import { randomIdentifier } from '../auth/secrets';
import { ClassDirectory } from '../classroom/class-directory';
import { AttemptDirectory } from '../labs/attempt-directory';
import { timeOf } from '../labs/attempt-view';
import { CheckDesk } from '../labs/check-desk';
import { evidenceOf } from '../labs/kept-evidence';
import { LabCatalogue } from '../labs/lab-catalogue';
import { ProblemException } from '../problems/problem-exception';
import { DOMAIN, LOGGER } from '../tokens';

type Failure = RegradeState['failed'][number];

@Injectable()
export class RegradeDesk {
  private readonly running = new Map<string, Promise<void>>();
  private stopping = false;

  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(ClassDirectory) private readonly classes: ClassDirectory,
    @Inject(LabCatalogue) private readonly labs: LabCatalogue,
    @Inject(AttemptDirectory) private readonly attempts: AttemptDirectory,
    @Inject(CheckDesk) private readonly checks: CheckDesk,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The same lab in the same version is regraded once: asked again, the answer is how far it is. */
  async begin(principal: Principal, classId: string, name: string): Promise<RegradeState> {
    await this.classes.findOpen(principal, classId, 'teach');
    const lab = await this.labs.find(name, classId);
    const known = await this.domain.findRegradeOf(classId, lab.name, lab.hash);
    if (known) {
      this.resume(known);
      return stateOf(known);
    }
    await this.labs.keep(lab);
    const record: RegradeRecord = {
      id: randomIdentifier(),
      class_id: classId,
      lab: lab.name,
      hash: lab.hash,
      total: (await this.domain.listClassAttempts(classId, lab.name)).length,
      done: 0,
      failed: '[]',
      after: '',
      created_at: Date.now(),
      finished_at: null,
    };
    await this.domain.saveRegrade(record);
    this.resume(record);
    return stateOf(record);
  }

  async get(principal: Principal, classId: string, id: string): Promise<RegradeState> {
    await this.classes.find(principal, classId, 'assist');
    const record = await this.domain.findRegrade(id);
    if (record?.class_id !== classId) throw new ProblemException('NotFound', `There is no regrade ${id}.`);
    return stateOf(record);
  }

  /** Goes on with what the last process did not finish. */
  async resumeAll(): Promise<void> {
    for (const record of await this.domain.unfinishedRegrades()) this.resume(record);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.allSettled(this.running.values());
  }

  private resume(record: RegradeRecord): void {
    if (record.finished_at !== null || this.running.has(record.id)) return;
    const work = this.run(record)
      .catch((error: unknown) => this.logger.error({ err: error, regrade: record.id }, 'regrade stopped'))
      .finally(() => this.running.delete(record.id));
    this.running.set(record.id, work);
  }

  private async run(record: RegradeRecord): Promise<void> {
    const attempts = await this.domain.listClassAttempts(record.class_id, record.lab);
    let { done } = record;
    const failed = JSON.parse(record.failed) as Failure[];
    for (const attempt of attempts.filter(({ id }) => id > record.after)) {
      if (this.stopping) return;
      const problem = await this.one(record, attempt);
      if (problem !== undefined) failed.push({ attempt: attempt.id, problem });
      done++;
      await this.domain.updateRegrade(record.id, { done, failed: JSON.stringify(failed), after: attempt.id });
    }
    await this.domain.updateRegrade(record.id, { done, total: done, finished_at: Date.now() });
  }

  /** The new score takes the place of the old one, whichever is higher: that is what a new rubric is for. */
  private async one(
    { hash, id: regrade }: RegradeRecord,
    { id }: AttemptRecord,
  ): Promise<string | undefined> {
    try {
      const found = await this.attempts.find(ADMINISTRATOR, id, 'see');
      const { record } = found;
      const lab = await this.labs.find(`${record.lab}@${hash}`, record.class_id);
      const under = { ...found, instance: instantiate(lab, record.seed) };
      const grade = await this.checks.graded(under, regrade);
      const steps = grade.steps.map(({ name, score, max }) => ({ name, score, max }));
      const results = grade.checks.map(({ name, state, score, message }) => [
        name,
        { state, score, message },
      ]);
      const changes = {
        lab_hash: hash,
        score: grade.score,
        max: grade.max,
        steps: JSON.stringify(steps),
        results: JSON.stringify(Object.fromEntries(results)),
      };
      const detail = { lab: grade.lab, before: record.score, score: grade.score };
      const event = { kind: 'Regraded' as const, virtual_at: null, detail };
      await this.domain.saveEvidence(evidenceOf(id, grade.checks));
      await this.attempts.inTurn(id, () => this.attempts.write(found, ADMINISTRATOR, changes, event));
      return undefined;
    } catch (error) {
      if (error instanceof ProblemException) return error.detail;
      throw error;
    }
  }
}

function stateOf({ id, lab, hash, total, done, failed, finished_at }: RegradeRecord): RegradeState {
  return {
    id,
    lab: `${lab}@${hash}`,
    total,
    done,
    failed: JSON.parse(failed) as Failure[],
    finished_at: finished_at === null ? null : timeOf(finished_at),
  };
}
