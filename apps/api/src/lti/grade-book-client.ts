/** A platform's grade book. Models LTI Assignment and Grade Services 2.0 (1EdTech), 3.2 line items and 3.4 scores. */
import { Inject, Injectable } from '@nestjs/common';
import type { LtiGradeRecord, LtiPlatformRecord } from '@podlab/persistence';
import { z } from 'zod';
import { NotTaken, ServiceClient, understood } from './service-client';

const SCOPE = 'https://purl.imsglobal.org/spec/lti-ags/scope';
const LINE_ITEM_TYPE = 'application/vnd.ims.lis.v2.lineitem+json';
const SCORE_TYPE = 'application/vnd.ims.lis.v1.score+json';

const LineItem = z.object({ id: z.url({ protocol: /^https?$/ }) });

@Injectable()
export class GradeBookClient {
  constructor(@Inject(ServiceClient) private readonly services: ServiceClient) {}

  /** Sends a score; the answer is the column that it stands in. Throws NotTaken. */
  async send(platform: LtiPlatformRecord, grade: LtiGradeRecord): Promise<string> {
    const token = await this.services.token(platform, [`${SCOPE}/lineitem`, `${SCOPE}/score`]);
    const lineItem = grade.line_item ?? (await this.makeLineItem(token, grade));
    const body = {
      userId: grade.subject,
      scoreGiven: grade.score,
      scoreMaximum: grade.max,
      timestamp: new Date(grade.scored_at ?? 0).toISOString(),
      activityProgress: grade.score === grade.max ? 'Completed' : 'InProgress',
      gradingProgress: 'FullyGraded',
    };
    await this.services.post(scoresOf(lineItem), body, SCORE_TYPE, token);
    return lineItem;
  }

  private async makeLineItem(token: string, grade: LtiGradeRecord): Promise<string> {
    if (grade.line_items === null) throw new NotTaken('the platform named no column for this link');
    const body = {
      label: grade.lab,
      scoreMaximum: grade.max,
      resourceId: grade.lab,
      resourceLinkId: grade.resource_link_id,
    };
    const { text } = await this.services.post(grade.line_items, body, LINE_ITEM_TYPE, token);
    return understood(LineItem, text).id;
  }
}

/** The path has `/scores` at its end, and the query stays behind it. */
export function scoresOf(lineItem: string): string {
  const url = new URL(lineItem);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/scores`;
  return url.href;
}
