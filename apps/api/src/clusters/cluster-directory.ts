/** Clusters as their owners see them: made, found, listed, renamed and deleted. */
import { Inject, Injectable } from '@nestjs/common';
import {
  type AppliedDocument,
  type Cluster as ClusterAnswer,
  type ClusterChange,
  type ClusterCreate,
  nodeSpecifications,
  type Page,
  type PageQuery,
} from '@podlab/contracts';
import { LimitExceeded } from '@podlab/kernel';
import type { ClusterRecord, Domain } from '@podlab/persistence';
import { mayUse, type Principal } from '../auth/principal';
import { randomIdentifier } from '../auth/secrets';
import { ClusterHost } from '../cluster-host/cluster-host';
import type { Cluster, ClusterConfig } from '../cluster-host/core';
import type { ClusterEngine } from '../cluster-host/engine';
import type { HostedCluster } from '../cluster-host/hosted-cluster';
import type { Addresses } from '../config/addresses';
import { ProblemException } from '../problems/problem-exception';
import { ADDRESSES, DOMAIN, ENGINE } from '../tokens';
import { applyManifests } from './apply';
import { clusterAnswer } from './cluster-answer';
import { afterCursor, pageOf } from './page';

/** A bound for what may happen at the moment of birth. */
const BIRTH_EVENTS = 20_000;

@Injectable()
export class ClusterDirectory {
  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(ENGINE) private readonly engine: ClusterEngine,
    @Inject(ClusterHost) private readonly host: ClusterHost,
    @Inject(ADDRESSES) private readonly addresses: Addresses,
  ) {}

  async create(principal: Principal, body: ClusterCreate): Promise<ClusterAnswer> {
    if (!this.host.writable)
      throw new ProblemException('StorageUnavailable', 'Nothing can be written to disk now.');
    const config = configOf(body);
    const core = this.born(config, body.manifests);
    const hosted = await this.host.adopt(config.id, core);
    const record: ClusterRecord = {
      id: config.id,
      owner_id: principal.id,
      name: body.name,
      seed: config.seed,
      state: 'Running',
      failure: null,
      created_at: Date.now(),
      config: JSON.stringify({ ...body, manifests: undefined }),
      host_state: JSON.stringify(hosted.state()),
    };
    await this.domain.saveCluster(record);
    return this.answer(record, hosted);
  }

  async get(principal: Principal, id: string): Promise<ClusterAnswer> {
    const record = await this.find(principal, id);
    if (record.state === 'Failed') return this.answer(record);
    return this.answer(record, await this.host.open(record));
  }

  async list(principal: Principal, query: PageQuery): Promise<Page<ClusterAnswer>> {
    const owner = principal.role === 'admin' ? null : principal.id;
    const rows = await this.domain.listClusters(owner, {
      limit: query.limit + 1,
      after: afterCursor(query.cursor),
    });
    const { items, next_cursor } = pageOf(rows, query.limit);
    return {
      items: await Promise.all(items.map((record) => this.answer(record, this.host.inMemory(record.id)))),
      next_cursor,
    };
  }

  async change(principal: Principal, id: string, change: ClusterChange): Promise<ClusterAnswer> {
    const record = await this.find(principal, id);
    if (change.name !== undefined) {
      record.name = change.name;
      await this.domain.updateCluster(id, { name: change.name });
    }
    return this.answer(record, this.host.inMemory(id));
  }

  async delete(principal: Principal, id: string): Promise<void> {
    await this.find(principal, id);
    await this.host.drop(id);
    await this.domain.deleteCluster(id);
  }

  /** The record, if the caller may know of it. */
  async find(principal: Principal, id: string): Promise<ClusterRecord> {
    const record = await this.domain.findCluster(id);
    if (!record || !mayUse(principal, record))
      throw new ProblemException('NotFound', `There is no cluster ${id}.`);
    return record;
  }

  /** The cluster itself, in memory. */
  async open(principal: Principal, id: string): Promise<HostedCluster> {
    return this.host.open(await this.find(principal, id));
  }

  private async answer(record: ClusterRecord, hosted?: HostedCluster): Promise<ClusterAnswer> {
    const owner = await this.domain.findPerson(record.owner_id);
    const ownerName = owner?.name ?? record.owner_id;
    return clusterAnswer(record, ownerName, this.addresses, hosted?.state());
  }

  /** A new cluster with its manifests applied; one that the API refuses means that there is no cluster. */
  private born(config: ClusterConfig, manifests: string | undefined): Cluster {
    try {
      const core = this.engine.create(config);
      runDue(core);
      if (manifests !== undefined) refuseUnlessApplied(core, manifests);
      return core;
    } catch (error) {
      if (error instanceof LimitExceeded) throw new ProblemException('LimitExceeded', error.message);
      throw error;
    }
  }
}

function configOf(body: ClusterCreate): ClusterConfig {
  const epoch = body.clock.epoch;
  return {
    id: randomIdentifier(),
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

/** What waits for the present moment happens: a namespace gets its service account before pods ask for it. */
function runDue(core: Cluster): void {
  core.runUntil(core.now(), BIRTH_EVENTS);
}

/** A document that leans on what an earlier one brings about is tried again when that has happened. */
function refuseUnlessApplied(core: Cluster, manifests: string): void {
  const isRefused = (document: AppliedDocument) => document.result === 'Refused';
  let documents = applyManifests(core, manifests);
  if (documents.some(isRefused)) {
    runDue(core);
    documents = applyManifests(core, manifests);
  }
  const errors = documents.filter(isRefused).map(({ index, status }) => ({
    path: `manifests[${index}]`,
    message: status?.message ?? 'refused',
  }));
  if (errors.length > 0) throw new ProblemException('ManifestsRefused', errors[0].message, errors);
}
