import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Put,
  Query,
  Res,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  PageQuery,
  pageOf,
  PasswordChange,
  Session,
  SessionInformation,
  SignIn,
  SignInLink,
  SignInMethods,
  TokenCreate,
  TokenCreated,
  TokenInformation,
} from '@podlab/contracts';
import type { FastifyReply } from 'fastify';
import { Answers } from '../documentation/answers';
import { Caller, CallerAddress, OpenToGrading, Public } from './caller';
import { OidcDesk } from './oidc';
import type { Principal } from './principal';
import { sessionOf, SignInDesk } from './sign-in';
import { TokenDesk } from './tokens';

@ApiTags('auth')
@Controller('api/v1/auth')
export class AuthHttpController {
  constructor(
    @Inject(SignInDesk) private readonly desk: SignInDesk,
    @Inject(TokenDesk) private readonly tokens: TokenDesk,
    @Inject(OidcDesk) private readonly oidc: OidcDesk,
  ) {}

  @Public()
  @Get('methods')
  @Answers('The ways to sign in', 200, SignInMethods)
  listSignInMethods(): SignInMethods {
    return { password: true, link: true, oidc: this.oidc.method() };
  }

  @Public()
  @Post('sign-in')
  @HttpCode(200)
  @Answers('Signs in with a one-time code, a token or a password, and sets the session cookie', 200, Session)
  async signIn(
    @Body({ schema: SignIn }) body: SignIn,
    @CallerAddress() address: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Session> {
    const { session, cookie } = await this.desk.signIn(body, address);
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

  @OpenToGrading()
  @Get('session')
  @Answers('Who is signed in', 200, Session)
  getSession(@Caller() principal: Principal): Session {
    return sessionOf(principal);
  }

  @Get('sessions')
  @Answers("The caller's sessions", 200, pageOf(SessionInformation))
  listSessions(@Caller() principal: Principal, @Query({ schema: PageQuery }) query: PageQuery) {
    return this.desk.listSessions(principal, query);
  }

  @Delete('sessions')
  @HttpCode(204)
  @Answers('Ends all sessions of the caller, and uses his sign-in links up', 204)
  endSessions(@Caller() principal: Principal): Promise<void> {
    return this.desk.endSessions(principal);
  }

  @Delete('sessions/:id')
  @HttpCode(204)
  @Answers('Ends a session', 204)
  endSession(@Caller() principal: Principal, @Param('id') id: string): Promise<void> {
    return this.desk.endSession(principal, id);
  }

  @Put('password')
  @HttpCode(204)
  @Answers("Sets the caller's password, and ends his other sessions", 204)
  setPassword(
    @Caller() principal: Principal,
    @Body({ schema: PasswordChange }) body: PasswordChange,
    @CallerAddress() address: string,
  ): Promise<void> {
    return this.desk.setPassword(principal, body, address);
  }

  @Post('links')
  @Answers('A sign-in link for the caller that works once', 201, SignInLink)
  createSignInLink(@Caller() principal: Principal): Promise<SignInLink> {
    return this.desk.link(principal.id);
  }

  @Post('tokens')
  @Answers('A bearer token of the caller', 201, TokenCreated)
  createToken(
    @Caller() principal: Principal,
    @Body({ schema: TokenCreate }) body: TokenCreate,
  ): Promise<TokenCreated> {
    return this.tokens.create(principal, body);
  }

  @Get('tokens')
  @Answers("The caller's tokens", 200, pageOf(TokenInformation))
  listTokens(@Caller() principal: Principal, @Query({ schema: PageQuery }) query: PageQuery) {
    return this.tokens.list(principal, query);
  }

  @Delete('tokens/:id')
  @HttpCode(204)
  @Answers('Ends a token', 204)
  deleteToken(@Caller() principal: Principal, @Param('id') id: string): Promise<void> {
    return this.tokens.delete(principal, id);
  }
}
