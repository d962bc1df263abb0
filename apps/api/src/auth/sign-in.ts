/** One-time links, sessions and tokens. */
import { Inject, Injectable } from '@nestjs/common';
import type {
  Page,
  PageQuery,
  Session,
  SignIn,
  SignInLink,
  TokenCreate,
  TokenCreated,
  TokenInformation,
} from '@podlab/contracts';
import type { Domain, TokenRecord } from '@podlab/persistence';
import { afterCursor, pageOf } from '../clusters/page';
import type { Addresses } from '../config/addresses';
import { ProblemException } from '../problems/problem-exception';
import { ADDRESSES, DOMAIN } from '../tokens';
import { Authenticator } from './authenticator';
import { sessionCookie } from './cookies';
import type { Principal } from './principal';
import { hashOf, randomIdentifier, randomText } from './secrets';

const LINK_SECONDS = 24 * 3600;
const SESSION_SECONDS = 7 * 24 * 3600;
const KUBECONFIG_SECONDS = 30 * 24 * 3600;

export interface SignedIn {
  session: Session;
  cookie: string;
}

@Injectable()
export class SignInDesk {
  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(ADDRESSES) private readonly addresses: Addresses,
  ) {}

  /** A link that signs this person in once. */
  async link(personId: string): Promise<SignInLink> {
    const code = randomText();
    const expires_at = Date.now() + LINK_SECONDS * 1000;
    await this.domain.saveSignInCode({ hash: hashOf(code), person_id: personId, expires_at });
    const url = `${this.addresses.publicUrl}/sign-in#code=${code}`;
    return { url, expires_at: new Date(expires_at).toISOString() };
  }

  async signIn(body: SignIn): Promise<SignedIn> {
    const person =
      'code' in body ? await this.personOfCode(body.code) : await this.authenticator.fromToken(body.token);
    if (!person || person.onlyCluster !== undefined) {
      throw new ProblemException(
        'Unauthenticated',
        'The link was used before, is too old, or is none of ours.',
      );
    }
    const secret = randomText();
    const now = Date.now();
    const expires_at = now + SESSION_SECONDS * 1000;
    await this.domain.saveSession({
      hash: hashOf(secret),
      person_id: person.id,
      created_at: now,
      expires_at,
    });
    const secure = this.addresses.publicUrl.startsWith('https:');
    return {
      session: sessionOf({ ...person, expiresAt: expires_at }),
      cookie: sessionCookie(secret, SESSION_SECONDS, secure),
    };
  }

  async signOut(principal: Principal): Promise<string> {
    if (principal.session) await this.domain.deleteSession(principal.session);
    return sessionCookie('', 0, this.addresses.publicUrl.startsWith('https:'));
  }

  createToken(principal: Principal, body: TokenCreate): Promise<TokenCreated> {
    return this.issue(principal.id, body.name, null, body.expires_in_s);
  }

  /** The token of a kubeconfig: for one cluster's Kubernetes API. */
  kubeconfigToken(principal: Principal, clusterId: string): Promise<TokenCreated> {
    return this.issue(principal.id, 'kubeconfig', clusterId, KUBECONFIG_SECONDS);
  }

  async listTokens(principal: Principal, query: PageQuery): Promise<Page<TokenInformation>> {
    const page = { limit: query.limit + 1, after: afterCursor(query.cursor) };
    const { items, next_cursor } = pageOf(await this.domain.listTokens(principal.id, page), query.limit);
    return { items: items.map(information), next_cursor };
  }

  async deleteToken(principal: Principal, id: string): Promise<void> {
    if (!(await this.domain.deleteToken(principal.id, id))) {
      throw new ProblemException('NotFound', `You have no token ${id}.`);
    }
  }

  private async personOfCode(code: string): Promise<Principal | undefined> {
    const taken = await this.domain.takeSignInCode(hashOf(code), Date.now());
    const person = taken && (await this.domain.findPerson(taken.person_id));
    return person ? { id: person.id, name: person.name, role: person.role as Principal['role'] } : undefined;
  }

  private async issue(
    person_id: string,
    name: string,
    cluster_id: string | null,
    seconds: number,
  ): Promise<TokenCreated> {
    const token = randomText();
    const now = Date.now();
    const record = {
      id: randomIdentifier(),
      hash: hashOf(token),
      person_id,
      name,
      cluster_id,
      created_at: now,
      expires_at: now + seconds * 1000,
    };
    await this.domain.saveToken(record);
    return { ...information(record), token };
  }
}

export function sessionOf(principal: Principal): Session {
  const { id, name, role, expiresAt } = principal;
  return {
    person: { id, name, role },
    expires_at: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
  };
}

function information(record: TokenRecord): TokenInformation {
  return {
    id: record.id,
    name: record.name,
    cluster: record.cluster_id,
    created_at: new Date(record.created_at).toISOString(),
    expires_at: new Date(record.expires_at).toISOString(),
  };
}
