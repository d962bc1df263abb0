/** Invitations: a code of eight characters, or its link, that lets people into a class for a while. */
import { Inject, Injectable } from '@nestjs/common';
import {
  CONTRACT_LIMITS,
  type Invitation,
  type InvitationCreate,
  type Join,
  type Joined,
  type Page,
  type PageQuery,
} from '@podlab/contracts';
import type { Domain, PersonRecord } from '@podlab/persistence';
import { randomInt } from 'node:crypto';
import { AccessChanges } from '../auth/access-changes';
import { Attempts } from '../auth/attempts';
import { hashPassword } from '../auth/passwords';
import type { Principal } from '../auth/principal';
import { archived } from '../auth/rights';
import { randomIdentifier } from '../auth/secrets';
import { principalOf, SignInDesk } from '../auth/sign-in';
import { afterCursor, pageOf } from '../clusters/page';
import type { Addresses } from '../config/addresses';
import { ProblemException } from '../problems/problem-exception';
import { ADDRESSES, DOMAIN } from '../tokens';
import { classAnswer, invitationAnswer } from './class-answers';
import { ClassDirectory } from './class-directory';
import { classFull } from './member-desk';
import { loginTaken, newPerson, personAnswer } from './people-directory';

/** No two of them look alike. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const CODE_CHARACTERS = 8;

@Injectable()
export class InvitationDesk {
  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(ClassDirectory) private readonly classes: ClassDirectory,
    @Inject(SignInDesk) private readonly desk: SignInDesk,
    @Inject(Attempts) private readonly attempts: Attempts,
    @Inject(ADDRESSES) private readonly addresses: Addresses,
    @Inject(AccessChanges) private readonly access: AccessChanges,
  ) {}

  async create(principal: Principal, classId: string, body: InvitationCreate): Promise<Invitation> {
    await this.classes.findOpen(principal, classId, 'teach');
    const now = Date.now();
    const record = {
      id: randomIdentifier(),
      code: newCode(),
      class_id: classId,
      role: body.role,
      group_name: body.group,
      uses_left: body.uses,
      created_at: now,
      expires_at: now + body.expires_in_s * 1000,
    };
    await this.domain.saveInvitation(record);
    return invitationAnswer(record, this.addresses.publicUrl);
  }

  async list(principal: Principal, classId: string, query: PageQuery): Promise<Page<Invitation>> {
    await this.classes.find(principal, classId, 'teach');
    const page = { limit: query.limit + 1, after: afterCursor(query.cursor) };
    const { items, next_cursor } = pageOf(await this.domain.listInvitations(classId, page), query.limit);
    return { items: items.map((item) => invitationAnswer(item, this.addresses.publicUrl)), next_cursor };
  }

  async revoke(principal: Principal, classId: string, id: string): Promise<void> {
    await this.classes.findOpen(principal, classId, 'teach');
    if (!(await this.domain.deleteInvitation(classId, id)))
      throw new ProblemException('NotFound', `The class has no invitation ${id}.`);
  }

  /** Who is signed in joins; anybody else becomes a person of the class and is signed in by the cookie. */
  async join(
    caller: Principal | undefined,
    body: Join,
    address: string,
  ): Promise<{ joined: Joined; cookie?: string }> {
    const code = body.code.toUpperCase().replace(/[\s-]/g, '');
    const invitation = await this.attempts.guarded(
      'join',
      { address },
      async () => (await this.domain.findInvitation(code, Date.now())) ?? undefined,
    );
    const record = invitation && (await this.domain.findClass(invitation.class_id));
    if (!record) throw noInvitation();
    if (record.archived_at !== null) throw archived();
    const person = await this.person(caller, body, record.id);
    const redeemed = await this.domain.redeem(code, person, Date.now(), CONTRACT_LIMITS.classMembers);
    if (!redeemed) throw noInvitation();
    if (redeemed.enrolment.outcome === 'full') throw classFull();
    if (redeemed.enrolment.outcome === 'taken') throw loginTaken(person.login);
    if (redeemed.enrolment.outcome === 'updated') this.access.changed(person.id);
    const membership = await this.domain.findMembership(record.id, person.id);
    const joined = { class: classAnswer(record, membership, false), person: personAnswer(person) };
    if (caller) return { joined };
    const { cookie } = await this.desk.begin(principalOf(person), 'join');
    return { joined, cookie };
  }

  private async person(caller: Principal | undefined, body: Join, homeClass: string): Promise<PersonRecord> {
    const { name, login, password } = body;
    const known = caller && (await this.domain.findPerson(caller.id));
    if (known) return known;
    if (name === undefined) throw missing('name', 'is needed by who is not signed in');
    if ((login === undefined) !== (password === undefined))
      throw missing(login === undefined ? 'login' : 'password', 'login and password go together');
    const passwordHash = password === undefined ? undefined : await hashPassword(password);
    return newPerson({ login: login ?? null, name, role: 'student', homeClass, passwordHash });
  }
}

export function newCode(): string {
  return Array.from({ length: CODE_CHARACTERS }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

const noInvitation = () =>
  new ProblemException('NotFound', 'This code opens no class: it is mistyped, used up, too old or revoked.');

const missing = (path: string, message: string) =>
  new ProblemException('InvalidBody', `${path}: ${message}`, [{ path, message }]);
