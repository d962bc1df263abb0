/** Who calls a cluster's Kubernetes API, and what he may do there. */
import { Inject, Injectable } from '@nestjs/common';
import { newUnauthorized, newUnknownPath, StatusError } from '@podlab/apimachinery';
import type { RememberedDomain } from '@podlab/persistence';
import type { IncomingMessage } from 'node:http';
import { Authenticator, bearerOf } from '../auth/authenticator';
import { fromOwnOrigin } from '../auth/origin';
import type { Principal } from '../auth/principal';
import { archived, type ClusterAction } from '../auth/rights';
import { ClusterHost } from '../cluster-host/cluster-host';
import type { KubeRequest } from '../cluster-host/core';
import type { HostedCluster } from '../cluster-host/hosted-cluster';
import { ClusterDirectory } from '../clusters/cluster-directory';
import type { Addresses } from '../config/addresses';
import { ADDRESSES, DOMAIN } from '../tokens';
import { accountPrincipal, kubeUser } from './kube-user';
import { ServiceAccountTokens } from './service-account-tokens';

/** Someone at the door of a cluster that he may come into. */
export interface KubeCaller {
  /** The cluster's. */
  readonly id: string;
  readonly hosted: HostedCluster;
  readonly principal: Principal;
  readonly level: ClusterAction;
  readonly isAccount: boolean;
  readonly user: KubeRequest['user'];
}

/** How many are known at a time. */
const KNOWN_CALLERS = 1_000;

/**
 * Finds out who calls. What a bearer token opened it opens again without a question, until anything is written that the
 * answer may depend on: no token outlives its end, no right its taking back.
 */
@Injectable()
export class KubeCallers {
  private readonly known = new Map<string, Omit<KubeCaller, 'hosted'>>();
  private generation = 0;

  constructor(
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(ClusterDirectory) private readonly directory: ClusterDirectory,
    @Inject(ClusterHost) private readonly host: ClusterHost,
    @Inject(ServiceAccountTokens) private readonly tokens: ServiceAccountTokens,
    @Inject(ADDRESSES) private readonly addresses: Addresses,
    @Inject(DOMAIN) private readonly domain: Pick<RememberedDomain, 'generation'>,
  ) {}

  /** Who is known by the header, where the cluster is in memory. */
  remembered(cluster: string, authorization: string | undefined): KubeCaller | undefined {
    if (authorization === undefined) return undefined;
    this.forgetOutdated();
    const found = this.known.get(`${cluster}\n${authorization}`);
    if (!found || (found.principal.expiresAt ?? Infinity) <= Date.now()) return undefined;
    const hosted = this.host.inUse(found.id);
    return hosted && { ...found, hosted };
  }

  /** Throws a StatusError or a ProblemException for who is nobody, or may not come in. */
  async find(cluster: string, request: IncomingMessage, isUpgrade: boolean): Promise<KubeCaller> {
    const { generation } = this.domain;
    const { authorization } = request.headers;
    const account = cluster && this.tokens.user(cluster, bearerOf(authorization));
    const principal = account ? accountPrincipal(cluster, account) : await this.principalOf(request);
    if (!principal) throw newUnauthorized('Unauthorized');
    const id = cluster || principal.onlyCluster;
    if (!id) throw newUnknownPath();
    const call = { method: request.method ?? 'GET', headers: request.headers, upgrade: isUpgrade };
    if (!fromOwnOrigin(call, this.addresses.publicUrl))
      throw forbidden('the call comes from a page of another origin');
    const { hosted, level } = await this.directory.openAs(principal, id);
    if (account && level === 'see') throw forbidden(archived().detail);
    const user = account || kubeUser(principal, level);
    const found = { id, principal, level, isAccount: Boolean(account), user };
    // Under any other header it was a cookie that said who calls. And who may only look may do so for as long as his
    // class is shown the cluster, which is asked each time.
    if (bearerOf(authorization) !== undefined && level !== 'see')
      this.remember(`${cluster}\n${authorization}`, generation, found);
    return { ...found, hosted };
  }

  /** Whether a caller who was let in with a level would be again. */
  async isStillLetIn(request: IncomingMessage, { id, level }: KubeCaller): Promise<boolean> {
    const principal = await this.principalOf(request);
    return principal !== undefined && (await this.directory.openAs(principal, id)).level === level;
  }

  private principalOf({ headers }: IncomingMessage): Promise<Principal | undefined> {
    return this.authenticator.fromHeaders(headers);
  }

  private remember(key: string, generation: number, found: Omit<KubeCaller, 'hosted'>): void {
    this.forgetOutdated();
    if (generation !== this.generation) return;
    if (this.known.size >= KNOWN_CALLERS) this.known.clear();
    this.known.set(key, found);
  }

  private forgetOutdated(): void {
    if (this.generation === this.domain.generation) return;
    this.generation = this.domain.generation;
    this.known.clear();
  }
}

function forbidden(message: string): StatusError {
  const rest = { apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'Forbidden', code: 403 } as const;
  return new StatusError({ kind: 'Status', message, ...rest });
}
