/** What those who help say to a class, or to one of it. */
import { Inject, Injectable } from '@nestjs/common';
import { type ClassMessage, CONTRACT_LIMITS, type MessageCreate } from '@podlab/contracts';
import type { Domain, MessageRecord } from '@podlab/persistence';
import type { Principal } from '../auth/principal';
import { randomIdentifier } from '../auth/secrets';
import { ClassDirectory } from '../classroom/class-directory';
import { timeOf } from '../labs/attempt-view';
import { ProblemException } from '../problems/problem-exception';
import { DOMAIN } from '../tokens';
import { ClassFeed } from './class-feed';

@Injectable()
export class MessageDesk {
  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(ClassDirectory) private readonly classes: ClassDirectory,
    @Inject(ClassFeed) private readonly feed: ClassFeed,
  ) {}

  async send(principal: Principal, classId: string, { to, text }: MessageCreate): Promise<ClassMessage> {
    await this.classes.findOpen(principal, classId, 'assist');
    if (to !== null && !(await this.domain.findMembership(classId, to)))
      throw new ProblemException('NotFound', `The class has no member ${to}.`);
    const id = randomIdentifier();
    const row = { id, class_id: classId, from_id: principal.id, to_id: to, text, created_at: Date.now() };
    await this.domain.saveMessage(row, CONTRACT_LIMITS.messagesKept);
    const message = messageAnswer(row, principal.name);
    this.feed.tell({ kind: 'Message', message });
    return message;
  }

  /** To all, to the caller and of the caller, oldest first. */
  async list(principal: Principal, classId: string): Promise<ClassMessage[]> {
    await this.classes.find(principal, classId, 'see');
    const rows = await this.domain.listMessages(classId, principal.id);
    const names = new Map<string, string>();
    for (const from of new Set(rows.map(({ from_id }) => from_id)))
      names.set(from, (await this.domain.findPerson(from))?.name ?? from);
    return rows.map((row) => messageAnswer(row, names.get(row.from_id) ?? row.from_id));
  }
}

const messageAnswer = (
  { id, class_id, from_id, to_id, text, created_at }: MessageRecord,
  name: string,
): ClassMessage => ({
  id,
  class: class_id,
  from: { id: from_id, name },
  to: to_id,
  text,
  sent_at: timeOf(created_at),
});
