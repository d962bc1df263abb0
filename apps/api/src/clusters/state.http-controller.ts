import { Controller, Get, Headers, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import {
  ApplyAnswer,
  CONTRACT_LIMITS,
  History,
  HistoryQuery,
  KubernetesObject,
  type HistoryEntry,
  NodeRules,
  ExportQuery,
  NodeRulesQuery,
  NodeTable,
  NodeTableName,
  PastObjects,
  ResourceVersion,
} from '@podlab/contracts';
import { applyManifests, readManifests } from '@podlab/cluster';
import { rfc3339Micro } from '@podlab/kernel';
import type { RevisionLog } from '@podlab/persistence';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Caller } from '../auth/caller';
import type { Principal } from '../auth/principal';
import type { LogEntry } from '../cluster-host/core';
import { withoutManagers } from '../cluster-host/objects';
import { Recall } from '../cluster-host/recall';
import { Answers, AnswersText } from '../documentation/answers';
import { kubeUser } from '../kube-api/kube-user';
import { ProblemException } from '../problems/problem-exception';
import { parsed } from '../problems/validation';
import { REVISION_LOG } from '../tokens';
import { runDue } from './birth';
import { ClusterDirectory } from './cluster-directory';
import { exportText } from './export';

@ApiTags('state')
@Controller('api/v1/clusters/:id')
export class StateHttpController {
  constructor(
    @Inject(ClusterDirectory) private readonly directory: ClusterDirectory,
    @Inject(REVISION_LOG) private readonly log: RevisionLog<LogEntry>,
    @Inject(Recall) private readonly recall: Recall,
  ) {}

  @Get('nodes/:node/rules')
  @Answers('What kube-proxy writes on a node in either mode, to compare them side by side', 200, NodeRules)
  async getNodeRules(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Param('node') node: string,
    @Query({ schema: NodeRulesQuery }) { mode }: NodeRulesQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | NodeRules> {
    const hosted = await this.directory.open(principal, id, 'see');
    return hosted.ask((core): string | NodeRules => {
      if (!core.nodes().some(({ name }) => name === node)) {
        throw new ProblemException('NotFound', `This cluster has no node ${node}.`);
      }
      const text = core.nodeRulesText(node, mode);
      if (/\bapplication\/json\b/.test(accept ?? '')) {
        const resourceVersion = String(core.resourceVersion());
        return { node, mode, cluster_mode: core.proxyMode(), resourceVersion, text };
      }
      void reply.header('content-type', 'text/plain; charset=utf-8');
      return text;
    });
  }

  @Get('nodes/:node/:table')
  @Answers('A table of a node as the Linux tool prints it, or as data', 200, NodeTable)
  async getNodeTable(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Param('node') node: string,
    @Param('table') tableName: string,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | NodeTable> {
    const table = NodeTableName.safeParse(tableName).data;
    if (!table) throw new ProblemException('NotFound', `A node has no table ${tableName}.`);
    const asData = /\bapplication\/json\b/.test(accept ?? '');
    const hosted = await this.directory.open(principal, id, 'see');
    return hosted.ask((core): string | NodeTable => {
      if (!core.nodes().some(({ name }) => name === node)) {
        throw new ProblemException('NotFound', `This cluster has no node ${node}.`);
      }
      if (!asData) {
        void reply.header('content-type', 'text/plain; charset=utf-8');
        return core.nodeTableText(node, table);
      }
      const rows = core.nodeTableRows(node, table);
      return { node, table, resourceVersion: String(core.resourceVersion()), rows };
    });
  }

  @Get('export')
  @AnswersText('The objects of the user as YAML that a real cluster accepts', 'application/yaml')
  async exportCluster(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Query({ schema: ExportQuery }) _: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const hosted = await this.directory.open(principal, id, 'see');
    void reply.header('content-type', 'application/yaml; charset=utf-8');
    return hosted.ask((core) => exportText(core));
  }

  @Post('apply')
  @HttpCode(200)
  @ApiConsumes('application/yaml')
  @ApiBody({ schema: { type: 'string' } })
  @Answers('Applies YAML and reports per document', 200, ApplyAnswer)
  async applyManifests(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<ApplyAnswer> {
    const manifests = readManifests(yamlOf(request.body));
    const hosted = await this.directory.open(principal, id);
    // A paused cluster has no time that could pass between two documents.
    const isLive = hosted.clock().mode === 'live';
    return hosted.change((core) => {
      const between = isLive ? () => runDue(core) : undefined;
      const documents = applyManifests(core, manifests, { user: kubeUser(principal), between });
      return { documents, resourceVersion: String(core.resourceVersion()) };
    });
  }

  @Get('history')
  @Answers('Revisions and inputs, both ends included', 200, History)
  async getHistory(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Query({ schema: HistoryQuery }) query: HistoryQuery,
  ): Promise<History> {
    const hosted = await this.directory.open(principal, id, 'see');
    const oldest = (await this.log.oldestCheckpoint(id)) ?? 0;
    const from = query.from === undefined ? oldest + 1 : Number(query.from);
    if (from <= oldest && query.from !== undefined && from !== 0) throw compacted(query.from, oldest);
    const to = Math.min(Number(query.to ?? hosted.resourceVersion), hosted.resourceVersion);
    await hosted.durable();
    const items: HistoryEntry[] = [];
    for await (const entry of this.log.read(id, from, to)) {
      if (items.length === CONTRACT_LIMITS.pageItems) return { items, next_from: String(entry.rv) };
      items.push(historyEntry(entry));
    }
    return { items, next_from: null };
  }

  @Get('history/:resourceVersion/objects')
  @Answers('All objects as they were', 200, PastObjects)
  async getPastObjects(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Param('resourceVersion') text: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Uint8Array> {
    const hosted = await this.directory.open(principal, id, 'see');
    const resourceVersion = parsed(ResourceVersion, text);
    if (Number(resourceVersion) > hosted.resourceVersion) {
      throw new ProblemException(
        'NotFound',
        `This cluster has not come to resourceVersion ${resourceVersion} yet.`,
      );
    }
    await hosted.durable();
    const past = await this.recall.objects({
      caller: principal.id,
      cluster: id,
      resourceVersion: Number(resourceVersion),
      isGone: () => reply.raw.destroyed,
    });
    if (!past) throw compacted(resourceVersion, (await this.log.oldestCheckpoint(id)) ?? 0);
    void reply.header('content-type', 'application/json; charset=utf-8');
    return past;
  }
}

function compacted(asked: string, oldest: number): ProblemException {
  return new ProblemException(
    'Gone',
    `resourceVersion ${asked} was compacted; the oldest kept is ${oldest}.`,
  );
}

function yamlOf(body: unknown): string {
  if (typeof body === 'string' && body.trim() !== '') return body;
  if (typeof body === 'object' && body !== null) return JSON.stringify(body);
  throw new ProblemException('UnsupportedMediaType', 'Send YAML (or JSON) text as application/yaml.');
}

function historyEntry(entry: LogEntry): HistoryEntry {
  const about = { resourceVersion: String(entry.rv), at: rfc3339Micro(entry.at) };
  if (entry.kind === 'input') return { kind: 'input', ...about, input: { ...entry.input } };
  if (entry.kind === 'fault') return { kind: 'fault', ...about, fault: entry.fault };
  const { type, resource } = entry;
  const object = withoutManagers(entry.object as KubernetesObject);
  return { kind: 'revision', ...about, type, resource, object };
}
