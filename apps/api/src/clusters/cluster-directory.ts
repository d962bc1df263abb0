/** Clusters as their owners see them: made, found, listed, renamed and deleted. */
import { Inject, Injectable } from '@nestjs/common';
import {
  type ClassQuotas,
  type Cluster as ClusterAnswer,
  type ClusterChange,
  type ClusterCreate,
  type ClustersQuery,
  nodeSpecifications,
  type Page,
  type PageQuery,
  type QuotaUse,
} from '@podlab/contracts';
import { NO_CLASS, type ClusterRecord, type Domain } from '@podlab/persistence';
import type { Principal } from '../auth/principal';
import { type ClusterAction, noCluster, Rights } from '../auth/rights';
import { randomIdentifier } from '../auth/secrets';
import { quotasOf } from '../classroom/class-answers';
import { RequestRates } from '../classroom/request-rates';
import { ClusterHost } from '../cluster-host/cluster-host';
import type { Cluster, ClusterConfig } from '../cluster-host/core';
import type { ClusterEngine } from '../cluster-host/engine';
import type { HostedCluster } from '../cluster-host/hosted-cluster';
import type { Addresses } from '../config/addresses';
import { ServiceAccountKeys } from '../kube-api/service-account-keys';
import { ProblemException } from '../problems/problem-exception';
import type { LabBundle } from '../grading/grade-job';
import type { GraderPool } from '../grading/grader-pool';
import { ADDRESSES, DOMAIN, ENGINE, GRADER_POOL } from '../tokens';
import { type Birth, born } from './birth';
import { clusterAnswer } from './cluster-answer';
import { ClusterCounts } from './cluster-counts';
import { exportText } from './export';
import { afterCursor, pageOf } from './page';

/** Where in a class a cluster stands. */
export type ClusterPlace = Pick<ClusterRecord, keyof typeof NO_CLASS>;

@Injectable()
export class ClusterDirectory {
  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(ENGINE) private readonly engine: ClusterEngine,
    @Inject(ClusterHost) private readonly host: ClusterHost,
    @Inject(ADDRESSES) private readonly addresses: Addresses,
    @Inject(Rights) private readonly rights: Rights,
    @Inject(ClusterCounts) private readonly counts: ClusterCounts,
    @Inject(RequestRates) private readonly rates: RequestRates,
    @Inject(GRADER_POOL) private readonly pool: GraderPool,
    @Inject(ServiceAccountKeys) private readonly keys: ServiceAccountKeys,
  ) {}

  create(principal: Principal, body: ClusterCreate, lab?: LabBundle): Promise<ClusterAnswer> {
    return this.counts.within(principal, null, () => this.make(principal, body, { place: NO_CLASS }, lab));
  }

  /** In a class, within its quotas; of those in one slot only the first is made, and the others get that one. */
  createInClass(
    principal: Principal,
    body: ClusterCreate,
    { place, quotas }: { place: ClusterPlace & { class_id: string }; quotas: ClassQuotas },
    lab?: LabBundle,
  ): Promise<ClusterAnswer> {
    const bound = { class_id: place.class_id, quota: quotas.clusters };
    return this.counts.within(principal, bound, () => this.make(principal, body, { place, quotas }, lab));
  }

  async ofSlot(slot: string): Promise<ClusterAnswer | undefined> {
    const record = await this.domain.findClusterOfSlot(slot);
    return record ? this.answer(record, this.host.inMemory(record.id)) : undefined;
  }

  private async make(
    principal: Principal,
    body: ClusterCreate,
    { place, quotas }: { place: ClusterPlace; quotas?: ClassQuotas },
    lab?: LabBundle,
  ): Promise<ClusterAnswer> {
    if (!this.host.writable)
      throw new ProblemException('StorageUnavailable', 'Nothing can be written to disk now.');
    const id = randomIdentifier();
    const config = {
      ...configOf(id, body),
      root_ca: this.addresses.authorityPem,
      token_key: this.keys.of(id).scalar,
    };
    const { manifests } = body;
    const birth: Birth = {
      config,
      ...(quotas && { quotas: coreQuotas(quotas) }),
      ...(manifests !== undefined && { manifests }),
    };
    const core = await this.born(principal, birth, lab);
    const hosted = await this.host.adopt(config.id, core);
    const record: ClusterRecord = {
      ...place,
      id: config.id,
      owner_id: principal.id,
      name: body.name,
      seed: config.seed,
      state: 'Running',
      failure: null,
      created_at: Date.now(),
      config: JSON.stringify({ ...body, manifests: undefined }),
      host_state: JSON.stringify(hosted.state()),
      accounts_since: null,
    };
    if (await this.domain.saveCluster(record)) return this.answer(record, hosted);
    await this.host.drop(config.id);
    await this.domain.deleteCluster(config.id);
    const first = place.slot === null ? null : await this.domain.findClusterOfSlot(place.slot);
    if (!first) throw new ProblemException('Conflict', 'Somebody made and deleted this cluster meanwhile.');
    return this.answer(first, this.host.inMemory(first.id));
  }

  async get(principal: Principal, id: string): Promise<ClusterAnswer> {
    const record = await this.find(principal, id, 'see');
    if (record.state === 'Failed') return this.answer(record);
    return this.answer(record, await this.host.open(record));
  }

  /** The caller's own, unless he asks for others that he may know of. */
  async list(principal: Principal, query: ClustersQuery): Promise<Page<ClusterAnswer>> {
    const which = await this.whichOf(principal, query);
    const page = { limit: query.limit + 1, after: afterCursor(query.cursor) };
    return this.page(await this.domain.listClusters(which, page), query.limit);
  }

  private async whichOf(principal: Principal, { owner, class: classId }: ClustersQuery) {
    const isOwn = owner === principal.id;
    const person = owner === '*' ? null : owner;
    if (classId === undefined) {
      if (owner !== undefined && !isOwn) this.rights.requireServer(principal, 'run');
      return { person: person === undefined ? principal.id : person, class_id: null };
    }
    const found = await this.domain.findClass(classId);
    await this.rights.requireClass(principal, found, classId, isOwn ? 'see' : 'assist');
    return { person: person ?? null, class_id: classId };
  }

  /** Of a class; the caller was found to be one who helps there. */
  async listOfClass(classId: string, query: PageQuery): Promise<Page<ClusterAnswer>> {
    const page = { limit: query.limit + 1, after: afterCursor(query.cursor) };
    return this.page(await this.domain.listClassClusters(classId, page), query.limit);
  }

  async change(principal: Principal, id: string, change: ClusterChange): Promise<ClusterAnswer> {
    const record = await this.find(principal, id, 'manage');
    if (change.name !== undefined) {
      record.name = change.name;
      await this.domain.updateCluster(id, { name: change.name });
    }
    return this.answer(record, this.host.inMemory(id));
  }

  async delete(principal: Principal, id: string): Promise<void> {
    await this.find(principal, id, 'manage');
    await this.remove(id);
  }

  /** Deletes what a person owns; a cluster that a group shares goes over to another of the group. */
  async deleteAllOf(person: string): Promise<void> {
    for (const { id, class_id, group_name } of await this.domain.listOwnedClusters(person)) {
      const heir =
        class_id === null || group_name === null
          ? null
          : await this.domain.findOtherOfGroup(class_id, group_name, person);
      if (heir === null) await this.remove(id);
      else await this.domain.updateCluster(id, { owner_id: heir });
    }
  }

  async deleteAllOfClass(classId: string): Promise<void> {
    for (const { id } of await this.everyOfClass(classId)) await this.remove(id);
  }

  /** Stops the clocks of a class's clusters and lets them go from memory: looking at one moves nothing any more. */
  async stopAllOfClass(classId: string): Promise<void> {
    for (const record of await this.everyOfClass(classId)) {
      if (record.state === 'Failed') continue;
      const hosted = await this.host.open(record);
      await hosted.setClock({ mode: 'paused' });
      await this.host.remember(hosted);
      await this.host.putToSleep(record.id);
    }
  }

  /** New quotas hold in the clusters that are there, too. */
  async setQuotasOfClass(classId: string, quotas: ClassQuotas): Promise<void> {
    for (const record of await this.everyOfClass(classId)) {
      if (record.state === 'Failed') continue;
      const wasInMemory = this.host.inMemory(record.id) !== undefined;
      const hosted = await this.host.open(record);
      await hosted.change((core) => core.perform({ kind: 'Quotas', quotas: coreQuotas(quotas) }));
      if (!wasInMemory) await this.host.putToSleep(record.id);
    }
  }

  /** What bounds a cluster of a class; nothing outside of classes. */
  async quotas(principal: Principal, id: string): Promise<QuotaUse> {
    const record = await this.find(principal, id, 'see');
    const found = record.class_id === null ? null : await this.domain.findClass(record.class_id);
    if (!found) return { quotas: [] };
    const limits = quotasOf(found);
    const { rv, counts } = await (
      await this.host.open(record)
    ).ask((core) => ({ rv: core.resourceVersion(), counts: core.counts() }));
    const used = {
      ...counts,
      clusters: await this.domain.countClusters(record.owner_id, record.class_id),
      requests_per_minute: await this.rates.used(record, principal.id),
      history: rv - ((await this.host.oldestMoment(id)) ?? 0),
    };
    const names = Object.keys(limits) as (keyof ClassQuotas)[];
    return { quotas: names.map((name) => ({ name, used: used[name], limit: limits[name] })) };
  }

  everyOfClass(classId: string): Promise<ClusterRecord[]> {
    return this.domain.listClassClusters(classId, { limit: Number.MAX_SAFE_INTEGER });
  }

  /** What is left of a cluster when it is gone: what it was made from, and its objects as YAML. */
  async bundle(record: ClusterRecord): Promise<Record<string, unknown>> {
    const { id, owner_id, name, seed, class_id, lab, group_name, state } = record;
    const wasInMemory = this.host.inMemory(id) !== undefined;
    const hosted = state === 'Failed' ? undefined : await this.host.open(record);
    const manifests = hosted && (await hosted.ask(exportText));
    if (!wasInMemory) await this.host.putToSleep(id);
    return {
      id,
      owner: owner_id,
      name,
      seed,
      created_at: new Date(record.created_at).toISOString(),
      ...(class_id !== null && { class: class_id, lab, group: group_name }),
      config: JSON.parse(record.config) as unknown,
      resourceVersion: hosted ? String(hosted.resourceVersion) : null,
      manifests: manifests ?? null,
    };
  }

  /** The record, if the caller may do this with it: 404 where he may not know of it, else 403. */
  async find(principal: Principal, id: string, action: ClusterAction = 'use'): Promise<ClusterRecord> {
    const record = await this.domain.findCluster(id);
    if (!record) throw noCluster(id);
    await this.rights.requireCluster(principal, record, action);
    return record;
  }

  /** The cluster itself, in memory. Who does not say that he only looks must be allowed to work in it. */
  async open(principal: Principal, id: string, action: ClusterAction = 'use'): Promise<HostedCluster> {
    return this.host.open(await this.find(principal, id, action));
  }

  /** As {@link open}, for who issues so many requests. Throws 429 beyond the class's rate. */
  async openToSend(principal: Principal, id: string, requests: number): Promise<HostedCluster> {
    const record = await this.find(principal, id);
    await this.rates.charge(principal, record, requests);
    return this.host.open(record);
  }

  /** The cluster, and the most that the caller may do in it. */
  async openAs(principal: Principal, id: string): Promise<{ hosted: HostedCluster; level: ClusterAction }> {
    const record = await this.domain.findCluster(id);
    const level = record ? await this.rights.ofCluster(principal, record) : 'none';
    if (!record || level === 'none') throw noCluster(id);
    return { hosted: await this.host.open(record), level };
  }

  private async remove(id: string): Promise<void> {
    await this.host.drop(id);
    await this.domain.deleteCluster(id);
  }

  private async page(rows: ClusterRecord[], limit: number): Promise<Page<ClusterAnswer>> {
    const { items, next_cursor } = pageOf(rows, limit);
    const answers = items.map((record) => this.answer(record, this.host.inMemory(record.id)));
    return { items: await Promise.all(answers), next_cursor };
  }

  private async answer(record: ClusterRecord, hosted?: HostedCluster): Promise<ClusterAnswer> {
    const owner = await this.domain.findPerson(record.owner_id);
    const ownerName = owner?.name ?? record.owner_id;
    return clusterAnswer(record, ownerName, this.addresses, hosted?.state());
  }

  /**
   * A new cluster with its manifests applied, where its lab begins; one that the API refuses means that there is no
   * cluster. What takes long happens in a thread of its own: nobody else waits for it.
   */
  private async born(principal: Principal, birth: Birth, lab: LabBundle | undefined): Promise<Cluster> {
    if (!lab && birth.manifests === undefined) return born(birth, (config) => this.engine.create(config));
    const core = this.engine.restore(await this.pool.begin(principal.id, { kind: 'Begin', birth, lab }));
    const gap_ms = lab ? Date.now() - core.now() : 0;
    if (gap_ms > 0) core.perform({ kind: 'Wake', gap_ms });
    return core;
  }
}

const coreQuotas = ({ objects, pods }: ClassQuotas) => ({ objects, pods });

function configOf(id: string, body: ClusterCreate): ClusterConfig {
  const epoch = body.clock.epoch;
  return {
    id,
    seed: body.seed ?? randomIdentifier(),
    epoch_ms: epoch === undefined ? Date.now() : Date.parse(epoch),
    nodes: nodeSpecifications(body.nodes),
    service_cidr: body.service_cidr,
    pod_cidr: body.pod_cidr,
    kube_proxy: body.kube_proxy,
    cloud: body.cloud,
    ...(body.ingress_controller && { ingress_controller: body.ingress_controller }),
    world: body.world,
    images: body.images,
    clock: { mode: body.clock.mode, speed: body.clock.speed },
  };
}
