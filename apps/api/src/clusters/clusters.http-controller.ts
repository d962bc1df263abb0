import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  Cluster,
  ClusterChange,
  ClusterCreate,
  ClustersQuery,
  type Page,
  pageOf,
  QuotaUse,
} from '@podlab/contracts';
import type { FastifyReply } from 'fastify';
import { Caller } from '../auth/caller';
import type { Principal } from '../auth/principal';
import { TokenDesk } from '../auth/tokens';
import type { Addresses } from '../config/addresses';
import { Answers, AnswersText, Makes } from '../documentation/answers';
import { ADDRESSES } from '../tokens';
import { ClusterDirectory } from './cluster-directory';
import { Idempotency } from './idempotency';
import { kubeconfigText } from './kubeconfig';

@ApiTags('clusters')
@Controller('api/v1/clusters')
export class ClustersHttpController {
  constructor(
    @Inject(ClusterDirectory) private readonly directory: ClusterDirectory,
    @Inject(Idempotency) private readonly idempotency: Idempotency,
    @Inject(TokenDesk) private readonly tokens: TokenDesk,
    @Inject(ADDRESSES) private readonly addresses: Addresses,
  ) {}

  @Post()
  @Makes('Creates a cluster', Cluster)
  createCluster(
    @Caller() principal: Principal,
    @Headers('idempotency-key') key: string | undefined,
    @Body({ schema: ClusterCreate }) body: ClusterCreate,
  ): Promise<Cluster> {
    return this.idempotency.once(principal, key, body, () => this.directory.create(principal, body));
  }

  @Get()
  @Answers("The caller's clusters, newest first; or those of a class, or of others", 200, pageOf(Cluster))
  listClusters(
    @Caller() principal: Principal,
    @Query({ schema: ClustersQuery }) query: ClustersQuery,
  ): Promise<Page<Cluster>> {
    return this.directory.list(principal, query);
  }

  @Get(':id')
  @Answers('One cluster', 200, Cluster)
  getCluster(@Caller() principal: Principal, @Param('id') id: string): Promise<Cluster> {
    return this.directory.get(principal, id);
  }

  @Patch(':id')
  @Answers('Renames a cluster', 200, Cluster)
  changeCluster(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: ClusterChange }) body: ClusterChange,
  ): Promise<Cluster> {
    return this.directory.change(principal, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @Answers('Deletes a cluster with its history', 204)
  deleteCluster(@Caller() principal: Principal, @Param('id') id: string): Promise<void> {
    return this.directory.delete(principal, id);
  }

  @Get(':id/quotas')
  @Answers('What bounds a cluster of a class, and how much of it is used', 200, QuotaUse)
  getClusterQuotas(@Caller() principal: Principal, @Param('id') id: string): Promise<QuotaUse> {
    return this.directory.quotas(principal, id);
  }

  @Get(':id/kubeconfig')
  @AnswersText("A kubeconfig with a token of the caller's own rights", 'application/yaml')
  async getKubeconfig(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const record = await this.directory.find(principal, id, 'see');
    const { token } = await this.tokens.forKubeconfig(principal, id);
    void reply
      .header('content-type', 'application/yaml; charset=utf-8')
      .header('content-disposition', 'attachment; filename="kubeconfig"');
    const server = `${this.addresses.kubeUrl}/clusters/${id}`;
    return kubeconfigText({
      name: record.id,
      user: principal.login ?? principal.id,
      server,
      caPem: this.addresses.authorityPem,
      token,
    });
  }
}
