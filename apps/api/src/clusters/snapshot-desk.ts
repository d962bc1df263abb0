/** Moments of clusters: kept by name, gone back to, and begun from anew. */
import { Inject, Injectable } from '@nestjs/common';
import {
  type Cluster as ClusterAnswer,
  CONTRACT_LIMITS,
  type ForkRequest,
  type Moment,
  type Snapshot,
  type SnapshotCreate,
} from '@podlab/contracts';
import { rfc3339Micro } from '@podlab/kernel';
import type { ClusterRecord, Domain, RevisionLog, SnapshotRecord } from '@podlab/persistence';
import { NO_CLASS } from '@podlab/persistence';
import type { Principal } from '../auth/principal';
import { randomIdentifier } from '../auth/secrets';
import { ClusterHost } from '../cluster-host/cluster-host';
import type { Cluster, LogEntry } from '../cluster-host/core';
import type { ClusterEngine } from '../cluster-host/engine';
import { Recall } from '../cluster-host/recall';
import { ServiceAccountKeys } from '../kube-api/service-account-keys';
import { ProblemException } from '../problems/problem-exception';
import { DOMAIN, ENGINE, REVISION_LOG } from '../tokens';
import { ClusterCounts } from './cluster-counts';
import { ClusterDirectory } from './cluster-directory';

/** A cluster is as it was at a moment, or at its birth. */
export interface GoneBack {
  cluster: string;
  kind: 'Restored' | 'Reset';
  /** To which moment. */
  resourceVersion?: string;
  by: string;
}

@Injectable()
export class SnapshotDesk {
  private readonly listeners = new Set<(gone: GoneBack) => void>();

  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(REVISION_LOG) private readonly log: RevisionLog<LogEntry>,
    @Inject(ENGINE) private readonly engine: ClusterEngine,
    @Inject(Recall) private readonly recall: Recall,
    @Inject(ClusterHost) private readonly host: ClusterHost,
    @Inject(ClusterDirectory) private readonly directory: ClusterDirectory,
    @Inject(ClusterCounts) private readonly counts: ClusterCounts,
    @Inject(ServiceAccountKeys) private readonly keys: ServiceAccountKeys,
  ) {}

  onGoneBack(listener: (gone: GoneBack) => void): void {
    this.listeners.add(listener);
  }

  async create(principal: Principal, cluster: string, body: SnapshotCreate): Promise<Snapshot> {
    const hosted = await this.directory.open(principal, cluster);
    const { snapshotsPerCluster } = CONTRACT_LIMITS;
    if ((await this.domain.listSnapshots(cluster)).length >= snapshotsPerCluster) {
      const detail = `snapshotsPerCluster is limited to ${snapshotsPerCluster}: delete one first.`;
      throw new ProblemException('LimitExceeded', detail);
    }
    const { rv, at } = await this.host.keepMoment(hosted);
    const record: SnapshotRecord = {
      cluster_id: cluster,
      id: randomIdentifier(),
      name: body.name ?? String(rv),
      rv,
      at,
      created_at: Date.now(),
    };
    await this.domain.saveSnapshot(record);
    return snapshotOf(record);
  }

  async list(principal: Principal, cluster: string): Promise<Snapshot[]> {
    await this.directory.find(principal, cluster, 'see');
    return (await this.domain.listSnapshots(cluster)).map(snapshotOf);
  }

  async delete(principal: Principal, cluster: string, id: string): Promise<void> {
    await this.directory.find(principal, cluster);
    if (!(await this.domain.deleteSnapshot(cluster, id))) throw noSnapshot(id);
  }

  /** The cluster is as it was at that moment. */
  async restore(principal: Principal, cluster: string, moment: Moment): Promise<ClusterAnswer> {
    await this.directory.open(principal, cluster);
    const rv = await this.resourceVersionOf(cluster, moment);
    const then = await this.at(principal, cluster, rv);
    const answer = await this.goBack(principal, cluster, then);
    this.tell({ cluster, kind: 'Restored', resourceVersion: String(rv), by: principal.id });
    return answer;
  }

  /** The cluster is as it was at its birth, with what it was made with. */
  async reset(principal: Principal, cluster: string): Promise<ClusterAnswer> {
    await this.directory.open(principal, cluster);
    const birth = await this.log.firstCheckpoint(cluster);
    if (!birth) throw new ProblemException('NotFound', `There is no cluster ${cluster}.`);
    const answer = await this.goBack(principal, cluster, birth.state);
    this.tell({ cluster, kind: 'Reset', by: principal.id });
    return answer;
  }

  /** A new cluster of the caller's that begins where that moment was. */
  fork(principal: Principal, cluster: string, body: ForkRequest): Promise<ClusterAnswer> {
    return this.counts.within(principal, null, () => this.makeFork(principal, cluster, body));
  }

  private async makeFork(principal: Principal, cluster: string, body: ForkRequest): Promise<ClusterAnswer> {
    const source = await this.directory.find(principal, cluster, 'see');
    const id = randomIdentifier();
    const core = await this.forked(principal, source, body, { id, token_key: this.keys.of(id).scalar });
    const hosted = await this.host.adopt(id, core);
    const record: ClusterRecord = {
      ...source,
      ...NO_CLASS,
      id,
      owner_id: principal.id,
      // The moment may be one before its source failed.
      state: 'Running',
      failure: null,
      name: body.name ?? `${source.name} (fork)`.slice(0, CONTRACT_LIMITS.clusterNameCharacters),
      created_at: Date.now(),
      host_state: JSON.stringify(hosted.state()),
      accounts_since: null,
    };
    await this.domain.saveCluster(record);
    return this.directory.get(principal, id);
  }

  private async forked(
    principal: Principal,
    source: ClusterRecord,
    { snapshot, resourceVersion }: ForkRequest,
    copy: { id: string; token_key: string },
  ): Promise<Cluster> {
    if (snapshot !== undefined && resourceVersion !== undefined) {
      throw new ProblemException('InvalidBody', 'Name a snapshot or a resourceVersion, not both.');
    }
    const hosted = (snapshot ?? resourceVersion) ? undefined : await this.host.open(source);
    if (hosted) return hosted.ask((core) => core.fork(copy.id, copy.token_key));
    const moment = snapshot === undefined ? { resourceVersion: resourceVersion ?? '' } : { snapshot };
    const rv = await this.resourceVersionOf(source.id, moment);
    return this.engine.restore(await this.at(principal, source.id, rv, copy));
  }

  private async resourceVersionOf(cluster: string, moment: Moment): Promise<number> {
    if ('resourceVersion' in moment) return Number(moment.resourceVersion);
    const found = await this.domain.findSnapshot(cluster, moment.snapshot);
    if (!found) throw noSnapshot(moment.snapshot);
    return found.rv;
  }

  /** The state of then, or of a copy of it. */
  private async at(
    { id: caller }: Principal,
    cluster: string,
    resourceVersion: number,
    copy?: { id: string; token_key: string },
  ): Promise<string> {
    const hosted = this.host.inMemory(cluster);
    await hosted?.durable();
    if (hosted && resourceVersion > hosted.resourceVersion) {
      const detail = `This cluster has not come to resourceVersion ${resourceVersion} yet.`;
      throw new ProblemException('NotFound', detail);
    }
    const state = await this.recall.state({ caller, cluster, resourceVersion }, copy);
    if (state !== undefined) return state;
    const oldest = (await this.log.oldestCheckpoint(cluster)) ?? 0;
    const detail =
      resourceVersion < oldest
        ? `resourceVersion ${resourceVersion} was compacted; the oldest kept is ${oldest}.`
        : `resourceVersion ${resourceVersion} was lived under another version of the engine: it can be read, not gone back to.`;
    throw new ProblemException('Gone', detail);
  }

  private tell(gone: GoneBack): void {
    for (const listener of this.listeners) listener(gone);
  }

  /** What follows is told from a checkpoint of its own, so that nobody has to live through the way back again. */
  private async goBack(principal: Principal, cluster: string, state: string): Promise<ClusterAnswer> {
    const hosted = await this.directory.open(principal, cluster);
    await hosted.restore(state);
    await this.host.keepMoment(hosted);
    await this.host.remember(hosted);
    return this.directory.get(principal, cluster);
  }
}

function noSnapshot(id: string): ProblemException {
  return new ProblemException('NotFound', `This cluster has no snapshot ${id}.`);
}

function snapshotOf({ id, name, rv, at, created_at }: SnapshotRecord): Snapshot {
  return {
    id,
    name,
    resourceVersion: String(rv),
    at: rfc3339Micro(at),
    created_at: new Date(created_at).toISOString(),
  };
}
