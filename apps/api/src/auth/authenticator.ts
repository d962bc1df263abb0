/** Finds the caller behind a bearer token or a session cookie. */
import { Inject, Injectable } from '@nestjs/common';
import type { Role, TokenScope } from '@podlab/contracts';
import type { Domain } from '@podlab/persistence';
import type { IncomingHttpHeaders } from 'node:http';
import { ADMIN_TOKEN, DOMAIN } from '../tokens';
import { cookieValue, SESSION_COOKIE } from './cookies';
import { ADMINISTRATOR, type Principal } from './principal';
import { equalSecrets, hashOf } from './secrets';

@Injectable()
export class Authenticator {
  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(ADMIN_TOKEN) private readonly adminToken: string,
  ) {}

  /** The bearer token decides where there is one, else the cookie. */
  async fromHeaders(headers: IncomingHttpHeaders): Promise<Principal | undefined> {
    const bearer = bearerOf(headers.authorization);
    if (bearer !== undefined) return this.fromToken(bearer);
    const session = cookieValue(headers.cookie, SESSION_COOKIE);
    return session === undefined ? undefined : this.fromSession(session);
  }

  async fromToken(token: string): Promise<Principal | undefined> {
    if (equalSecrets(token, this.adminToken)) return ADMINISTRATOR;
    const found = await this.domain.findToken(hashOf(token), Date.now());
    if (!found) return undefined;
    return this.person(found.person_id, {
      scope: found.scope as TokenScope,
      onlyCluster: found.cluster_id ?? undefined,
      expiresAt: found.expires_at,
    });
  }

  private async fromSession(secret: string): Promise<Principal | undefined> {
    const session = hashOf(secret);
    const found = await this.domain.findSession(session, Date.now());
    return found ? this.person(found.person_id, { session, expiresAt: found.expires_at }) : undefined;
  }

  private async person(id: string, rest: Partial<Principal>): Promise<Principal | undefined> {
    const person = await this.domain.findPerson(id);
    if (!person) return undefined;
    return { id: person.id, login: person.login, name: person.name, role: person.role as Role, ...rest };
  }
}

export function bearerOf(authorization: string | undefined): string | undefined {
  return /^bearer +([^\s]+)$/i.exec(authorization ?? '')?.[1];
}
