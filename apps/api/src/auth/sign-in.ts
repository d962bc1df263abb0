/** One-time links, passwords and the sessions that they begin. */
import { Inject, Injectable } from '@nestjs/common';
import type {
  Page,
  PageQuery,
  PasswordChange,
  Role,
  Session,
  SessionInformation,
  SignIn,
  SignInLink,
  SignInMethod,
} from '@podlab/contracts';
import type { Domain, PersonRecord, SessionRecord } from '@podlab/persistence';
import { afterCursor, pageOf } from '../clusters/page';
import type { Addresses } from '../config/addresses';
import { ProblemException } from '../problems/problem-exception';
import { ADDRESSES, DOMAIN } from '../tokens';
import { AccessChanges } from './access-changes';
import { Attempts } from './attempts';
import { Authenticator } from './authenticator';
import { sessionCookie } from './cookies';
import { hashPassword, isPassword } from './passwords';
import type { Principal } from './principal';
import { hashOf, randomIdentifier, randomText } from './secrets';

const LINK_SECONDS = 24 * 3600;
/** Links of a roster are handed out some time before the class. */
export const ROSTER_LINK_SECONDS = 14 * 24 * 3600;
const SESSION_SECONDS = 7 * 24 * 3600;

export interface SignedIn {
  session: Session;
  cookie: string;
}

@Injectable()
export class SignInDesk {
  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(Attempts) private readonly attempts: Attempts,
    @Inject(ADDRESSES) private readonly addresses: Addresses,
    @Inject(AccessChanges) private readonly access: AccessChanges,
  ) {}

  /** A link that signs this person in once. */
  async link(personId: string, seconds = LINK_SECONDS): Promise<SignInLink> {
    const code = randomText();
    const expires_at = Date.now() + seconds * 1000;
    await this.domain.saveSignInCode({ hash: hashOf(code), person_id: personId, expires_at });
    const url = `${this.addresses.publicUrl}/sign-in#code=${code}`;
    return { url, expires_at: new Date(expires_at).toISOString() };
  }

  async signIn(body: SignIn, address: string): Promise<SignedIn> {
    if ('password' in body) return this.byPassword(body, address);
    const what = 'code' in body ? 'link' : 'password';
    const person = await this.attempts.guarded(what, { address }, () =>
      'code' in body ? this.personOfCode(body.code) : this.personOfToken(body.token),
    );
    if (!person) {
      throw new ProblemException(
        'Unauthenticated',
        'The link was used before, is too old, or is none of ours.',
      );
    }
    return this.begin(person, 'code' in body ? 'link' : 'token', person.expiresAt);
  }

  /** A session of this person, until `notAfter` at most; `inFrame`: also where another's page shows ours. */
  async begin(
    person: Principal,
    method: SignInMethod,
    notAfter = Infinity,
    inFrame = false,
  ): Promise<SignedIn> {
    const secret = randomText();
    const now = Date.now();
    const expires_at = Math.min(now + SESSION_SECONDS * 1000, notAfter);
    const hash = hashOf(secret);
    const id = randomIdentifier();
    await this.domain.saveSession({ hash, id, person_id: person.id, method, created_at: now, expires_at });
    const seconds = Math.floor((expires_at - now) / 1000);
    return {
      session: sessionOf({ ...person, expiresAt: expires_at }),
      cookie: sessionCookie(secret, seconds, this.isSecure, inFrame),
    };
  }

  async signOut(principal: Principal): Promise<string> {
    if (principal.session) await this.domain.deleteSession(principal.session);
    this.access.changed(principal.id);
    return sessionCookie('', 0, this.isSecure);
  }

  async listSessions(principal: Principal, query: PageQuery): Promise<Page<SessionInformation>> {
    const page = { limit: query.limit + 1, after: afterCursor(query.cursor) };
    const { items, next_cursor } = pageOf(await this.domain.listSessions(principal.id, page), query.limit);
    return { items: items.map((record) => information(record, principal)), next_cursor };
  }

  async endSession(principal: Principal, id: string): Promise<void> {
    if (!(await this.domain.deleteSessionById(principal.id, id))) {
      throw new ProblemException('NotFound', `You have no session ${id}.`);
    }
    this.access.changed(principal.id);
  }

  async endSessions(principal: Principal): Promise<void> {
    await this.domain.deleteSessions(principal.id, null);
    this.access.changed(principal.id);
  }

  async setPassword(principal: Principal, change: PasswordChange, address: string): Promise<void> {
    const person = await this.domain.findPerson(principal.id);
    if (!person) throw new ProblemException('Unauthenticated', 'This person is gone.');
    const known = person.password_hash;
    if (known !== null) {
      const attempt = async () => (await isPassword(known, change.current ?? '')) || undefined;
      const login = person.login ?? person.id;
      if (!(await this.attempts.guarded('password', { address, login }, attempt))) throw wrong('current');
    }
    const login = person.login ?? change.login ?? null;
    if (login === null) throw problemAt('login', 'is needed with a password');
    if (person.login !== null && change.login !== undefined && change.login !== person.login)
      throw problemAt('login', 'is given; the administrator changes it');
    const password_hash = await hashPassword(change.password);
    if (!(await this.domain.updatePerson(person.id, { login, password_hash })))
      throw new ProblemException('Conflict', `Somebody else has the login ${login}.`);
    await this.domain.deleteSessions(person.id, principal.session ?? null);
    this.access.changed(person.id);
  }

  private get isSecure(): boolean {
    return this.addresses.publicUrl.startsWith('https:');
  }

  private async byPassword(body: { login: string; password: string }, address: string): Promise<SignedIn> {
    const login = body.login.trim().toLowerCase();
    const person = await this.attempts.guarded('password', { address, login }, async () => {
      const found = await this.domain.findPersonByLogin(login);
      return (await isPassword(found?.password_hash ?? null, body.password)) ? found : undefined;
    });
    if (!person) throw new ProblemException('Unauthenticated', 'The login or the password is wrong.');
    return this.begin(principalOf(person), 'password');
  }

  private async personOfToken(token: string): Promise<Principal | undefined> {
    const found = await this.authenticator.fromToken(token);
    const isWhole = found?.onlyCluster === undefined && (found?.scope ?? 'all') === 'all';
    return isWhole ? found : undefined;
  }

  private async personOfCode(code: string): Promise<Principal | undefined> {
    const found = await this.domain.takeSignInCode(hashOf(code), Date.now());
    const person = found && (await this.domain.findPerson(found.person_id));
    return person ? principalOf(person) : undefined;
  }
}

export function principalOf({ id, login, name, role }: PersonRecord): Principal {
  return { id, login, name, role: role as Role };
}

export function sessionOf(principal: Principal): Session {
  const { id, login, name, role, expiresAt } = principal;
  return {
    person: { id, login, name, role },
    expires_at: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
  };
}

function information(record: SessionRecord, principal: Principal): SessionInformation {
  return {
    id: record.id,
    method: record.method as SignInMethod,
    current: record.hash === principal.session,
    created_at: new Date(record.created_at).toISOString(),
    expires_at: new Date(record.expires_at).toISOString(),
  };
}

const problemAt = (path: string, message: string) =>
  new ProblemException('InvalidBody', `${path}: ${message}`, [{ path, message }]);
const wrong = (path: string) =>
  new ProblemException('Forbidden', 'The current password is wrong.', [{ path, message: 'is wrong' }]);
