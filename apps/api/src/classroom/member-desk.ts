/** Who is in a class. */
import { Inject, Injectable } from '@nestjs/common';
import {
  CONTRACT_LIMITS,
  type Member,
  type MemberChange,
  type MemberCreate,
  type MemberCreated,
  type Page,
  type PageQuery,
  type SignInLink,
} from '@podlab/contracts';
import type { Domain, MemberRecord } from '@podlab/persistence';
import { AccessChanges } from '../auth/access-changes';
import type { Principal } from '../auth/principal';
import { ROSTER_LINK_SECONDS, SignInDesk } from '../auth/sign-in';
import { afterCursor, pageOf } from '../clusters/page';
import { ProblemException } from '../problems/problem-exception';
import { DOMAIN } from '../tokens';
import { memberAnswer } from './class-answers';
import { ClassDirectory } from './class-directory';
import { newPerson } from './people-directory';

@Injectable()
export class MemberDesk {
  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(ClassDirectory) private readonly classes: ClassDirectory,
    @Inject(SignInDesk) private readonly desk: SignInDesk,
    @Inject(AccessChanges) private readonly access: AccessChanges,
  ) {}

  async list(principal: Principal, classId: string, query: PageQuery): Promise<Page<Member>> {
    await this.classes.find(principal, classId, 'assist');
    const page = { limit: query.limit + 1, after: afterCursor(query.cursor) };
    const rows = await this.domain.listMembers(classId, page);
    const named = rows.map((row) => ({ ...row, id: row.person_id }));
    const { items, next_cursor } = pageOf(named, query.limit);
    return { items: items.map(memberAnswer), next_cursor };
  }

  async add(principal: Principal, classId: string, body: MemberCreate): Promise<MemberCreated> {
    await this.classes.findOpen(principal, classId, 'teach');
    const isMember = () => new ProblemException('Conflict', `${body.login} is a member already.`);
    const known = await this.domain.findPersonByLogin(body.login);
    if (known && (await this.domain.findMembership(classId, known.id))) throw isMember();
    const { person_id, created, outcome } = await this.enrol(classId, body);
    if (outcome === 'full') throw classFull();
    if (outcome !== 'added') throw isMember();
    const link = created ? await this.desk.link(person_id, ROSTER_LINK_SECONDS) : null;
    return { ...memberAnswer(await this.member(classId, person_id)), link };
  }

  /** Who has the login becomes a member; a new person of this class where nobody has it. */
  async enrol(classId: string, { login, name, role, group }: MemberCreate) {
    const person = newPerson({ login, name: name ?? login, role: 'student', homeClass: classId });
    const membership = {
      class_id: classId,
      person_id: person.id,
      role,
      group_name: group,
      created_at: Date.now(),
    };
    const enrolment = await this.domain.enrol(person, membership, CONTRACT_LIMITS.classMembers);
    // Who is in another group now has lost the clusters of the one before.
    if (enrolment.outcome === 'updated') this.access.changed(enrolment.person_id);
    return enrolment;
  }

  async change(principal: Principal, classId: string, person: string, change: MemberChange): Promise<Member> {
    await this.classes.findOpen(principal, classId, 'teach');
    const member = await this.member(classId, person);
    const { role = member.role, group = member.group_name } = change;
    if (role !== 'teacher') await this.refuseLastTeacher(classId, member);
    await this.domain.updateMembership(classId, person, { role, group_name: group });
    this.access.changed(person);
    return memberAnswer({ ...member, role, group_name: group });
  }

  /** A teacher removes anybody, and everybody himself. */
  async remove(principal: Principal, classId: string, person: string): Promise<void> {
    await this.classes.findOpen(principal, classId, principal.id === person ? 'see' : 'teach');
    await this.refuseLastTeacher(classId, await this.member(classId, person));
    await this.domain.deleteMembership(classId, person);
    this.access.changed(person);
  }

  /** A link for who lost his way in: only for a person that this class made, so that no teacher becomes somebody else. */
  async link(principal: Principal, classId: string, personId: string): Promise<SignInLink> {
    await this.classes.findOpen(principal, classId, 'teach');
    const { person_id } = await this.member(classId, personId);
    const person = await this.domain.findPerson(person_id);
    if (person?.home_class_id !== classId || person.role !== 'student') {
      const detail = 'This person was not made by this class: the administrator gives the link.';
      throw new ProblemException('Forbidden', detail);
    }
    return this.desk.link(person_id);
  }

  private async member(classId: string, person: string): Promise<MemberRecord> {
    const membership = await this.domain.findMembership(classId, person);
    const found = membership && (await this.domain.findPerson(person));
    if (!found) throw new ProblemException('NotFound', `The class has no member ${person}.`);
    const { login, name, password_hash } = found;
    return { ...membership, login, name, has_password: password_hash !== null };
  }

  private async refuseLastTeacher(classId: string, { role }: MemberRecord): Promise<void> {
    if (role === 'teacher' && (await this.domain.countMembers(classId, 'teacher')) === 1)
      throw new ProblemException('Conflict', 'A class keeps a teacher: make somebody else one first.');
  }
}

export function classFull(): ProblemException {
  const { classMembers } = CONTRACT_LIMITS;
  return new ProblemException('LimitExceeded', `classMembers is limited to ${classMembers}`);
}
