import { Body, Controller, Delete, Get, Headers, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  Cluster,
  ForkRequest,
  type Page,
  pageOf,
  RestoreRequest,
  Snapshot,
  SnapshotCreate,
} from '@podlab/contracts';
import { Caller } from '../auth/caller';
import type { Principal } from '../auth/principal';
import { Answers, Makes } from '../documentation/answers';
import { Idempotency } from './idempotency';
import { SnapshotDesk } from './snapshot-desk';

@ApiTags('moments')
@Controller('api/v1/clusters/:id')
export class SnapshotsHttpController {
  constructor(
    @Inject(SnapshotDesk) private readonly desk: SnapshotDesk,
    @Inject(Idempotency) private readonly idempotency: Idempotency,
  ) {}

  @Post('snapshots')
  @Makes('Keeps the present moment', Snapshot)
  createSnapshot(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Headers('idempotency-key') key: string | undefined,
    @Body({ schema: SnapshotCreate }) body: SnapshotCreate,
  ): Promise<Snapshot> {
    const named = { snapshot: id, ...body };
    return this.idempotency.once(principal, key, named, () => this.desk.create(principal, id, body));
  }

  @Get('snapshots')
  @Answers('The kept moments, newest first', 200, pageOf(Snapshot))
  async listSnapshots(@Caller() principal: Principal, @Param('id') id: string): Promise<Page<Snapshot>> {
    return { items: await this.desk.list(principal, id), next_cursor: null };
  }

  @Delete('snapshots/:snapshot')
  @HttpCode(204)
  @Answers('Keeps it no longer', 204)
  deleteSnapshot(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Param('snapshot') snapshot: string,
  ): Promise<void> {
    return this.desk.delete(principal, id, snapshot);
  }

  @Post('restore')
  @HttpCode(200)
  @Answers('Goes back to a moment; what differs is written as new revisions', 200, Cluster)
  restoreCluster(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: RestoreRequest }) body: RestoreRequest,
  ): Promise<Cluster> {
    return this.desk.restore(principal, id, body);
  }

  @Post('reset')
  @HttpCode(200)
  @Answers('Goes back to the beginning', 200, Cluster)
  resetCluster(@Caller() principal: Principal, @Param('id') id: string): Promise<Cluster> {
    return this.desk.reset(principal, id);
  }

  @Post('fork')
  @Makes('Another cluster that begins at a moment of this one', Cluster)
  forkCluster(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Headers('idempotency-key') key: string | undefined,
    @Body({ schema: ForkRequest }) body: ForkRequest,
  ): Promise<Cluster> {
    const named = { fork: id, ...body };
    return this.idempotency.once(principal, key, named, () => this.desk.fork(principal, id, body));
  }
}
