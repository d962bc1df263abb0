import {
  Body,
  Controller,
  Get,
  Headers,
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
  type Language,
  LtiDeepLink,
  LtiDeepLinkAnswer,
  LtiDeepLinkChoice,
  LtiDeepLinkQuery,
  LtiLink,
  LtiLinkChange,
  LtiRoster,
  type Page,
  pageOf,
} from '@podlab/contracts';
import type { FastifyReply } from 'fastify';
import { Caller } from '../auth/caller';
import type { Principal } from '../auth/principal';
import { contentSecurityPolicy } from '../dashboard/static-files';
import { Answers } from '../documentation/answers';
import { languageOf } from '../requests/language';
import { choosingPage, returningPage } from './choosing-page';
import { DeepLinkDesk } from './deep-link-desk';
import { FrameOrigins } from './frame-origins';
import { LinkDesk } from './link-desk';
import { LTI_PATH } from './platform-desk';
import { CourseRosterDesk } from './course-roster-desk';

/** What a browser asks for when it goes to a page, and no program does. */
const wantsPage = (accept: string | undefined): boolean => /\btext\/html\b/.test(accept ?? '');

@ApiTags('lti')
@Controller('api/v1')
export class CoursesHttpController {
  constructor(
    @Inject(DeepLinkDesk) private readonly deepLinks: DeepLinkDesk,
    @Inject(LinkDesk) private readonly links: LinkDesk,
    @Inject(CourseRosterDesk) private readonly roster: CourseRosterDesk,
    @Inject(FrameOrigins) private readonly frames: FrameOrigins,
  ) {}

  @Get('classes/:id/lti/links')
  @Answers('Links of the course to this server, and where each leads', 200, pageOf(LtiLink))
  async listLtiLinks(@Caller() principal: Principal, @Param('id') id: string): Promise<Page<LtiLink>> {
    return { items: await this.links.list(principal, id), next_cursor: null };
  }

  @Put('classes/:id/lti/links/:link')
  @Answers('A link that names no lab itself leads to this one', 200, LtiLink)
  setLtiLink(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Param('link') link: string,
    @Body({ schema: LtiLinkChange }) body: LtiLinkChange,
  ): Promise<LtiLink> {
    return this.links.change(principal, id, link, body);
  }

  @Post('classes/:id/lti/roster')
  @HttpCode(200)
  @Answers('Everybody of the course, as the platform tells it, becomes a member', 200, LtiRoster)
  takeLtiRoster(@Caller() principal: Principal, @Param('id') id: string): Promise<LtiRoster> {
    return this.roster.take(principal, id);
  }

  @Get('lti/deep-links')
  @Answers(
    'The labs among which a teacher chooses for links in his course; a page for a browser',
    200,
    LtiDeepLink,
  )
  async getLtiDeepLink(
    @Caller() principal: Principal,
    @Query({ schema: LtiDeepLinkQuery }) { request }: LtiDeepLinkQuery,
    @Headers('accept') accept: string | undefined,
    @Headers('accept-language') languages: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LtiDeepLink | string> {
    const choice = await this.deepLinks.show(principal, request);
    if (!wantsPage(accept)) return choice;
    return this.page(reply, choosingPage(choice, `${LTI_PATH}/deep-links`, languageOf(languages)));
  }

  @Post('lti/deep-links')
  @HttpCode(200)
  @Answers('What goes back to the platform; a page that sends it there for a browser', 200, LtiDeepLinkAnswer)
  async chooseLtiDeepLink(
    @Caller() principal: Principal,
    @Body({ schema: LtiDeepLinkChoice }) body: LtiDeepLinkChoice,
    @Headers('accept') accept: string | undefined,
    @Headers('accept-language') languages: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LtiDeepLinkAnswer | string> {
    const language: Language = languageOf(languages);
    const answer = await this.deepLinks.choose(principal, body, language);
    if (!wantsPage(accept)) return answer;
    return this.page(reply, returningPage(answer, language), new URL(answer.return_url).origin);
  }

  private page(reply: FastifyReply, html: string, formsTo?: string): string {
    const framedBy = this.frames.origins;
    if (framedBy.length > 0) reply.raw.removeHeader('x-frame-options');
    void reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', contentSecurityPolicy(html, { formsTo, framedBy }));
    return html;
  }
}
