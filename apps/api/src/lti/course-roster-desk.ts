/** Everybody of a course becomes a member of its class. Models LTI Names and Role Provisioning Services 2.0 (1EdTech), 3. */
import { Inject, Injectable } from '@nestjs/common';
import { CONTRACT_LIMITS, type LtiRoster, type LtiRosterRow } from '@podlab/contracts';
import type { Domain, LtiContextRecord, LtiPlatformRecord } from '@podlab/persistence';
import { z } from 'zod';
import type { Principal } from '../auth/principal';
import { ClassDirectory } from '../classroom/class-directory';
import { ProblemException } from '../problems/problem-exception';
import { DOMAIN } from '../tokens';
import { roleOf } from './claims';
import { Enrolment } from './enrolment';
import { NotTaken, ServiceClient, understood } from './service-client';

const SCOPE = 'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly';
const MEMBERS_TYPE = 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json';
const PAGES = 100;

const Member = z.looseObject({
  user_id: z.string().min(1).max(255),
  roles: z.array(z.string()),
  /** Who is not said to be otherwise is active. */
  status: z.enum(['Active', 'Inactive', 'Deleted']).default('Active'),
  name: z.string().optional(),
  given_name: z.string().optional(),
  family_name: z.string().optional(),
});
type Member = z.infer<typeof Member>;
const Members = z.looseObject({ members: z.array(Member) });

@Injectable()
export class CourseRosterDesk {
  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(ClassDirectory) private readonly classes: ClassDirectory,
    @Inject(Enrolment) private readonly enrolment: Enrolment,
    @Inject(ServiceClient) private readonly services: ServiceClient,
  ) {}

  /** Nobody is removed: what he did stays, and who is in the course no more is told. */
  async take(principal: Principal, classId: string): Promise<LtiRoster> {
    await this.classes.findOpen(principal, classId, 'teach');
    const contexts = await this.domain.listLtiContexts(classId);
    const rows: LtiRosterRow[] = [];
    let asked = 0;
    for (const context of contexts) {
      const platform = await this.domain.findLtiPlatform(context.platform_id);
      if (!platform || context.memberships_url === null) continue;
      asked++;
      for (const member of await this.members(platform, context))
        rows.push(await this.row(platform, classId, member));
    }
    if (asked === 0) {
      const detail = 'No learning platform has said where it tells who is in the course of this class.';
      throw new ProblemException('Conflict', detail);
    }
    return { rows };
  }

  /** Page by page: the way to the next stands in the header `Link`. */
  private async members(platform: LtiPlatformRecord, context: LtiContextRecord): Promise<Member[]> {
    try {
      const token = await this.services.token(platform, [SCOPE]);
      const members: Member[] = [];
      let url = context.memberships_url;
      for (let page = 0; url !== null && page < PAGES; page++) {
        const { text, headers } = await this.services.get(url, MEMBERS_TYPE, token);
        members.push(...understood(Members, text).members);
        if (members.length > CONTRACT_LIMITS.ltiRosterMembers) throw tooMany();
        url = nextOf(headers.get('link'), url);
      }
      return members;
    } catch (error) {
      if (!(error instanceof NotTaken)) throw error;
      throw new ProblemException('ProviderUnavailable', `${platform.name}: ${error.message}.`);
    }
  }

  private async row(platform: LtiPlatformRecord, classId: string, member: Member): Promise<LtiRosterRow> {
    const { user_id: subject, status } = member;
    const role = roleOf(member.roles);
    if (status !== 'Active' || role === null) {
      const known = await this.domain.findIdentity(platform.issuer, subject);
      const found = known && (await this.domain.findMembership(classId, known.person_id));
      const person = found && (await this.domain.findPerson(found.person_id));
      if (!person) return { subject, person: null, role, result: 'Refused' };
      return { subject, person: { id: person.id, name: person.name }, role, result: 'Left' };
    }
    const name = member.name ?? [member.given_name, member.family_name].filter(Boolean).join(' ');
    const person = await this.enrolment.person({ issuer: platform.issuer, subject, name });
    const result = await this.enrolment.join(classId, person, role);
    const about = { subject, person: { id: person.id, name: person.name }, role };
    return { ...about, result: result === 'Full' ? 'Refused' : result };
  }
}

const tooMany = () =>
  new ProblemException('LimitExceeded', `ltiRosterMembers is limited to ${CONTRACT_LIMITS.ltiRosterMembers}`);

/** RFC 8288; only to the same server, for the token goes along. */
export function nextOf(header: string | null, from: string): string | null {
  for (const part of (header ?? '').split(/,\s*(?=<)/)) {
    const match = /^<([^>]*)>(.*)$/.exec(part.trim());
    if (!match || !/;\s*rel="?(?:[^";]*\s)?next(?:\s[^";]*)?"?\s*(?:;|$)/i.test(match[2])) continue;
    const url = URL.canParse(match[1], from) ? new URL(match[1], from) : null;
    if (url && url.origin === new URL(from).origin) return url.href;
  }
  return null;
}
