/** Writes what others do about an attempt, or do to its cluster, into the attempt's time line. */
import { Inject, Injectable } from '@nestjs/common';
import type { ClassMessage, PresenceEvent } from '@podlab/contracts';
import type { AttemptRecord, Domain } from '@podlab/persistence';
import type { Logger } from 'pino';
import { ClusterHost } from '../cluster-host/cluster-host';
import { type GoneBack, SnapshotDesk } from '../clusters/snapshot-desk';
import { AttemptDirectory } from '../labs/attempt-directory';
import { studentsOf } from '../labs/students-of';
import { DOMAIN, LOGGER } from '../tokens';
import { ClassFeed, type ClassNews } from './class-feed';

/** Who was active so lately hears a message at his work. */
const AT_WORK_MS = 3600 * 1000;
/** Who comes again so soon has not been away. */
const SAME_VISIT_MS = 10 * 60 * 1000;

type Visitor = PresenceEvent['people'][number];

@Injectable()
export class TimeLineDesk {
  /** When somebody was last seen to come into the cluster of an attempt. */
  private readonly visits = new Map<string, number>();

  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(AttemptDirectory) private readonly attempts: AttemptDirectory,
    @Inject(ClusterHost) private readonly host: ClusterHost,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(ClassFeed) feed: ClassFeed,
    @Inject(SnapshotDesk) snapshots: SnapshotDesk,
  ) {
    feed.listen((news) => this.inBackground(this.heard(news)));
    snapshots.onGoneBack((gone) => this.inBackground(this.wentBack(gone)));
  }

  private async heard(news: ClassNews): Promise<void> {
    if (news.kind === 'Message') return this.message(news.message);
    if (news.kind === 'Joined') return this.joined(news.cluster, news.person);
    if (news.kind !== 'Broadcast' || news.before === news.event.cluster) return;
    const { before, event, by } = news;
    if (before !== null) await this.noteAt(before, by, 'Broadcast', { shown: false });
    if (event.cluster !== null) await this.noteAt(event.cluster, by, 'Broadcast', { shown: true });
  }

  private async wentBack({ cluster, kind, by, resourceVersion }: GoneBack): Promise<void> {
    await this.noteAt(cluster, by, kind, resourceVersion === undefined ? {} : { resourceVersion });
  }

  /** To one: where she works. To the class: where anybody does. */
  private async message({ class: classId, from, to, text }: ClassMessage): Promise<void> {
    const since = Date.now() - AT_WORK_MS;
    const active = (await this.domain.listClassAttempts(classId, null)).filter(
      ({ last_activity_at, created_at }) => (last_activity_at ?? created_at) > since,
    );
    const about: AttemptRecord[] = [];
    for (const attempt of active) {
      const students = to === null ? [] : await studentsOf(this.domain, attempt);
      if (to === null || students.some(({ id }) => id === to)) about.push(attempt);
    }
    const detail = { text, to: to === null ? 'class' : 'student' };
    await this.attempts.note(about, from.id, { kind: 'Message', virtual_at: null, detail });
  }

  /** Somebody who helps; classmates who are shown it, and its own students, are no visitors. */
  private async joined(cluster: string, { id, role }: Visitor): Promise<void> {
    if (role === 'student') return;
    const attempt = await this.domain.findAttemptOfCluster(cluster);
    if (!attempt || (await studentsOf(this.domain, attempt)).some((student) => student.id === id)) return;
    if (this.isSameVisit(`${attempt.id} ${id}`)) return;
    await this.noteAt(cluster, id, 'Joined', {});
  }

  private isSameVisit(visit: string): boolean {
    const now = Date.now();
    for (const [known, at] of this.visits) if (now - at > SAME_VISIT_MS) this.visits.delete(known);
    const isSame = this.visits.has(visit);
    this.visits.set(visit, now);
    return isSame;
  }

  private async noteAt(
    cluster: string,
    by: string,
    kind: 'Restored' | 'Reset' | 'Joined' | 'Broadcast',
    detail: object,
  ): Promise<void> {
    const attempt = await this.domain.findAttemptOfCluster(cluster);
    if (!attempt) return;
    const virtual_at = this.host.inMemory(cluster)?.peek((core) => core.now()) ?? null;
    await this.attempts.note([attempt], by, { kind, virtual_at, detail });
  }

  private inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => this.logger.warn({ err: error }, 'a time line lacks a line'));
  }
}
