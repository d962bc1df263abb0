import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Fault, FaultCreate, type Page, PageQuery, pageOf } from '@podlab/contracts';
import { Caller } from '../auth/caller';
import type { Principal } from '../auth/principal';
import type { Cluster } from '../cluster-host/core';
import { ClusterDirectory } from '../clusters/cluster-directory';
import { afterCursor, pageOf as pageOfRows } from '../clusters/page';
import { Answers } from '../documentation/answers';
import { ProblemException } from '../problems/problem-exception';

@ApiTags('faults')
@Controller('api/v1/clusters/:id/faults')
export class FaultsHttpController {
  constructor(@Inject(ClusterDirectory) private readonly directory: ClusterDirectory) {}

  @Post()
  @HttpCode(201)
  @Answers('Breaks something on purpose, for a virtual duration or until the fault is deleted', 201, Fault)
  async createFault(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: FaultCreate }) body: FaultCreate,
  ): Promise<Fault> {
    return (await this.directory.open(principal, id)).change((core) => core.inject(body));
  }

  @Get()
  @Answers('Active faults and the newest that ended, newest first', 200, pageOf(Fault))
  async listFaults(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Query({ schema: PageQuery }) { limit, cursor }: PageQuery,
  ): Promise<Page<Fault>> {
    const after = afterCursor(cursor);
    const all = await (await this.directory.open(principal, id, 'see')).ask((core) => core.faults());
    const rows = all
      .map((fault) => ({ fault, id: fault.id, created_at: numberOf(fault.id) }))
      .filter(({ created_at }) => after === undefined || created_at < after.created_at)
      .sort((one, other) => other.created_at - one.created_at);
    const { items, next_cursor } = pageOfRows(rows, limit);
    return { items: items.map(({ fault }) => fault), next_cursor };
  }

  @Get(':fault')
  @Answers('One fault', 200, Fault)
  async getFault(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Param('fault') fault: string,
  ): Promise<Fault> {
    return (await this.directory.open(principal, id, 'see')).ask((core) => known(core, fault));
  }

  @Delete(':fault')
  @Answers('Mends it; one that has ended stays as it is', 200, Fault)
  async deleteFault(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Param('fault') fault: string,
  ): Promise<Fault> {
    return (await this.directory.open(principal, id)).change((core) => {
      const found = known(core, fault);
      return found.state === 'Active' ? core.heal(fault) : found;
    });
  }
}

/** Faults are numbered in the order they began. */
const numberOf = (id: string) => Number(id.slice(1));

function known(core: Cluster, id: string): Fault {
  const fault = core.faults().find((each) => each.id === id);
  if (!fault) throw new ProblemException('NotFound', `This cluster knows no fault ${id}.`);
  return fault;
}
