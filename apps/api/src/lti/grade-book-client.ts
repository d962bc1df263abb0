/** A platform's grade book. Models LTI Assignment and Grade Services 2.0 (1EdTech), 3.2 line items and 3.4 scores. */
import { Inject, Injectable } from '@nestjs/common';
import type { LtiGradeRecord, LtiPlatformRecord } from '@podlab/persistence';
import { z } from 'zod';
import { randomText } from '../auth/secrets';
import { ToolKey } from './tool-key';

const SCOPE = 'https://purl.imsglobal.org/spec/lti-ags/scope';
const LINE_ITEM_TYPE = 'application/vnd.ims.lis.v2.lineitem+json';
const SCORE_TYPE = 'application/vnd.ims.lis.v1.score+json';
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const TIMEOUT_MS = 15_000;

const Token = z.object({ access_token: z.string().min(1) });
const LineItem = z.object({ id: z.url({ protocol: /^https?$/ }) });

/** The platform did not take it; it is tried again. */
export class NotTaken extends Error {
  override readonly name = 'NotTaken';
}

@Injectable()
export class GradeBookClient {
  constructor(@Inject(ToolKey) private readonly key: ToolKey) {}

  /** Sends a score; the answer is the column that it stands in. Throws NotTaken. */
  async send(platform: LtiPlatformRecord, grade: LtiGradeRecord): Promise<string> {
    const token = await this.token(platform);
    const lineItem = grade.line_item ?? (await this.makeLineItem(token, grade));
    const body = {
      userId: grade.subject,
      scoreGiven: grade.score,
      scoreMaximum: grade.max,
      timestamp: new Date(grade.scored_at ?? 0).toISOString(),
      activityProgress: grade.score === grade.max ? 'Completed' : 'InProgress',
      gradingProgress: 'FullyGraded',
    };
    await this.post(scoresOf(lineItem), body, SCORE_TYPE, token);
    return lineItem;
  }

  /** By a signed assertion and no shared secret: 1EdTech Security Framework 4.1. */
  private async token({ client_id, token_url }: LtiPlatformRecord): Promise<string> {
    const claims = { iss: client_id, sub: client_id, aud: token_url, jti: randomText() };
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: await this.key.sign(claims),
      scope: `${SCOPE}/lineitem ${SCOPE}/score`,
    });
    const type = 'application/x-www-form-urlencoded';
    return understood(Token, await this.post(token_url, form.toString(), type)).access_token;
  }

  private async makeLineItem(token: string, grade: LtiGradeRecord): Promise<string> {
    if (grade.line_items === null) throw new NotTaken('the platform named no column for this link');
    const body = {
      label: grade.lab,
      scoreMaximum: grade.max,
      resourceId: grade.lab,
      resourceLinkId: grade.resource_link_id,
    };
    return understood(LineItem, await this.post(grade.line_items, body, LINE_ITEM_TYPE, token)).id;
  }

  private async post(url: string, body: object | string, type: string, token?: string): Promise<string> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': type, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: Error) => {
      throw new NotTaken(`${new URL(url).host} does not answer: ${error.message}`);
    });
    const text = await response.text();
    if (!response.ok) throw new NotTaken(`${new URL(url).host} answers ${response.status}`);
    return text;
  }
}

function understood<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new NotTaken('the platform answers what is not understood');
  }
}

/** The path has `/scores` at its end, and the query stays behind it. */
export function scoresOf(lineItem: string): string {
  const url = new URL(lineItem);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/scores`;
  return url.href;
}
