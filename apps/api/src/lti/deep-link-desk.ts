/** A teacher chooses labs for links in his course. Models LTI Deep Linking 2.0 (1EdTech), 4.4 and 4.5. */
import { Inject, Injectable } from '@nestjs/common';
import type {
  LabSummary,
  Language,
  LtiDeepLink,
  LtiDeepLinkAnswer,
  LtiDeepLinkChoice,
} from '@podlab/contracts';
import type { Domain, LtiPlatformRecord } from '@podlab/persistence';
import { z } from 'zod';
import type { Principal } from '../auth/principal';
import { randomText } from '../auth/secrets';
import { ClassDirectory } from '../classroom/class-directory';
import type { Addresses } from '../config/addresses';
import { LabCatalogue } from '../labs/lab-catalogue';
import { ProblemException } from '../problems/problem-exception';
import type { SecretBox } from '../tls/secret-box';
import { ADDRESSES, DOMAIN, SECRET_BOX } from '../tokens';
import type { ChoosingLaunch } from './claims';
import { LTI_PATH } from './platform-desk';
import { ToolKey } from './tool-key';

const SECONDS = 3600;
const CLAIM = 'https://purl.imsglobal.org/spec/lti/claim';
const DEEP_LINKING = 'https://purl.imsglobal.org/spec/lti-dl/claim';

/** What the platform asked, sealed: it goes to the browser and back, and nothing of it is kept here. */
const Asked = z.object({
  platform: z.string(),
  deployment: z.string(),
  return_url: z.string(),
  data: z.string().nullable(),
  multiple: z.boolean(),
  line_items: z.boolean(),
  class: z.string(),
  person: z.string(),
  until: z.number(),
});
type Asked = z.infer<typeof Asked>;

@Injectable()
export class DeepLinkDesk {
  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(SECRET_BOX) private readonly box: SecretBox,
    @Inject(ADDRESSES) private readonly addresses: Addresses,
    @Inject(ClassDirectory) private readonly classes: ClassDirectory,
    @Inject(LabCatalogue) private readonly labs: LabCatalogue,
    @Inject(ToolKey) private readonly key: ToolKey,
  ) {}

  /** Where the browser goes to choose. */
  begin(platform: LtiPlatformRecord, launch: ChoosingLaunch, classId: string, person: string): string {
    const asked: Asked = {
      platform: platform.id,
      deployment: launch.deployment,
      return_url: launch.returnUrl,
      data: launch.data,
      multiple: launch.multiple,
      line_items: launch.takesLineItem,
      class: classId,
      person,
      until: Date.now() + SECONDS * 1000,
    };
    const request = Buffer.from(this.box.seal(JSON.stringify(asked)), 'base64').toString('base64url');
    return `${LTI_PATH}/deep-links?request=${request}`;
  }

  async show(principal: Principal, request: string): Promise<LtiDeepLink> {
    const { asked, platform } = await this.opened(principal, request);
    const labs = await this.labs.list(asked.class);
    return { request, class: asked.class, platform: platform.name, multiple: asked.multiple, labs };
  }

  async choose(
    principal: Principal,
    { request, labs: chosen }: LtiDeepLinkChoice,
    language: Language,
  ): Promise<LtiDeepLinkAnswer> {
    const { asked, platform } = await this.opened(principal, request);
    if (chosen.length > 1 && !asked.multiple)
      throw new ProblemException('InvalidBody', 'labs: the platform takes one link at a time');
    const labs = await this.labs.list(asked.class);
    const items = chosen.map((name) => {
      const lab = labs.find((one) => one.name === name);
      if (!lab) throw new ProblemException('NotFound', `There is no lab ${name} here.`);
      return this.itemOf(lab, asked, language);
    });
    const jwt = await this.key.sign({
      iss: platform.client_id,
      aud: platform.issuer,
      nonce: randomText(),
      [`${CLAIM}/message_type`]: 'LtiDeepLinkingResponse',
      [`${CLAIM}/version`]: '1.3.0',
      [`${CLAIM}/deployment_id`]: asked.deployment,
      [`${DEEP_LINKING}/content_items`]: items,
      ...(asked.data !== null && { [`${DEEP_LINKING}/data`]: asked.data }),
    });
    return { return_url: asked.return_url, jwt };
  }

  private itemOf({ name, title, summary, points }: LabSummary, { line_items }: Asked, language: Language) {
    return {
      type: 'ltiResourceLink',
      title: title[language],
      ...(summary && { text: summary[language] }),
      url: `${this.addresses.publicUrl}${LTI_PATH}/launch`,
      custom: { lab: name },
      ...(line_items && {
        lineItem: { label: title[language], scoreMaximum: points, resourceId: name },
      }),
    };
  }

  /** Only for who launched it, while he teaches there. */
  private async opened(principal: Principal, request: string) {
    const asked = this.unsealed(request);
    if (!asked || asked.person !== principal.id || asked.until <= Date.now()) {
      const detail = 'This choice was begun by somebody else, or long ago: begin it again in your course.';
      throw new ProblemException('Forbidden', detail);
    }
    await this.classes.findOpen(principal, asked.class, 'teach');
    const platform = await this.domain.findLtiPlatform(asked.platform);
    if (!platform) throw new ProblemException('Gone', 'The platform is registered no more.');
    return { asked, platform };
  }

  private unsealed(request: string): Asked | undefined {
    try {
      return Asked.safeParse(JSON.parse(this.box.open(Buffer.from(request, 'base64url').toString('base64'))))
        .data;
    } catch {
      return undefined;
    }
  }
}
