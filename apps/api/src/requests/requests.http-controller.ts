import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Page, PageQuery, pageOf, Request, RequestAnswer, SendRequest } from '@podlab/contracts';
import { translateAnswer, translateRequest } from '@podlab/traceflow';
import { Caller } from '../auth/caller';
import type { Principal } from '../auth/principal';
import { ClusterDirectory } from '../clusters/cluster-directory';
import { Answers } from '../documentation/answers';
import { languageOf } from './language';
import { RequestDesk } from './request-desk';
@ApiTags('requests')
@Controller('api/v1/clusters/:id/requests')
export class RequestsHttpController {
  constructor(
    @Inject(ClusterDirectory) private readonly directory: ClusterDirectory,
    @Inject(RequestDesk) private readonly desk: RequestDesk,
  ) {}

  @Post()
  @HttpCode(200)
  @Answers('Issues a request in the simulated network', 200, RequestAnswer)
  async sendRequests(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: SendRequest }) body: SendRequest,
    @Headers('accept-language') languages: string | undefined,
  ): Promise<RequestAnswer> {
    const hosted = await this.directory.openToSend(principal, id, body.count);
    const answer = await this.desk.send(hosted, body, principal.id);
    return translateAnswer(answer, languageOf(languages));
  }

  @Get()
  @Answers('Past requests, newest first, without their traces', 200, pageOf(Request))
  async listRequests(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Query({ schema: PageQuery }) query: PageQuery,
    @Headers('accept-language') languages: string | undefined,
  ): Promise<Page<Request>> {
    await this.directory.find(principal, id, 'see');
    const page = await this.desk.list(id, query);
    return { ...page, items: page.items.map((item) => translateRequest(item, languageOf(languages))) };
  }

  @Get(':request')
  @Answers('One request with its trace', 200, Request)
  async getRequest(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Param('request') request: string,
    @Headers('accept-language') languages: string | undefined,
  ): Promise<Request> {
    await this.directory.find(principal, id, 'see');
    return translateRequest(await this.desk.get(principal.id, id, request), languageOf(languages));
  }
}
