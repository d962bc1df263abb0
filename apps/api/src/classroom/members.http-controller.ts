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
  Req,
  Res,
} from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import {
  Member,
  MemberChange,
  MemberCreate,
  MemberCreated,
  type Page,
  PageQuery,
  pageOf,
  RosterReport,
  SignInLink,
} from '@podlab/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Caller } from '../auth/caller';
import type { Principal } from '../auth/principal';
import { Idempotency } from '../clusters/idempotency';
import { Answers, Makes } from '../documentation/answers';
import { ProblemException } from '../problems/problem-exception';
import { languageOf } from '../requests/language';
import { MemberDesk } from './member-desk';
import { rosterCsv, RosterDesk } from './roster';

@ApiTags('classes')
@Controller('api/v1/classes/:id')
export class MembersHttpController {
  constructor(
    @Inject(MemberDesk) private readonly members: MemberDesk,
    @Inject(RosterDesk) private readonly rosters: RosterDesk,
    @Inject(Idempotency) private readonly idempotency: Idempotency,
  ) {}

  @Get('members')
  @Answers('Who is in the class, newest first', 200, pageOf(Member))
  listMembers(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Query({ schema: PageQuery }) query: PageQuery,
  ): Promise<Page<Member>> {
    return this.members.list(principal, id, query);
  }

  @Post('members')
  @Makes('Makes who has the login a member, and that person if there is none', MemberCreated)
  addMember(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Headers('idempotency-key') key: string | undefined,
    @Body({ schema: MemberCreate }) body: MemberCreate,
  ): Promise<MemberCreated> {
    const named = { member: id, ...body };
    return this.idempotency.once(principal, key, named, () => this.members.add(principal, id, body));
  }

  @Patch('members/:person')
  @Answers("Changes a member's role or group", 200, Member)
  changeMember(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Param('person') person: string,
    @Body({ schema: MemberChange }) body: MemberChange,
  ): Promise<Member> {
    return this.members.change(principal, id, person, body);
  }

  @Delete('members/:person')
  @HttpCode(204)
  @Answers("Ends a membership; the tokens for the class's clusters end with it", 204)
  removeMember(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Param('person') person: string,
  ): Promise<void> {
    return this.members.remove(principal, id, person);
  }

  @Post('members/:person/links')
  @Answers('A link that lets a member in once who was made by this class', 201, SignInLink)
  createMemberLink(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Param('person') person: string,
  ): Promise<SignInLink> {
    return this.members.link(principal, id, person);
  }

  @Post('roster')
  @HttpCode(200)
  @ApiConsumes('text/csv')
  @ApiBody({ schema: { type: 'string' } })
  @Answers('Takes a CSV file (login,name,group); reports per row, as JSON or text/csv', 200, RosterReport)
  async uploadRoster(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RosterReport | string> {
    const text = request.body;
    if (typeof text !== 'string')
      throw new ProblemException('UnsupportedMediaType', 'Send a roster as text/csv.');
    const report = await this.rosters.upload(
      principal,
      id,
      text,
      languageOf(request.headers['accept-language']),
    );
    if (!/\btext\/csv\b/.test(request.headers.accept ?? '')) return report;
    void reply.header('content-type', 'text/csv; charset=utf-8');
    return rosterCsv(report);
  }
}
