import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/caller';
import { ClusterHost } from '../cluster-host/cluster-host';
import { Answers } from '../documentation/answers';
import { ProblemException } from '../problems/problem-exception';
import { Metrics } from './metrics';

@ApiTags('health')
@Public()
@Controller()
export class HealthHttpController {
  constructor(
    @Inject(ClusterHost) private readonly host: ClusterHost,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  @Get('healthz')
  @Answers('Alive', 200)
  getHealth(): { status: string } {
    return { status: 'ok' };
  }

  @Get('readyz')
  @Answers('Serves, writes included', 200)
  getReadiness(): { status: string } {
    if (!this.host.writable)
      throw new ProblemException('StorageUnavailable', 'Nothing can be written to disk now.');
    return { status: 'ok' };
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Answers('Prometheus text', 200)
  async getMetrics(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
