import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  Clock,
  ClockAdvance,
  ClockChange,
  ClockMoved,
  ClockSettle,
  CloudSettings,
  CONTRACT_LIMITS,
} from '@podlab/contracts';
import { lookAt } from '@podlab/grading';
import { LimitExceeded } from '@podlab/kernel';
import { Caller } from '../auth/caller';
import type { Principal } from '../auth/principal';
import { ClusterHost } from '../cluster-host/cluster-host';
import { Answers } from '../documentation/answers';
import { ClusterDirectory } from './cluster-directory';

const LOOK_MS = CONTRACT_LIMITS.settleLookMilliseconds;

@ApiTags('clock and cloud')
@Controller('api/v1/clusters/:id')
export class ClockHttpController {
  constructor(
    @Inject(ClusterDirectory) private readonly directory: ClusterDirectory,
    @Inject(ClusterHost) private readonly host: ClusterHost,
  ) {}

  @Get('clock')
  @Answers('Virtual time', 200, Clock)
  async getClock(@Caller() principal: Principal, @Param('id') id: string): Promise<Clock> {
    const hosted = await this.directory.open(principal, id, 'see');
    return hosted.ask(() => hosted.clock());
  }

  @Put('clock')
  @Answers('Lets virtual time follow the wall, stops it, or changes its speed', 200, Clock)
  async setClock(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: ClockChange }) body: ClockChange,
  ): Promise<Clock> {
    const hosted = await this.directory.open(principal, id);
    await hosted.setClock(body);
    await this.host.remember(hosted);
    return hosted.ask(() => hosted.clock());
  }

  @Post('clock/step')
  @HttpCode(200)
  @Answers('Handles one event', 200, ClockMoved)
  async stepClock(@Caller() principal: Principal, @Param('id') id: string): Promise<ClockMoved> {
    return (await this.directory.open(principal, id)).step();
  }

  @Post('clock/advance')
  @HttpCode(200)
  @Answers('Moves virtual time on', 200, ClockMoved)
  async advanceClock(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: ClockAdvance }) body: ClockAdvance,
  ): Promise<ClockMoved> {
    return (await this.directory.open(principal, id)).advance(body.ms);
  }

  @Post('clock/settle')
  @HttpCode(200)
  @Answers('Moves virtual time on until only periodic events are left, or conditions hold', 200, ClockMoved)
  async settleClock(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: ClockSettle }) body: ClockSettle,
  ): Promise<ClockMoved> {
    const { timeout_ms, until } = body;
    const hosted = await this.directory.open(principal, id);
    if (!until) return hosted.settle(timeout_ms);
    const looking = { namespace: 'default', values: {} };
    return hosted.settleUntil(timeout_ms, (cluster) => {
      const end = performance.now() + LOOK_MS;
      return until.every((condition) => {
        const holds = lookAt(condition, { ...looking, cluster }).state === 'passed';
        // Everybody waits while it is looked at.
        if (performance.now() > end) throw new LimitExceeded('settleLookMilliseconds', LOOK_MS);
        return holds;
      });
    });
  }

  @Get('cloud')
  @Answers("The cloud provider's switch", 200, CloudSettings)
  async getCloud(@Caller() principal: Principal, @Param('id') id: string): Promise<CloudSettings> {
    return (await this.directory.open(principal, id, 'see')).ask((core) => core.cloud());
  }

  @Put('cloud')
  @Answers("Turns the cloud provider's switch", 200, CloudSettings)
  async setCloud(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: CloudSettings }) settings: CloudSettings,
  ): Promise<CloudSettings> {
    const hosted = await this.directory.open(principal, id);
    return hosted.change((core) => {
      core.perform({ kind: 'Cloud', settings });
      return core.cloud();
    });
  }
}
