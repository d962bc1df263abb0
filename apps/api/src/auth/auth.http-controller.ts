import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  PageQuery,
  pageOf,
  Session,
  SignIn,
  SignInLink,
  TokenCreate,
  TokenCreated,
  TokenInformation,
} from '@podlab/contracts';
import type { FastifyReply } from 'fastify';
import { Answers } from '../documentation/answers';
import { Caller, Public } from './caller';
import type { Principal } from './principal';
import { sessionOf, SignInDesk } from './sign-in';

@ApiTags('auth')
@Controller('api/v1/auth')
export class AuthHttpController {
  constructor(@Inject(SignInDesk) private readonly desk: SignInDesk) {}

  @Public()
  @Post('sign-in')
  @HttpCode(200)
  @Answers('Signs in with a one-time code or a token, and sets the session cookie', 200, Session)
  async signIn(
    @Body({ schema: SignIn }) body: SignIn,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Session> {
    const { session, cookie } = await this.desk.signIn(body);
    void reply.header('set-cookie', cookie);
    return session;
  }

  @Post('sign-out')
  @HttpCode(204)
  @Answers('Ends the session', 204)
  async signOut(
    @Caller() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    void reply.header('set-cookie', await this.desk.signOut(principal));
  }

  @Get('session')
  @Answers('Who is signed in', 200, Session)
  session(@Caller() principal: Principal): Session {
    return sessionOf(principal);
  }

  @Post('links')
  @Answers('A sign-in link for the caller that works once', 201, SignInLink)
  link(@Caller() principal: Principal): Promise<SignInLink> {
    return this.desk.link(principal.id);
  }

  @Post('tokens')
  @Answers('A bearer token of the caller', 201, TokenCreated)
  createToken(
    @Caller() principal: Principal,
    @Body({ schema: TokenCreate }) body: TokenCreate,
  ): Promise<TokenCreated> {
    return this.desk.createToken(principal, body);
  }

  @Get('tokens')
  @Answers("The caller's tokens", 200, pageOf(TokenInformation))
  listTokens(@Caller() principal: Principal, @Query({ schema: PageQuery }) query: PageQuery) {
    return this.desk.listTokens(principal, query);
  }

  @Delete('tokens/:id')
  @HttpCode(204)
  @Answers('Ends a token', 204)
  deleteToken(@Caller() principal: Principal, @Param('id') id: string): Promise<void> {
    return this.desk.deleteToken(principal, id);
  }
}
