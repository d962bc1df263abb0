import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers } from '../documentation/answers';
import { MaybeCaller, Public } from './caller';
import { cookieValue, OIDC_COOKIE } from './cookies';
import { OidcDesk, type Redirection } from './oidc';
import type { Principal } from './principal';

@ApiTags('auth')
@Controller('api/v1/auth/oidc')
export class OidcHttpController {
  constructor(@Inject(OidcDesk) private readonly desk: OidcDesk) {}

  @Public()
  @Get('start')
  @ApiQuery({ name: 'return_to', required: false })
  @Answers("To the provider's page; who is signed in links the identity to himself", 302)
  async beginOidc(
    @MaybeCaller() principal: Principal | undefined,
    @Query('return_to') returnTo: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    redirect(reply, await this.desk.start(typeof returnTo === 'string' ? returnTo : undefined, principal));
  }

  @Public()
  @Get('callback')
  @Answers('Back from the provider: begins a session', 302)
  async finishOidc(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const query = /\?.*$/s.exec(request.url)?.[0] ?? '';
    redirect(reply, await this.desk.callback(query, cookieValue(request.headers.cookie, OIDC_COOKIE)));
  }
}

function redirect(reply: FastifyReply, { url, cookies }: Redirection): void {
  void reply.header('set-cookie', cookies).redirect(url, 302);
}
