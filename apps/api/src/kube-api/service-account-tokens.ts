import { Inject, Injectable } from '@nestjs/common';
import { TOKEN_AUDIENCE, type ShownToken } from '@podlab/apiserver';
import { sign, verify } from 'node:crypto';
import type { KubeAnswer, KubeRequest } from '../cluster-host/core';
import { generatedFile } from '../config/generated-file';
import type { Settings } from '../config/settings';
import { SETTINGS } from '../tokens';
import { ServiceAccountKeys } from './service-account-keys';

type User = KubeRequest['user'];

const TOKEN_PATH = /\/serviceaccounts\/[^/]+\/token\/?$/;
const KEYS_PATH = /^\/openid\/v1\/jwks\/?$/;
const OK = 200;
/** How many tokens are known at most, before all are verified anew. */
const KNOWN_TOKENS = 500;
const CREATED = 201;
const DIGEST = 'sha256';
/** Two coordinates one behind the other, as JSON Web Tokens have them. */
const ENCODING = 'ieee-p1363';

interface Claims {
  readonly aud: readonly string[];
  readonly sub: string;
  readonly exp: number;
  readonly 'kubernetes.io': { readonly namespace: string; readonly serviceaccount: { readonly uid: string } };
}

/**
 * Tokens of service accounts. A cluster writes what one says; the server signs it with a key that no cluster knows, so
 * that a cluster's seed gives no token away. Whether it is still good the cluster says: time there is its own.
 */
@Injectable()
export class ServiceAccountTokens {
  private readonly keys: ServiceAccountKeys;
  /** What tokens say whose signature was found good: it stays so, and each request shows one. */
  private readonly known = new Map<string, Required<ShownToken>>();

  constructor(@Inject(SETTINGS) settings: Settings) {
    this.keys = new ServiceAccountKeys(settings.secret ?? generatedFile(settings.dataFolder, 'secret'));
  }

  /** The answer to a TokenRequest with its token signed, that of the keys with this cluster's; any other as it is. */
  signed(cluster: string, path: string, answer: KubeAnswer): KubeAnswer {
    if (answer.status === OK && KEYS_PATH.test(path)) {
      return { ...answer, body: Buffer.from(JSON.stringify({ keys: [this.keys.of(cluster).published] })) };
    }
    if (answer.status !== CREATED || !TOKEN_PATH.test(path)) return answer;
    const body = JSON.parse(Buffer.from(answer.body).toString('utf8')) as { status?: { token?: string } };
    if (!body.status?.token) return answer;
    body.status.token = this.sign(cluster, body.status.token.split('.')[1]);
    return { ...answer, body: Buffer.from(JSON.stringify(body)) };
  }

  /** Whom a token of this cluster for its API server names; undefined when it is none. */
  user(cluster: string, bearer: string | undefined): User | undefined {
    const shown = this.shown(cluster, bearer);
    return shown?.audiences.includes(TOKEN_AUDIENCE) ? shown.user : undefined;
  }

  /** What a token of this cluster says; undefined when it is none. */
  shown(cluster: string, bearer: string | undefined): Required<ShownToken> | undefined {
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

  private verified(cluster: string, bearer: string, end: number): Required<ShownToken> | undefined {
    const unsigned = Buffer.from(bearer.slice(0, end));
    const signature = Buffer.from(bearer.slice(end + 1), 'base64url');
    const key = this.keys.of(cluster).public;
    if (!verify(DIGEST, unsigned, { key, dsaEncoding: ENCODING }, signature)) return undefined;
    const claims = JSON.parse(Buffer.from(bearer.split('.')[1], 'base64url').toString('utf8')) as Claims;
    const { namespace, serviceaccount } = claims['kubernetes.io'];
    const user = {
      name: claims.sub,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
      uid: serviceaccount.uid,
      token_expires: new Date(claims.exp * 1000).toISOString().replace('.000Z', 'Z'),
    };
    return { user, audiences: claims.aud };
  }

  private sign(cluster: string, claims: string): string {
    const key = this.keys.of(cluster);
    const header = Buffer.from(JSON.stringify({ alg: 'ES256', kid: key.id }));
    const unsigned = `${header.toString('base64url')}.${claims}`;
    const signature = sign(DIGEST, Buffer.from(unsigned), { key: key.private, dsaEncoding: ENCODING });
    return `${unsigned}.${signature.toString('base64url')}`;
  }
}
