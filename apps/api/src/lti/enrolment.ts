/** Who comes from a platform, and the class that stands for the course. */
import { Inject, Injectable } from '@nestjs/common';
import { ClassQuotas, ClassSettings, CONTRACT_LIMITS } from '@podlab/contracts';
import type { ClassRecord, Domain, LtiPlatformRecord, PersonRecord } from '@podlab/persistence';
import { AccessChanges } from '../auth/access-changes';
import { randomIdentifier } from '../auth/secrets';
import { plainName } from '../auth/oidc';
import { archived } from '../auth/rights';
import { ProblemException } from '../problems/problem-exception';
import { DOMAIN } from '../tokens';
import type { CourseRole, LaunchBase } from './claims';

const RANKS = ['student', 'assistant', 'teacher'];
const NAME_CHARACTERS = 64;

@Injectable()
export class Enrolment {
  /** Classes are made one after another: of two launches that come first, one is the second. */
  private making: Promise<unknown> = Promise.resolve();

  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(AccessChanges) private readonly access: AccessChanges,
  ) {}

  /** Issuer and subject say who it is, as with OpenID Connect. */
  async person({
    issuer,
    subject,
    name,
  }: Pick<LaunchBase, 'issuer' | 'subject' | 'name'>): Promise<PersonRecord> {
    const created_at = Date.now();
    const known = await this.domain.findIdentity(issuer, subject);
    const id = known?.person_id ?? randomIdentifier();
    if (!known)
      await this.domain.savePerson({
        id,
        login: null,
        name: plainName(name) ?? 'New person',
        role: 'student',
        password_hash: null,
        home_class_id: null,
        created_at,
      });
    const linked = await this.domain.linkIdentity({ issuer, subject, person_id: id, created_at });
    // Somebody else's launch of the same person came between.
    if (linked !== id) await this.domain.deletePerson(id);
    const person = await this.domain.findPerson(linked);
    if (!person) throw new ProblemException('Unauthenticated', 'This person is gone.');
    return person;
  }

  /** The class of the course, in which the person has at least the role that he has there. */
  async classOf(platform: LtiPlatformRecord, launch: LaunchBase, person: PersonRecord): Promise<ClassRecord> {
    const { role } = launch;
    if (role === null)
      throw new ProblemException('Forbidden', 'Only who teaches or learns in the course may open this.');
    let found = await this.known(platform, launch);
    if (!found) {
      if (role !== 'teacher')
        throw new ProblemException('Forbidden', 'Your teacher opens this first: the class is made then.');
      const work = async () => (await this.known(platform, launch)) ?? this.make(platform, launch, person);
      const turn = this.making.then(work, work);
      this.making = turn;
      found = await turn;
    }
    if (found.archived_at !== null) throw archived();
    if ((await this.join(found.id, person, role)) === 'Full') {
      const detail = `classMembers is limited to ${CONTRACT_LIMITS.classMembers}`;
      throw new ProblemException('LimitExceeded', detail);
    }
    return found;
  }

  /** A role never becomes smaller: what a teacher gave somebody here, the platform does not take. */
  async join(
    class_id: string,
    person: PersonRecord,
    role: CourseRole,
  ): Promise<'Joined' | 'Promoted' | 'Unchanged' | 'Full'> {
    const member = await this.domain.findMembership(class_id, person.id);
    if (!member) {
      const membership = { class_id, person_id: person.id, role, group_name: null, created_at: Date.now() };
      const { outcome } = await this.domain.enrol(person, membership, CONTRACT_LIMITS.classMembers);
      return outcome === 'full' ? 'Full' : 'Joined';
    }
    if (RANKS.indexOf(role) <= RANKS.indexOf(member.role)) return 'Unchanged';
    await this.domain.updateMembership(class_id, person.id, { role });
    this.access.changed(person.id);
    return 'Promoted';
  }

  /** The class, with where the platform tells its roster by the newest launch. */
  private async known(
    { id }: LtiPlatformRecord,
    { context, memberships }: LaunchBase,
  ): Promise<ClassRecord | null> {
    const link = await this.domain.findLtiContext(id, context.id);
    if (link && memberships !== null && link.memberships_url !== memberships)
      await this.domain.saveLtiContext({ ...link, memberships_url: memberships });
    return link && this.domain.findClass(link.class_id);
  }

  private async make(
    platform: LtiPlatformRecord,
    { context, memberships }: LaunchBase,
    person: PersonRecord,
  ): Promise<ClassRecord> {
    const now = Date.now();
    const record: ClassRecord = {
      id: randomIdentifier(),
      name: (plainName(context.title) ?? platform.name).slice(0, NAME_CHARACTERS),
      seed: randomIdentifier(),
      quotas: JSON.stringify(ClassQuotas.parse({})),
      settings: JSON.stringify(ClassSettings.parse({})),
      created_at: now,
      archived_at: null,
      broadcast_cluster_id: null,
    };
    const founder = {
      class_id: record.id,
      person_id: person.id,
      role: 'teacher',
      group_name: null,
      created_at: now,
    };
    await this.domain.saveClass(record, founder);
    await this.domain.saveLtiContext({
      platform_id: platform.id,
      context_id: context.id,
      class_id: record.id,
      memberships_url: memberships,
    });
    return record;
  }
}
