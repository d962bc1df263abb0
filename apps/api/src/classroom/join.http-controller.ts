import { Body, Controller, HttpCode, Inject, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Join, Joined } from '@podlab/contracts';
import type { FastifyReply } from 'fastify';
import { CallerAddress, MaybeCaller, Public } from '../auth/caller';
import type { Principal } from '../auth/principal';
import { Answers } from '../documentation/answers';
import { InvitationDesk } from './invitation-desk';

@ApiTags('classes')
@Controller('api/v1/join')
export class JoinHttpController {
  constructor(@Inject(InvitationDesk) private readonly invitations: InvitationDesk) {}

  @Public()
  @Post()
  @HttpCode(200)
  @Answers('Joins a class; who is not signed in becomes a person, and gets the session cookie', 200, Joined)
  async joinClass(
    @MaybeCaller() principal: Principal | undefined,
    @Body({ schema: Join }) body: Join,
    @CallerAddress() address: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Joined> {
    const { joined, cookie } = await this.invitations.join(principal, body, address);
    if (cookie !== undefined) void reply.header('set-cookie', cookie);
    return joined;
  }
}
