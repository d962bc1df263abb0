/**
 * What a TokenReview asks of the host. A cluster has no keys, and what it is told stands in its log: the host looks at the
 * token and hands on whom it names.
 */
import { Inject, Injectable } from '@nestjs/common';
import { encodeShownToken, type ShownToken } from '@podlab/apiserver';
import { Authenticator } from '../auth/authenticator';
import type { KubeAnswer, KubeRequest } from '../cluster-host/core';
import { ClusterDirectory } from '../clusters/cluster-directory';
import { ProblemException } from '../problems/problem-exception';
import { kubeUser } from './kube-user';
import { ServiceAccountTokens } from './service-account-tokens';

const PATH = /^\/apis\/authentication\.k8s\.io\/v1\/tokenreviews\/?$/;
const CREATED = 201;

interface Review {
  readonly spec?: { readonly token?: unknown };
}

@Injectable()
export class TokenReviews {
  constructor(
    @Inject(ServiceAccountTokens) private readonly tokens: ServiceAccountTokens,
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(ClusterDirectory) private readonly directory: ClusterDirectory,
  ) {}

  isReview(method: string, path: string): boolean {
    return method === 'POST' && PATH.test(path);
  }

  /** The request with what its token says instead of the token; any other as it is. */
  async shown(cluster: string, request: KubeRequest): Promise<KubeRequest> {
    const review = reviewOf(request);
    if (!review) return request;
    const token = encodeShownToken(await this.find(cluster, review.token));
    return { ...request, body: withToken(review.body, token) };
  }

  /** The answer with the token that was asked about. */
  answered(request: KubeRequest, answer: KubeAnswer): KubeAnswer {
    const review = answer.status === CREATED ? reviewOf(request) : undefined;
    if (!review) return answer;
    const body = JSON.parse(Buffer.from(answer.body).toString('utf8')) as Review;
    return { ...answer, body: withToken(body, review.token) };
  }

  private async find(cluster: string, token: string): Promise<ShownToken | undefined> {
    const account = this.tokens.shown(cluster, token);
    if (account) return { user: account.user, audiences: account.audiences };
    const principal = await this.authenticator.fromToken(token);
    if (!principal) return undefined;
    try {
      const { level } = await this.directory.openAs(principal, cluster);
      return { user: kubeUser(principal, level) };
    } catch (error) {
      if (error instanceof ProblemException) return undefined; // a token for something else
      throw error;
    }
  }
}

function reviewOf({ method, path, body }: KubeRequest): { body: Review; token: string } | undefined {
  if (method !== 'POST' || !PATH.test(path)) return undefined;
  try {
    const review = JSON.parse(Buffer.from(body).toString('utf8')) as Review | null;
    const token = review?.spec?.token;
    return review && typeof token === 'string' && token !== '' ? { body: review, token } : undefined;
  } catch {
    return undefined; // the cluster says what is wrong with it
  }
}

const withToken = (review: Review, token: string): Uint8Array =>
  Buffer.from(JSON.stringify({ ...review, spec: { ...review.spec, token } }));
