import { Body, Controller, Headers, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ExecAnswer, ExecRequest } from '@podlab/contracts';
import { translateRequest } from '@podlab/traceflow';
import { Caller } from '../auth/caller';
import type { Principal } from '../auth/principal';
import { ClusterDirectory } from '../clusters/cluster-directory';
import { Answers } from '../documentation/answers';
import { languageOf } from '../requests/language';
import { ExecDesk } from './exec-desk';
import type { FastifyReply } from 'fastify';

@ApiTags('exec')
@Controller('api/v1/clusters/:id/exec')
export class ExecHttpController {
  constructor(
    @Inject(ClusterDirectory) private readonly directory: ClusterDirectory,
    @Inject(ExecDesk) private readonly desk: ExecDesk,
  ) {}

  @Post()
  @HttpCode(200)
  @Answers('Runs a command in a simulated pod or node', 200, ExecAnswer)
  async runCommand(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: ExecRequest }) body: ExecRequest,
    @Headers('accept-language') languages: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExecAnswer> {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const hosted = await this.directory.openToSend(principal, id, 1);
    const answer = await this.desk.run(hosted, body, principal.id, gone.signal);
    const language = languageOf(languages);
    return { ...answer, requests: answer.requests.map((request) => translateRequest(request, language)) };
  }
}
