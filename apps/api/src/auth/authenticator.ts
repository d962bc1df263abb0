/** Finds the caller behind a bearer token or a session cookie. */
import { Inject, Injectable } from '@nestjs/common';
import type { Role, TokenScope } from '@podlab/contracts';
import type { Domain } from '@podlab/persistence';
import type { IncomingHttpHeaders } from 'node:http';
import { ADMIN_TOKEN, DOMAIN } from '../tokens';
import { cookieValue, SESSION_COOKIE } from './cookies';
import { ADMINISTRATOR, type Identified, type Principal } from './principal';
import { equalHashes, hashOf } from './secrets';

@Injectable()
export class Authenticator {
  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(ADMIN_TOKEN) private readonly adminToken: string,
  ) {}

  /** The bearer token decides where there is one, else the cookie. */
  async fromHeaders(headers: IncomingHttpHeaders): Promise<Identified | undefined> {
    const bearer = bearerOf(headers.authorization);
    if (bearer !== undefined) return this.fromToken(bearer);
    const session = cookieValue(headers.cookie, SESSION_COOKIE);
    return session === undefined ? undefined : this.fromSession(hashOf(session));
  }

  fromToken(token: string): Promise<Identified | undefined> {
    return this.fromTokenHash(hashOf(token));
  }

  /** Who is let in now by what was shown before, of which this is the hash. */
  async fromCredential(credential: string): Promise<Identified | undefined> {
    return (await this.fromTokenHash(credential)) ?? this.fromSession(credential);
  }

  private async fromTokenHash(credential: string): Promise<Identified | undefined> {
    if (equalHashes(credential, hashOf(this.adminToken))) return { ...ADMINISTRATOR, credential };
    const found = await this.domain.findToken(credential, Date.now());
    if (!found) return undefined;
    return this.person(found.person_id, credential, {
      scope: found.scope as TokenScope,
      onlyCluster: found.cluster_id ?? undefined,
      expiresAt: found.expires_at,
    });
  }

  private async fromSession(session: string): Promise<Identified | undefined> {
    const found = await this.domain.findSession(session, Date.now());
    return found
      ? this.person(found.person_id, session, { session, expiresAt: found.expires_at })
      : undefined;
  }

  private async person(
    id: string,
    credential: string,
    rest: Partial<Principal>,
  ): Promise<Identified | undefined> {
    const person = await this.domain.findPerson(id);
    if (!person) return undefined;
    const { login, name, role } = person;
    return { id, login, name, role: role as Role, credential, ...rest };
  }
}

export function bearerOf(authorization: string | undefined): string | undefined {
  return /^bearer +([^\s]+)$/i.exec(authorization ?? '')?.[1];
}
