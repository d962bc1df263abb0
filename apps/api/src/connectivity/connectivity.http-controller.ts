import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ConnectivityAnswer, ConnectivityRequest } from '@podlab/contracts';
import { Caller } from '../auth/caller';
import type { Principal } from '../auth/principal';
import { ClusterDirectory } from '../clusters/cluster-directory';
import { Answers } from '../documentation/answers';

@ApiTags('requests')
@Controller('api/v1/clusters/:id/connectivity')
export class ConnectivityHttpController {
  constructor(@Inject(ClusterDirectory) private readonly directory: ClusterDirectory) {}

  @Post()
  @HttpCode(200)
  @Answers(
    'Tries every way from the senders to the targets: a matrix of dispositions',
    200,
    ConnectivityAnswer,
  )
  async tryConnectivity(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: ConnectivityRequest }) body: ConnectivityRequest,
  ): Promise<ConnectivityAnswer> {
    const requests = body.from.length * body.to.length;
    const hosted = await this.directory.openToSend(principal, id, requests);
    return hosted.change((core) => core.connectivity(body));
  }
}
