/** Scores on their way to platforms: each is a row before anybody tries to send it, and stays one until it is taken. */
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { LtiGrade } from '@podlab/contracts';
import type { AttemptRecord, Domain, LtiGradeRecord, LtiPlatformRecord } from '@podlab/persistence';
import type { Logger } from 'pino';
import type { Principal } from '../auth/principal';
import { ClassDirectory } from '../classroom/class-directory';
import { AttemptFeed } from '../labs/attempt-feed';
import { studentsOf } from '../labs/students-of';
import { DOMAIN, LOGGER } from '../tokens';
import type { ResourceLaunch } from './claims';
import { GradeBookClient } from './grade-book-client';
import { NotTaken } from './service-client';

const FIRST_WAIT_MS = 1000;
/** One slow platform does not hold up a whole class. */
const SENT_AT_ONCE = 8;
const LONGEST_WAIT_MS = 3600 * 1000;

@Injectable()
export class Passback implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private sending: Promise<void> | undefined;
  private isStopped = false;

  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(ClassDirectory) private readonly classes: ClassDirectory,
    @Inject(AttemptFeed) private readonly feed: AttemptFeed,
    @Inject(GradeBookClient) private readonly books: GradeBookClient,
  ) {}

  onApplicationBootstrap(): void {
    this.feed.listen((record, change) => {
      if (change === 'Checked' || change === 'Regraded') this.inBackground(this.scored(record));
    });
    this.wake(0);
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.sending;
  }

  /** From now on the scores of this attempt go to where the launch says. */
  async follow(
    platform: LtiPlatformRecord,
    { resourceLink: { id: resourceLink }, subject, lineItem, lineItems }: ResourceLaunch,
    { class_id, lab, score, max }: AttemptRecord,
    person_id: string,
  ): Promise<void> {
    if (lineItem === null && lineItems === null) return;
    const known = await this.domain.findLtiGrade(platform.id, resourceLink, person_id);
    const place = {
      platform_id: platform.id,
      resource_link_id: resourceLink,
      person_id,
      class_id: class_id ?? '',
      lab,
      subject,
      line_item: lineItem ?? known?.line_item ?? null,
      line_items: lineItems,
    };
    if (known && known.lab === lab && known.class_id === place.class_id)
      return this.domain.saveLtiGrade({ ...known, ...place });
    const none = { score: null, max, scored_at: null, sent_at: null, tries: 0, next_try_at: null };
    const fresh: LtiGradeRecord = { ...place, ...none, last_error: null };
    await this.domain.saveLtiGrade(score === null ? fresh : toSend(fresh, score, max));
    if (score !== null) this.wake(0);
  }

  async list(principal: Principal, classId: string): Promise<LtiGrade[]> {
    await this.classes.find(principal, classId, 'teach');
    const rows = await this.domain.listLtiGrades(classId);
    return Promise.all(rows.map((row) => this.answer(row)));
  }

  /** Every score of the class once more, such as after the platform lost some. */
  async sendAll(principal: Principal, classId: string): Promise<LtiGrade[]> {
    await this.classes.find(principal, classId, 'teach');
    for (const row of await this.domain.listLtiGrades(classId))
      if (row.score !== null) await this.domain.saveLtiGrade(toSend(row, row.score, row.max));
    this.wake(0);
    return this.list(principal, classId);
  }

  /** What could not be graded is no score, and nothing is sent of it. */
  private async scored(record: AttemptRecord): Promise<void> {
    const { class_id, lab, score, max } = record;
    if (class_id === null || score === null) return;
    for (const { id } of await studentsOf(this.domain, record))
      for (const row of await this.domain.listLtiGradesOf(id, class_id, lab)) {
        if (row.score === score && row.max === max) continue;
        await this.domain.saveLtiGrade(toSend(row, score, max));
        this.wake(0);
      }
  }

  private wake(after: number): void {
    if (this.isStopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.inBackground(this.sendDue()), after);
    this.timer.unref();
  }

  private async sendDue(): Promise<void> {
    if (this.sending) {
      await this.sending;
      return this.wake(0);
    }
    this.sending = this.sendEachDue().finally(() => (this.sending = undefined));
    await this.sending;
    const [next] = await this.domain.listUnsentLtiGrades();
    if (next) this.wake(Math.max(0, (next.next_try_at ?? 0) - Date.now()));
  }

  private async sendEachDue(): Promise<void> {
    const now = Date.now();
    const due = (await this.domain.listUnsentLtiGrades()).filter((row) => (row.next_try_at ?? 0) <= now);
    for (let at = 0; at < due.length && !this.isStopped; at += SENT_AT_ONCE)
      await Promise.all(due.slice(at, at + SENT_AT_ONCE).map((row) => this.sendOne(row)));
  }

  private async sendOne(row: LtiGradeRecord): Promise<void> {
    const platform = await this.domain.findLtiPlatform(row.platform_id);
    if (!platform) return this.domain.updateLtiGrade(row, { next_try_at: null });
    const tries = row.tries + 1;
    try {
      const line_item = await this.books.send(platform, row);
      const done = { line_item, sent_at: Date.now(), tries, next_try_at: null, last_error: null };
      await this.domain.updateLtiGrade(row, done);
    } catch (error) {
      if (!(error instanceof NotTaken)) throw error;
      const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(row.tries, 20));
      const failed = { tries, next_try_at: Date.now() + wait, last_error: error.message };
      await this.domain.updateLtiGrade(row, failed);
      this.logger.warn({ platform: platform.name, reason: error.message }, 'a score was not taken');
    }
  }

  /** What fails here fails at the storage: the row is there, and it is tried again. */
  private inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.logger.error({ err: error }, 'scores are not sent');
      this.wake(FIRST_WAIT_MS);
    });
  }

  private async answer(row: LtiGradeRecord): Promise<LtiGrade> {
    const { person_id, lab, score, max, sent_at, tries, next_try_at, last_error } = row;
    const person = await this.domain.findPerson(person_id);
    const time = (at: number | null) => (at === null ? null : new Date(at).toISOString());
    return {
      person: { id: person_id, name: person?.name ?? person_id },
      lab,
      score,
      max,
      state: score === null ? 'NoScore' : next_try_at === null ? 'Sent' : 'Waiting',
      sent_at: time(sent_at),
      tries,
      next_try_at: time(next_try_at),
      last_error,
    };
  }
}

/** A platform takes a score only if it is later than the one that it has. */
function toSend(row: LtiGradeRecord, score: number, max: number): LtiGradeRecord {
  const now = Date.now();
  const scored_at = Math.max(now, (row.scored_at ?? 0) + 1);
  return { ...row, score, max, scored_at, sent_at: null, tries: 0, next_try_at: now, last_error: null };
}
