/**
 * When a service account's token opens the door of its cluster. Inside the cluster it is good for as long as the cluster
 * says; at the door it is good for no longer than what it was asked for with, and than its asker's rights.
 */
import { Inject, Injectable } from '@nestjs/common';
import { newUnauthorized } from '@podlab/apimachinery';
import { type ClusterRecord, type RememberedDomain, SINCE_NEXT_LOOK } from '@podlab/persistence';
import { Authenticator } from '../auth/authenticator';
import type { Identified } from '../auth/principal';
import { archived, Rights } from '../auth/rights';
import { hashOf } from '../auth/secrets';
import { ClusterHost } from '../cluster-host/cluster-host';
import { DOMAIN } from '../tokens';
import { forbidden } from './status';

/** Askers that are remembered of each cluster: over it, the oldest count as tokens that nobody asked for. */
const KEPT_ASKERS = 1_000;

@Injectable()
export class AccountDoor {
  constructor(
    @Inject(DOMAIN) private readonly domain: RememberedDomain,
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(Rights) private readonly rights: Rights,
    @Inject(ClusterHost) private readonly host: ClusterHost,
  ) {}

  /**
   * Those who asked for a token that was verified, all of whom may still work in the cluster; nobody for one that a pod was
   * given. Throws 401 where it opens the door no more, 403 in an archived class.
   */
  async askers(record: ClusterRecord, token: string, issuedAtSeconds: number): Promise<Identified[]> {
    const asked = await this.domain.findAccountTokens(record.id, hashOf(saidBy(token)));
    if (asked.length === 0) await this.requireNewer(record, issuedAtSeconds);
    return Promise.all(asked.map(({ credential }) => this.asker(record, credential)));
  }

  /** Takes note of who asks for a token: to be awaited before he gets it. */
  async note(cluster: string, token: string, askers: readonly Identified[]): Promise<void> {
    const hash = hashOf(saidBy(token));
    for (const { credential } of askers) {
      const asked = { cluster_id: cluster, hash, credential, created_at: Date.now() };
      await this.domain.saveAccountToken(asked, KEPT_ASKERS);
    }
  }

  private async asker(record: ClusterRecord, credential: string): Promise<Identified> {
    const principal = await this.authenticator.fromCredential(credential);
    const level = principal ? await this.rights.ofCluster(principal, record) : 'none';
    if (principal && (level === 'use' || level === 'manage')) return principal;
    if (principal && level === 'see' && (await this.isArchived(record))) throw forbidden(archived().detail);
    throw newUnauthorized('Unauthorized');
  }

  private async isArchived({ class_id }: ClusterRecord): Promise<boolean> {
    return class_id !== null && ((await this.domain.findClass(class_id))?.archived_at ?? null) !== null;
  }

  /** What is mounted in a pod may have been read by whoever could work there: it is good until one of them loses that. */
  private async requireNewer(record: ClusterRecord, issuedAtSeconds: number): Promise<void> {
    const { id, accounts_since } = record;
    if (await this.isArchived(record)) throw forbidden(archived().detail);
    if (accounts_since === null) return;
    if (accounts_since !== SINCE_NEXT_LOOK) {
      if (issuedAtSeconds * 1000 > accounts_since) return;
      throw newUnauthorized('Unauthorized');
    }
    const { generation } = this.domain;
    const now = await (await this.host.open(record)).ask((core) => core.now());
    // Where anything was written meanwhile, somebody else may have lost the cluster: the next one looks again.
    if (generation === this.domain.generation) await this.domain.updateCluster(id, { accounts_since: now });
    throw newUnauthorized('Unauthorized');
  }
}

/** What is signed: a signature has several forms, and what it is of has one. */
const saidBy = (token: string): string => token.slice(0, token.lastIndexOf('.'));
