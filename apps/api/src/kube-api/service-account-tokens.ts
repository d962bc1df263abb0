import { Inject, Injectable } from '@nestjs/common';
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { KubeAnswer, KubeRequest } from '../cluster-host/core';
import { generatedFile } from '../config/generated-file';
import type { Settings } from '../config/settings';
import { SETTINGS } from '../tokens';

type User = KubeRequest['user'];

const TOKEN_PATH = /\/serviceaccounts\/[^/]+\/token\/?$/;
const CREATED = 201;

interface Claims {
  readonly sub: string;
  readonly exp: number;
  readonly 'kubernetes.io': { readonly namespace: string; readonly serviceaccount: { readonly uid: string } };
}

/**
 * Tokens of service accounts. A cluster writes what one says; the server signs it for that cluster with a key that no
 * cluster knows, so that a cluster's seed gives no token away. Whether it is still good the cluster says: time there is its own.
 */
@Injectable()
export class ServiceAccountTokens {
  private readonly key: Buffer;

  constructor(@Inject(SETTINGS) settings: Settings) {
    const secret = settings.secret ?? generatedFile(settings.dataFolder, 'secret');
    this.key = Buffer.from(hkdfSync('sha256', secret, 'podlab', 'service account tokens', 32));
  }

  /** The answer to a TokenRequest with its token signed; any other answer as it is. */
  signed(cluster: string, path: string, answer: KubeAnswer): KubeAnswer {
    if (answer.status !== CREATED || !TOKEN_PATH.test(path)) return answer;
    const body = JSON.parse(Buffer.from(answer.body).toString('utf8')) as { status?: { token?: string } };
    if (!body.status?.token) return answer;
    const { token } = body.status;
    body.status.token = `${token}.${this.signature(cluster, token).toString('base64url')}`;
    return { ...answer, body: Buffer.from(JSON.stringify(body)) };
  }

  /** Whom a token of this cluster names; undefined when it is none. */
  user(cluster: string, bearer: string | undefined): User | undefined {
    const end = bearer?.lastIndexOf('.') ?? -1;
    if (bearer === undefined || end < 0 || bearer.split('.').length !== 3) return undefined;
    const given = Buffer.from(bearer.slice(end + 1), 'base64url');
    const wanted = this.signature(cluster, bearer.slice(0, end));
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
    const claims = JSON.parse(Buffer.from(bearer.split('.')[1], 'base64url').toString('utf8')) as Claims;
    const { namespace, serviceaccount } = claims['kubernetes.io'];
    return {
      name: claims.sub,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
      uid: serviceaccount.uid,
      token_expires: new Date(claims.exp * 1000).toISOString().replace('.000Z', 'Z'),
    };
  }

  private signature(cluster: string, unsigned: string): Buffer {
    return createHmac('sha256', this.key).update(`${cluster}\n${unsigned}`).digest();
  }
}
