/** Classes: made, found, changed, archived and deleted. */
import { Inject, Injectable } from '@nestjs/common';
import type {
  Class,
  ClassChange,
  ClassCreate,
  ClassQuotas,
  ClassSettings,
  Cluster,
  Page,
  PageQuery,
} from '@podlab/contracts';
import type { ClassRecord, Domain, MembershipRecord } from '@podlab/persistence';
import { AccessChanges } from '../auth/access-changes';
import type { Principal } from '../auth/principal';
import { archived, type ClassAction, Rights } from '../auth/rights';
import { randomIdentifier } from '../auth/secrets';
import { ClusterDirectory } from '../clusters/cluster-directory';
import { afterCursor, pageOf } from '../clusters/page';
import { exportedAttempt } from '../labs/work-of-person';
import { DOMAIN } from '../tokens';
import { classAnswer, memberAnswer, quotasOf, settingsOf } from './class-answers';

export interface FoundClass {
  record: ClassRecord;
  /** The most that the caller may do in it. */
  level: ClassAction;
}

@Injectable()
export class ClassDirectory {
  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(Rights) private readonly rights: Rights,
    @Inject(ClusterDirectory) private readonly clusters: ClusterDirectory,
    @Inject(AccessChanges) private readonly access: AccessChanges,
  ) {}

  async create(principal: Principal, body: ClassCreate): Promise<Class> {
    this.rights.requireServer(principal, 'open a class');
    const now = Date.now();
    const record: ClassRecord = {
      id: randomIdentifier(),
      name: body.name,
      seed: body.seed ?? randomIdentifier(),
      quotas: JSON.stringify(body.quotas),
      settings: JSON.stringify(body.settings),
      created_at: now,
      archived_at: null,
      broadcast_cluster_id: null,
    };
    const founder: MembershipRecord = {
      class_id: record.id,
      person_id: principal.id,
      role: 'teacher',
      group_name: null,
      created_at: now,
    };
    await this.domain.saveClass(record, founder);
    return classAnswer(record, founder, true);
  }

  /** The caller's classes; all of them for the administrator. */
  async list(principal: Principal, query: PageQuery): Promise<Page<Class>> {
    const page = { limit: query.limit + 1, after: afterCursor(query.cursor) };
    const rows = await this.domain.listClasses(principal.role === 'admin' ? null : principal.id, page);
    const { items, next_cursor } = pageOf(rows, query.limit);
    const memberships = await this.domain.listMemberships(principal.id);
    const byClass = new Map(memberships.map((membership) => [membership.class_id, membership]));
    const answers = items.map((record) => {
      const membership = byClass.get(record.id) ?? null;
      return classAnswer(record, membership, principal.role === 'admin' || membership?.role !== 'student');
    });
    return { items: answers, next_cursor };
  }

  async get(principal: Principal, id: string): Promise<Class> {
    const { record, level } = await this.find(principal, id, 'see');
    return this.answer(principal, record, level);
  }

  async change(principal: Principal, id: string, change: ClassChange): Promise<Class> {
    const { record, level } = await this.findOpen(principal, id, 'teach');
    const quotas: ClassQuotas = { ...quotasOf(record), ...present(change.quotas) };
    const settings: ClassSettings = { ...settingsOf(record), ...present(change.settings) };
    const changes = {
      name: change.name ?? record.name,
      quotas: JSON.stringify(quotas),
      settings: JSON.stringify(settings),
    };
    await this.domain.updateClass(id, changes);
    if (change.settings) await this.recheckMembers(id);
    if (change.quotas) await this.clusters.setQuotasOfClass(id, quotas);
    return this.answer(principal, { ...record, ...changes }, level);
  }

  /** With memberships, invitations and all clusters; the people stay. */
  async remove(principal: Principal, id: string): Promise<void> {
    await this.find(principal, id, 'teach');
    await this.clusters.deleteAllOfClass(id);
    for (const attempt of await this.domain.listClassAttempts(id, null))
      await this.domain.deleteAttempt(attempt.id);
    const members = await this.membersOf(id);
    await this.domain.deleteClass(id);
    for (const person of members) this.access.changed(person);
  }

  /** From now on everything in it can be read, and nothing changed. */
  async archive(principal: Principal, id: string): Promise<Class> {
    const { record, level } = await this.findOpen(principal, id, 'teach');
    const archived_at = Date.now();
    await this.domain.updateClass(id, { archived_at });
    await this.recheckMembers(id);
    await this.clusters.stopAllOfClass(id);
    return this.answer(principal, { ...record, archived_at }, level);
  }

  /** The class, its members and clusters, each a line of JSON. */
  async *bundle({ record }: FoundClass): AsyncIterable<string> {
    const line = (kind: string, value: object) => `${JSON.stringify({ kind, ...value })}\n`;
    yield line('Class', classAnswer(record, null, true));
    const members = await this.domain.listMembers(record.id, { limit: Number.MAX_SAFE_INTEGER });
    for (const member of members) yield line('Member', memberAnswer(member));
    for (const attempt of await this.domain.listClassAttempts(record.id, null))
      yield line('Attempt', await exportedAttempt(this.domain, attempt));
    for (const cluster of await this.clusters.everyOfClass(record.id))
      yield line('Cluster', await this.clusters.bundle(cluster));
  }

  async listClusters(principal: Principal, id: string, query: PageQuery): Promise<Page<Cluster>> {
    await this.find(principal, id, 'assist');
    return this.clusters.listOfClass(id, query);
  }

  async find(principal: Principal, id: string, action: ClassAction): Promise<FoundClass> {
    return this.rights.requireClass(principal, await this.domain.findClass(id), id, action);
  }

  /** As {@link find}, for what changes something. */
  async findOpen(principal: Principal, id: string, action: ClassAction): Promise<FoundClass> {
    const found = await this.find(principal, id, action);
    if (found.record.archived_at !== null) throw archived();
    return found;
  }

  /** What members hold open in the class is looked at again: their rights may have become smaller. */
  async recheckMembers(id: string): Promise<void> {
    for (const person of await this.membersOf(id)) this.access.changed(person);
  }

  private async membersOf(id: string): Promise<string[]> {
    const members = await this.domain.listMembers(id, { limit: Number.MAX_SAFE_INTEGER });
    return members.map(({ person_id }) => person_id);
  }

  async answer(principal: Principal, record: ClassRecord, level: ClassAction): Promise<Class> {
    const membership = await this.domain.findMembership(record.id, principal.id);
    return classAnswer(record, membership, level !== 'see');
  }
}

/** What is named in a change. */
function present<Value extends object>(change: Value | undefined): Partial<Required<Value>> {
  const named = Object.entries(change ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(named) as Partial<Required<Value>>;
}
