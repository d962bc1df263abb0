/** Watches what students do in the clusters of their attempts: when last, where it fails, and since when nothing succeeds. */
import { Inject, Injectable } from '@nestjs/common';
import { CONTRACT_LIMITS, type Request } from '@podlab/contracts';
import type { AttemptRecord, Domain } from '@podlab/persistence';
import type { Logger } from 'pino';
import { randomIdentifier } from '../auth/secrets';
import { ClusterHost } from '../cluster-host/cluster-host';
import { AttemptDirectory } from '../labs/attempt-directory';
import { type Student, studentsOf } from '../labs/students-of';
import { RequestDesk } from '../requests/request-desk';
import { DOMAIN, LOGGER } from '../tokens';
import { ClassFeed } from './class-feed';
import { type Failure, failuresIn, isSuccess } from './failures';
import { Pace } from './pace';

/** How often writes of one user in one cluster are noted. */
const WRITES_PERIOD_MS = 1000;

@Injectable()
export class ActivityDesk {
  /** What is being noted of a cluster: one answer after the other, for each builds on what was before. */
  private readonly noting = new Map<string, Promise<void>>();
  private readonly writes: Pace;

  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(AttemptDirectory) private readonly attempts: AttemptDirectory,
    @Inject(ClassFeed) private readonly feed: ClassFeed,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(RequestDesk) requests: RequestDesk,
    @Inject(ClusterHost) host: ClusterHost,
  ) {
    requests.onSent((cluster, sent, by) => this.inTurn(cluster, () => this.sent(cluster, sent, by)));
    this.writes = new Pace(
      WRITES_PERIOD_MS,
      (key) => this.wrote(...(key.split(' ') as [string, string])),
      (error) => this.failed(error),
    );
    host.onInput((cluster, input) => {
      if (input.kind === 'Kube') this.writes.ask(`${cluster} ${input.user.name}`);
    });
  }

  private inTurn(cluster: string, note: () => Promise<void>): void {
    const before = this.noting.get(cluster) ?? Promise.resolve();
    const after = before.then(note).catch((error: unknown) => this.failed(error));
    this.noting.set(cluster, after);
    void after.then(() => {
      if (this.noting.get(cluster) === after) this.noting.delete(cluster);
    });
  }

  private async sent(cluster: string, requests: readonly Request[], by: string | null): Promise<void> {
    const found = await this.attemptOf(cluster, ({ id }) => by === null || id === by);
    if (!found) return;
    const now = Date.now();
    const failures = failuresIn(requests);
    await this.keep(found, failures, by ?? found.person_id, now);
    const last = requests.at(-1);
    const isGood = last === undefined || isSuccess(last);
    // Checks say since when she is stuck, too.
    await this.attempts.inTurn(found.id, async () => {
      const attempt = await this.domain.findAttempt(found.id);
      const stuck_since = isGood ? null : (attempt?.stuck_since ?? now);
      if (attempt) await this.note(attempt, { stuck_since, last_activity_at: now }, failures.length > 0);
    });
  }

  private async wrote(cluster: string, user: string): Promise<void> {
    const attempt = await this.attemptOf(cluster, (student) => student.user === user);
    if (attempt) await this.note(attempt, { last_activity_at: Date.now() }, false);
  }

  /** The attempt that stands in this cluster, if it is one of its students who did something. */
  private async attemptOf(
    cluster: string,
    isWho: (student: Student) => boolean,
  ): Promise<AttemptRecord | undefined> {
    const attempt = await this.domain.findAttemptOfCluster(cluster);
    const students = attempt ? await studentsOf(this.domain, attempt) : [];
    return attempt && students.some(isWho) ? attempt : undefined;
  }

  private async note(
    attempt: AttemptRecord,
    changes: Partial<AttemptRecord>,
    failed: boolean,
  ): Promise<void> {
    await this.domain.updateAttempt(attempt.id, changes);
    this.feed.tell({ kind: 'Activity', attempt: { ...attempt, ...changes }, failed });
  }

  private async keep(
    { id: attempt_id, class_id, lab }: AttemptRecord,
    failures: readonly Failure[],
    person_id: string,
    created_at: number,
  ): Promise<void> {
    if (class_id === null) return;
    for (const { request, disposition, where, step, code } of failures) {
      const location = where && JSON.stringify(where);
      const id = randomIdentifier();
      const about = { attempt_id, id, class_id, lab, person_id, request_id: request, created_at };
      const hop = { ...about, disposition, location, step, code };
      await this.domain.saveFailingHop(hop, CONTRACT_LIMITS.failingHopsKept);
    }
  }

  private failed(error: unknown): void {
    this.logger.warn({ err: error }, 'what a student did was not noted');
  }
}
