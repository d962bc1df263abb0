import { Inject, Injectable } from '@nestjs/common';
import { TOKEN_AUDIENCE, tokenUser, type ShownToken, type TokenClaims } from '@podlab/apiserver';
import { sign, verify } from 'node:crypto';
import type { KubeAnswer } from '../cluster-host/core';
import { ServiceAccountKeys } from './service-account-keys';

/** What a token says whose signature was found good. */
export interface VerifiedToken extends Required<ShownToken> {
  /** Seconds of the cluster's own time. */
  readonly issuedAt: number;
}

/** Whole: what a pod answers through its proxy may look like a token, under a path that ends like this. */
const TOKEN_PATH = /^\/api\/v1\/namespaces\/[^/]+\/serviceaccounts\/[^/]+\/token\/?$/;
const KEYS_PATH = /^\/openid\/v1\/jwks\/?$/;
const OK = 200;
/** How many tokens are known at most, before all are verified anew. */
const KNOWN_TOKENS = 500;
const CREATED = 201;
const DIGEST = 'sha256';
/** Two coordinates one behind the other, as JSON Web Tokens have them. */
const ENCODING = 'ieee-p1363';

/**
 * Tokens of service accounts. A cluster signs them with the key that the server gave it at its birth, so that its seed
 * gives no token away; for one that has none of the server's the server signs. Whether a token is still good the cluster
 * says: time there is its own.
 */
@Injectable()
export class ServiceAccountTokens {
  /** What tokens say whose signature was found good: it stays so, and each request shows one. */
  private readonly known = new Map<string, VerifiedToken>();

  constructor(@Inject(ServiceAccountKeys) private readonly keys: ServiceAccountKeys) {}

  /** The answer to a TokenRequest with its token signed, and that token; the answer about the keys with this cluster's; any other as it is. */
  signed(cluster: string, path: string, answer: KubeAnswer): { answer: KubeAnswer; token?: string } {
    if (answer.status === OK && KEYS_PATH.test(path)) {
      const body = Buffer.from(JSON.stringify({ keys: [this.keys.of(cluster).published] }));
      return { answer: { ...answer, body } };
    }
    if (answer.status !== CREATED || !TOKEN_PATH.test(path)) return { answer };
    const body = JSON.parse(Buffer.from(answer.body).toString('utf8')) as { status?: { token?: string } };
    if (!body.status?.token) return { answer };
    const [header, claims] = body.status.token.split('.');
    if (header === this.header(cluster)) return { answer, token: body.status.token };
    const token = this.sign(cluster, claims);
    body.status.token = token;
    return { answer: { ...answer, body: Buffer.from(JSON.stringify(body)) }, token };
  }

  /** What a token of this cluster for its API server says; undefined when it is none. */
  forApi(cluster: string, bearer: string | undefined): VerifiedToken | undefined {
    const shown = this.shown(cluster, bearer);
    return shown?.audiences.includes(TOKEN_AUDIENCE) ? shown : undefined;
  }

  /** What a token of this cluster says; undefined when it is none. */
  shown(cluster: string, bearer: string | undefined): VerifiedToken | undefined {
    const end = bearer?.lastIndexOf('.') ?? -1;
    if (bearer === undefined || end < 0 || bearer.split('.').length !== 3) return undefined;
    const known = this.known.get(`${cluster}\n${bearer}`);
    if (known) return known;
    const found = this.verified(cluster, bearer, end);
    if (!found) return undefined;
    if (this.known.size >= KNOWN_TOKENS) this.known.clear();
    this.known.set(`${cluster}\n${bearer}`, found);
    return found;
  }

  private verified(cluster: string, bearer: string, end: number): VerifiedToken | undefined {
    const unsigned = Buffer.from(bearer.slice(0, end));
    const signature = Buffer.from(bearer.slice(end + 1), 'base64url');
    const key = this.keys.of(cluster).public;
    if (!verify(DIGEST, unsigned, { key, dsaEncoding: ENCODING }, signature)) return undefined;
    const text = Buffer.from(bearer.split('.')[1], 'base64url').toString('utf8');
    const claims = JSON.parse(text) as TokenClaims;
    return { user: tokenUser(claims), audiences: claims.aud, issuedAt: claims.iat };
  }

  private header(cluster: string): string {
    const header = JSON.stringify({ alg: 'ES256', kid: this.keys.of(cluster).id });
    return Buffer.from(header).toString('base64url');
  }

  private sign(cluster: string, claims: string): string {
    const key = this.keys.of(cluster);
    const unsigned = `${this.header(cluster)}.${claims}`;
    const signature = sign(DIGEST, Buffer.from(unsigned), { key: key.private, dsaEncoding: ENCODING });
    return `${unsigned}.${signature.toString('base64url')}`;
  }
}
