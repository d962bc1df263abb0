import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { LtiGrade, LtiPlatform, LtiPlatformCreate, type Page, pageOf } from '@podlab/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JWK } from 'jose';
import { z } from 'zod';
import { Caller, OpenToForeignPages, Public } from '../auth/caller';
import type { Principal } from '../auth/principal';
import { Answers } from '../documentation/answers';
import { LaunchDesk, type Redirection } from './launch-desk';
import { Passback } from './passback';
import { PlatformDesk } from './platform-desk';
import { ToolKey } from './tool-key';

const Word = z.string().min(1).max(4000);
/** Platforms may add what they like. */
const LoginRequest = z.looseObject({
  iss: Word,
  login_hint: Word,
  target_link_uri: Word,
  lti_message_hint: Word.optional(),
  client_id: Word.optional(),
  lti_deployment_id: Word.optional(),
});
type LoginRequest = z.infer<typeof LoginRequest>;

const TOKEN_CHARACTERS = 100_000;
const LaunchForm = z.looseObject({
  id_token: z.string().min(1).max(TOKEN_CHARACTERS),
  state: Word,
});
type LaunchForm = z.infer<typeof LaunchForm>;

@ApiTags('lti')
@Controller('api/v1')
export class LtiHttpController {
  constructor(
    @Inject(LaunchDesk) private readonly launches: LaunchDesk,
    @Inject(PlatformDesk) private readonly platforms: PlatformDesk,
    @Inject(Passback) private readonly passback: Passback,
    @Inject(ToolKey) private readonly key: ToolKey,
  ) {}

  @Public()
  @Get('lti/jwks')
  @Answers('The public key by which platforms know this tool', 200)
  getLtiKeys(): Promise<{ keys: JWK[] }> {
    return this.key.published();
  }

  @Public()
  @Get('lti/login')
  @Answers('A platform begins a launch (LTI 1.3)', 302)
  async beginLtiLogin(@Query({ schema: LoginRequest }) request: LoginRequest, @Res() reply: FastifyReply) {
    redirect(reply, await this.launches.login(request));
  }

  @Public()
  @OpenToForeignPages()
  @Post('lti/login')
  @Answers('A platform begins a launch (LTI 1.3), by a form', 302)
  async beginLtiLoginByForm(
    @Body({ schema: LoginRequest }) request: LoginRequest,
    @Res() reply: FastifyReply,
  ) {
    redirect(reply, await this.launches.login(request));
  }

  @Public()
  @OpenToForeignPages()
  @Post('lti/launch')
  @Answers('The launch: begins a session, and leads to the lab', 303)
  async launchLti(
    @Body({ schema: LaunchForm }) { id_token: token, state }: LaunchForm,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    redirect(reply, await this.launches.launch(token, state, request.headers.cookie), 303);
  }

  @Get('lti/platforms')
  @Answers('Learning platforms that may launch', 200, pageOf(LtiPlatform))
  listLtiPlatforms(@Caller() principal: Principal): Promise<Page<LtiPlatform>> {
    return this.platforms.list(principal);
  }

  @Post('lti/platforms')
  @Answers('Registers a deployment of this tool in a learning platform', 201, LtiPlatform)
  createLtiPlatform(
    @Caller() principal: Principal,
    @Body({ schema: LtiPlatformCreate }) body: LtiPlatformCreate,
  ): Promise<LtiPlatform> {
    return this.platforms.create(principal, body);
  }

  @Delete('lti/platforms/:platform')
  @HttpCode(204)
  @Answers('It launches no more, and gets no more scores; classes and people stay', 204)
  deleteLtiPlatform(@Caller() principal: Principal, @Param('platform') platform: string): Promise<void> {
    return this.platforms.remove(principal, platform);
  }

  @Get('classes/:id/lti/grades')
  @Answers('Scores of the class on their way to its learning platform', 200, pageOf(LtiGrade))
  async listLtiGrades(@Caller() principal: Principal, @Param('id') id: string): Promise<Page<LtiGrade>> {
    return { items: await this.passback.list(principal, id), next_cursor: null };
  }

  @Post('classes/:id/lti/grades')
  @HttpCode(202)
  @Answers('Sends all scores of the class once more', 202, pageOf(LtiGrade))
  async sendLtiGrades(@Caller() principal: Principal, @Param('id') id: string): Promise<Page<LtiGrade>> {
    return { items: await this.passback.sendAll(principal, id), next_cursor: null };
  }
}

function redirect(reply: FastifyReply, { url, cookies }: Redirection, status = 302): void {
  void reply.header('set-cookie', cookies).redirect(url, status);
}
