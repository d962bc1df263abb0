/** Classes, who is in them, and how one gets in. */
import { type DataSource, type EntityManager, In, IsNull, Not } from 'typeorm';
import { AssignmentEntity, LabEntity, MessageEntity, RegradeEntity } from '../classwork/entities';
import {
  ClassEntity,
  ClusterEntity,
  InvitationEntity,
  MembershipEntity,
  PersonEntity,
  TokenEntity,
} from '../entities';
import type {
  ClassRecord,
  InvitationRecord,
  MemberRecord,
  MembershipRecord,
  PageRequest,
  PersonRecord,
} from '../records';
import { endAccountTokensIn, endAccountTokensOf } from './account-tokens';
import { newestFirst, pageOf } from './page';
import { deleteWorkIn } from './removal';

/** What a row of a roster, or a code, did; `taken`: the login is another person's. */
export interface Enrolment {
  outcome: 'added' | 'updated' | 'unchanged' | 'full' | 'taken';
  person_id: string;
  /** The person is new, too. */
  created: boolean;
}

export interface Classes {
  /** With its first member. */
  saveClass(record: ClassRecord, founder: MembershipRecord | null): Promise<void>;
  updateClass(id: string, changes: Partial<ClassRecord>): Promise<void>;
  findClass(id: string): Promise<ClassRecord | null>;
  /** Of one member, or all when `person` is null. */
  listClasses(person: string | null, page: PageRequest): Promise<ClassRecord[]>;
  /** With memberships, invitations, labs and messages; clusters and attempts are deleted one by one before. */
  deleteClass(id: string): Promise<void>;
  /** Does a class that this person is in, and that is not archived, look at the cluster now? */
  isBroadcastTo(cluster: string, person: string): Promise<boolean>;

  findMembership(classId: string, person: string): Promise<MembershipRecord | null>;
  listMemberships(person: string): Promise<MembershipRecord[]>;
  /** Somebody of the group beside that person. */
  findOtherOfGroup(classId: string, group: string, person: string): Promise<string | null>;
  countMembers(classId: string, role: string | null): Promise<number>;
  listMembers(classId: string, page: PageRequest): Promise<MemberRecord[]>;
  /**
   * Makes who has the login a member, and that person if there is none, in one transaction.
   * Who is a member already keeps his role and gets the group that is named.
   */
  enrol(person: PersonRecord, membership: MembershipRecord, atMost: number): Promise<Enrolment>;
  /**
   * Uses an invitation up by one, and makes the person a member; null: the code opens nothing (any more).
   * A new person does not become the one that has his login already.
   */
  redeem(
    code: string,
    person: PersonRecord,
    now: number,
    atMost: number,
  ): Promise<{ invitation: InvitationRecord; enrolment: Enrolment } | null>;
  updateMembership(classId: string, person: string, changes: Partial<MembershipRecord>): Promise<void>;
  /** With the person's tokens for the class's clusters; false: he was no member. */
  deleteMembership(classId: string, person: string): Promise<boolean>;

  saveInvitation(invitation: InvitationRecord): Promise<void>;
  findInvitation(code: string, now: number): Promise<InvitationRecord | null>;
  listInvitations(classId: string, page: PageRequest): Promise<InvitationRecord[]>;
  deleteInvitation(classId: string, id: string): Promise<boolean>;
}

const OF_CLASS = [LabEntity, AssignmentEntity, MessageEntity, RegradeEntity];

export function classesOf(source: DataSource): Classes {
  return { ...recordsOf(source), ...membersOf(source), ...invitationsOf(source) };
}

function recordsOf(source: DataSource) {
  const { manager } = source;
  return {
    saveClass: (record: ClassRecord, founder: MembershipRecord | null) =>
      source.transaction(async (transaction) => {
        await transaction.insert(ClassEntity, record);
        if (founder) await transaction.insert(MembershipEntity, founder);
      }),
    updateClass: (id: string, changes: Partial<ClassRecord>) =>
      source.transaction(async (transaction) => {
        const { settings } = changes;
        const isOther =
          settings !== undefined && !(await transaction.existsBy(ClassEntity, { id, settings }));
        if (isOther || changes.archived_at) await endAccountTokensIn(transaction, id);
        await transaction.update(ClassEntity, { id }, changes);
      }),
    findClass: (id: string) => manager.findOneBy(ClassEntity, { id }),
    listClasses: (person: string | null, page: PageRequest) => {
      const query = manager.createQueryBuilder(ClassEntity, 'row');
      if (person !== null) {
        query.andWhere('row.id IN (SELECT class_id FROM membership WHERE person_id = :person)', { person });
      }
      return newestFirst(query, page);
    },
    deleteClass: (id: string) =>
      source.transaction(async (transaction) => {
        await deleteWorkIn(transaction, id);
        await transaction.delete(InvitationEntity, { class_id: id });
        await transaction.delete(MembershipEntity, { class_id: id });
        for (const entity of OF_CLASS) await transaction.delete(entity as never, { class_id: id });
        await transaction.delete(ClassEntity, { id });
      }),
    isBroadcastTo: async (broadcast_cluster_id: string, person: string) => {
      const classes = await manager.findBy(ClassEntity, { broadcast_cluster_id, archived_at: IsNull() });
      const class_id = In(classes.map(({ id }) => id));
      return classes.length > 0 && manager.existsBy(MembershipEntity, { person_id: person, class_id });
    },
  };
}

function membersOf(source: DataSource) {
  const { manager } = source;
  return {
    findMembership: (class_id: string, person_id: string) =>
      manager.findOneBy(MembershipEntity, { class_id, person_id }),
    listMemberships: (person_id: string) =>
      manager.find(MembershipEntity, { where: { person_id }, order: { created_at: 'DESC' } }),
    findOtherOfGroup: async (class_id: string, group_name: string, person: string) =>
      (
        await manager.findOne(MembershipEntity, {
          where: { class_id, group_name, person_id: Not(person) },
          order: { created_at: 'ASC', person_id: 'ASC' },
        })
      )?.person_id ?? null,
    countMembers: (class_id: string, role: string | null) =>
      manager.countBy(MembershipEntity, role === null ? { class_id } : { class_id, role }),
    listMembers: (classId: string, page: PageRequest) => listMembers(manager, classId, page),
    enrol: (person: PersonRecord, membership: MembershipRecord, atMost: number) =>
      source.transaction((transaction) => enrol(transaction, person, membership, atMost, true)),
    updateMembership: (class_id: string, person_id: string, changes: Partial<MembershipRecord>) =>
      source.transaction(async (transaction) => {
        await endAccountTokensOf(transaction, person_id);
        await transaction.update(MembershipEntity, { class_id, person_id }, changes);
      }),
    deleteMembership: (class_id: string, person_id: string) =>
      source.transaction(async (transaction) => {
        await endAccountTokensOf(transaction, person_id);
        const { affected } = await transaction.delete(MembershipEntity, { class_id, person_id });
        const clusters = await transaction.find(ClusterEntity, { where: { class_id }, select: { id: true } });
        const cluster_id = In(clusters.map(({ id }) => id));
        if (clusters.length > 0) await transaction.delete(TokenEntity, { person_id, cluster_id });
        return (affected ?? 0) > 0;
      }),
  };
}

/** In the order of their coming, newest first. */
async function listMembers(
  manager: EntityManager,
  class_id: string,
  page: PageRequest,
): Promise<MemberRecord[]> {
  const query = manager
    .createQueryBuilder(MembershipEntity, 'row')
    .where('row.class_id = :class_id', { class_id });
  const memberships = await newestFirst(query, page, 'person_id');
  const people = await manager.findBy(PersonEntity, { id: In(memberships.map((row) => row.person_id)) });
  const byId = new Map(people.map((person) => [person.id, person]));
  return memberships.map((membership) => {
    const person = byId.get(membership.person_id);
    return {
      ...membership,
      login: person?.login ?? null,
      name: person?.name ?? membership.person_id,
      has_password: (person?.password_hash ?? null) !== null,
    };
  });
}

async function enrol(
  manager: EntityManager,
  person: PersonRecord,
  membership: MembershipRecord,
  atMost: number,
  byLogin: boolean,
): Promise<Enrolment> {
  const { class_id, group_name } = membership;
  const { login } = person;
  const namesake = login === null ? null : await manager.findOneBy(PersonEntity, { login });
  if (namesake && namesake.id !== person.id && !byLogin)
    return { outcome: 'taken', person_id: person.id, created: false };
  const known = namesake ?? (await manager.findOneBy(PersonEntity, { id: person.id }));
  const person_id = known?.id ?? person.id;
  const created = known === null;
  const member = await manager.findOneBy(MembershipEntity, { class_id, person_id });
  if (!member) {
    const isFull = (await manager.countBy(MembershipEntity, { class_id })) >= atMost;
    if (isFull) return { outcome: 'full', person_id, created: false };
    if (created) await manager.insert(PersonEntity, person);
    await manager.insert(MembershipEntity, { ...membership, person_id });
    return { outcome: 'added', person_id, created };
  }
  if (group_name === null || group_name === member.group_name)
    return { outcome: 'unchanged', person_id, created: false };
  await endAccountTokensOf(manager, person_id);
  await manager.update(MembershipEntity, { class_id, person_id }, { group_name });
  return { outcome: 'updated', person_id, created: false };
}

function invitationsOf(source: DataSource) {
  const { manager } = source;
  const open = async (transaction: EntityManager, code: string, now: number) => {
    const found = await transaction.findOneBy(InvitationEntity, { code });
    return found && found.expires_at > now && found.uses_left > 0 ? found : null;
  };
  return {
    saveInvitation: async (invitation: InvitationRecord) =>
      void (await manager.insert(InvitationEntity, invitation)),
    findInvitation: (code: string, now: number) => open(manager, code, now),
    listInvitations: (class_id: string, page: PageRequest) =>
      pageOf<InvitationRecord>(manager, InvitationEntity, { class_id }, page),
    deleteInvitation: async (class_id: string, id: string) =>
      ((await manager.delete(InvitationEntity, { class_id, id })).affected ?? 0) > 0,
    redeem: (code: string, person: PersonRecord, now: number, atMost: number) =>
      source.transaction(async (transaction) => {
        const invitation = await open(transaction, code, now);
        if (!invitation) return null;
        const { id, class_id, role, group_name, uses_left } = invitation;
        const membership = { class_id, person_id: person.id, role, group_name, created_at: now };
        const enrolment = await enrol(transaction, person, membership, atMost, false);
        if (enrolment.outcome === 'added')
          await transaction.update(InvitationEntity, { id }, { uses_left: uses_left - 1 });
        return { invitation, enrolment };
      }),
  };
}
