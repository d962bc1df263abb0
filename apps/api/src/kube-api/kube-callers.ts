/** Who calls a cluster's Kubernetes API, and what he may do there. */
import { Inject, Injectable } from '@nestjs/common';
import { newUnauthorized, newUnknownPath } from '@podlab/apimachinery';
import type { RememberedDomain } from '@podlab/persistence';
import type { IncomingMessage } from 'node:http';
import { Authenticator, bearerOf } from '../auth/authenticator';
import { fromOwnOrigin } from '../auth/origin';
import type { Identified, Principal } from '../auth/principal';
import { type ClusterAction, noCluster } from '../auth/rights';
import { ClusterHost } from '../cluster-host/cluster-host';
import type { KubeRequest } from '../cluster-host/core';
import type { HostedCluster } from '../cluster-host/hosted-cluster';
import { ClusterDirectory } from '../clusters/cluster-directory';
import type { Addresses } from '../config/addresses';
import { ADDRESSES, DOMAIN } from '../tokens';
import { AccountDoor } from './account-door';
import { accountPrincipal, kubeUser } from './kube-user';
import { ServiceAccountTokens, type VerifiedToken } from './service-account-tokens';
import { forbidden } from './status';

/** Someone at the door of a cluster that he may come into. */
export interface KubeCaller {
  /** The cluster's. */
  readonly id: string;
  readonly hosted: HostedCluster;
  readonly principal: Principal;
  readonly level: ClusterAction;
  readonly user: KubeRequest['user'];
  /** Whose right this is: his own, or that of who asked for the account's token. Nobody: a pod was given it. */
  readonly askers: readonly Identified[];
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
    @Inject(AccountDoor) private readonly accounts: AccountDoor,
    @Inject(ADDRESSES) private readonly addresses: Addresses,
    @Inject(DOMAIN) private readonly domain: RememberedDomain,
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
    const { hosted, ...found } = await this.judged(cluster, request, isUpgrade);
    // Under any other header it was a cookie that said who calls. And who may only look may do so for as long as his
    // class is shown the cluster, which is asked each time.
    if (bearerOf(authorization) !== undefined && found.level !== 'see')
      this.remember(`${cluster}\n${authorization}`, generation, found);
    return { ...found, hosted };
  }

  /** Whether a caller who was let in with a level would be again. */
  async isStillLetIn(request: IncomingMessage, { id, level }: KubeCaller): Promise<boolean> {
    return (await this.judged(id, request, false)).level === level;
  }

  private async judged(
    cluster: string,
    { method = 'GET', headers }: IncomingMessage,
    upgrade: boolean,
  ): Promise<KubeCaller> {
    const bearer = bearerOf(headers.authorization);
    const shown = cluster ? this.tokens.forApi(cluster, bearer) : undefined;
    if (shown && bearer !== undefined) return this.account(cluster, bearer, shown);
    const principal = await this.authenticator.fromHeaders(headers);
    if (!principal) throw newUnauthorized('Unauthorized');
    const id = cluster || principal.onlyCluster;
    if (!id) throw newUnknownPath();
    if (!fromOwnOrigin({ method, headers, upgrade }, this.addresses.publicUrl))
      throw forbidden('the call comes from a page of another origin');
    const { hosted, level } = await this.directory.openAs(principal, id);
    return { id, hosted, principal, level, user: kubeUser(principal, level), askers: [principal] };
  }

  private async account(id: string, bearer: string, { user, issuedAt }: VerifiedToken): Promise<KubeCaller> {
    const record = await this.domain.findCluster(id);
    if (!record) throw noCluster(id);
    const askers = await this.accounts.askers(record, bearer, issuedAt);
    const principal = accountPrincipal(id, user, askers);
    return { id, hosted: await this.host.open(record), principal, level: 'use', user, askers };
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
