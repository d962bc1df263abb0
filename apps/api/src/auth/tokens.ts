/** Bearer tokens: a person's own, and those of kubeconfigs. */
import { Inject, Injectable } from '@nestjs/common';
import type {
  Page,
  PageQuery,
  TokenCreate,
  TokenCreated,
  TokenInformation,
  TokenScope,
} from '@podlab/contracts';
import type { Domain, TokenRecord } from '@podlab/persistence';
import { afterCursor, pageOf } from '../clusters/page';
import { ProblemException } from '../problems/problem-exception';
import { DOMAIN } from '../tokens';
import { AccessChanges } from './access-changes';
import type { Principal } from './principal';
import { hashOf, randomIdentifier, randomText } from './secrets';

const KUBECONFIG_SECONDS = 30 * 24 * 3600;

@Injectable()
export class TokenDesk {
  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(AccessChanges) private readonly access: AccessChanges,
  ) {}

  create(principal: Principal, { name, scope, expires_in_s }: TokenCreate): Promise<TokenCreated> {
    return this.issue(principal.id, name, { scope, cluster_id: null, seconds: expires_in_s });
  }

  /** The token of a kubeconfig: for one cluster's Kubernetes API, and good for no more than what asks for it. */
  forKubeconfig(principal: Principal, clusterId: string): Promise<TokenCreated> {
    const scope = principal.scope ?? 'all';
    return this.issue(principal.id, 'kubeconfig', {
      scope,
      cluster_id: clusterId,
      seconds: KUBECONFIG_SECONDS,
      notAfter: principal.session === undefined ? principal.expiresAt : undefined,
    });
  }

  async list(principal: Principal, query: PageQuery): Promise<Page<TokenInformation>> {
    const page = { limit: query.limit + 1, after: afterCursor(query.cursor) };
    const { items, next_cursor } = pageOf(await this.domain.listTokens(principal.id, page), query.limit);
    return { items: items.map(information), next_cursor };
  }

  async delete(principal: Principal, id: string): Promise<void> {
    if (!(await this.domain.deleteToken(principal.id, id))) {
      throw new ProblemException('NotFound', `You have no token ${id}.`);
    }
    this.access.changed(principal.id);
  }

  private async issue(
    person_id: string,
    name: string,
    what: { scope: TokenScope; cluster_id: string | null; seconds: number; notAfter?: number },
  ): Promise<TokenCreated> {
    const token = randomText();
    const now = Date.now();
    const record: TokenRecord = {
      id: randomIdentifier(),
      hash: hashOf(token),
      person_id,
      name,
      cluster_id: what.cluster_id,
      scope: what.scope,
      created_at: now,
      expires_at: Math.min(now + what.seconds * 1000, what.notAfter ?? Infinity),
    };
    await this.domain.saveToken(record);
    return { ...information(record), token };
  }
}

function information(record: TokenRecord): TokenInformation {
  return {
    id: record.id,
    name: record.name,
    cluster: record.cluster_id,
    scope: record.scope as TokenScope,
    created_at: new Date(record.created_at).toISOString(),
    expires_at: new Date(record.expires_at).toISOString(),
  };
}
