/** Who launches, and the class that stands for the course. */
import { Inject, Injectable } from '@nestjs/common';
import { ClassQuotas, ClassSettings, CONTRACT_LIMITS } from '@podlab/contracts';
import type { ClassRecord, Domain, LtiPlatformRecord, PersonRecord } from '@podlab/persistence';
import { AccessChanges } from '../auth/access-changes';
import { randomIdentifier } from '../auth/secrets';
import { plainName } from '../auth/oidc';
import { archived } from '../auth/rights';
import { ProblemException } from '../problems/problem-exception';
import { DOMAIN } from '../tokens';
import type { Launch } from './claims';

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
  async person({ issuer, subject, name }: Launch): Promise<PersonRecord> {
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
  async classOf(platform: LtiPlatformRecord, launch: Launch, person: PersonRecord): Promise<ClassRecord> {
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
    await this.join(found.id, person, role);
    return found;
  }

  private async known({ id }: LtiPlatformRecord, { context }: Launch): Promise<ClassRecord | null> {
    const link = await this.domain.findLtiContext(id, context.id);
    return link && this.domain.findClass(link.class_id);
  }

  private async make(
    platform: LtiPlatformRecord,
    launch: Launch,
    person: PersonRecord,
  ): Promise<ClassRecord> {
    const now = Date.now();
    const record: ClassRecord = {
      id: randomIdentifier(),
      name: (plainName(launch.context.title) ?? platform.name).slice(0, NAME_CHARACTERS),
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
    const link = {
      platform_id: platform.id,
      context_id: launch.context.id,
      class_id: record.id,
      memberships_url: null,
    };
    await this.domain.saveLtiContext(link);
    return record;
  }

  /** A role never becomes smaller: what a teacher gave somebody here, the platform does not take. */
  private async join(class_id: string, person: PersonRecord, role: string): Promise<void> {
    const member = await this.domain.findMembership(class_id, person.id);
    if (!member) {
      const membership = { class_id, person_id: person.id, role, group_name: null, created_at: Date.now() };
      const { classMembers } = CONTRACT_LIMITS;
      const { outcome } = await this.domain.enrol(person, membership, classMembers);
      if (outcome === 'full')
        throw new ProblemException('LimitExceeded', `classMembers is limited to ${classMembers}`);
    } else if (RANKS.indexOf(role) > RANKS.indexOf(member.role)) {
      await this.domain.updateMembership(class_id, person.id, { role });
      this.access.changed(person.id);
    }
  }
}
