/** Where links of courses lead: as they say themselves, or as somebody who teaches says here. */
import { Inject, Injectable } from '@nestjs/common';
import type { LtiLink, LtiLinkChange } from '@podlab/contracts';
import type { Lab } from '@podlab/grading';
import type { Domain, LtiLinkRecord, LtiPlatformRecord } from '@podlab/persistence';
import type { Principal } from '../auth/principal';
import { plainName } from '../auth/oidc';
import { randomIdentifier } from '../auth/secrets';
import { ClassDirectory } from '../classroom/class-directory';
import { LabCatalogue } from '../labs/lab-catalogue';
import { ProblemException } from '../problems/problem-exception';
import { DOMAIN } from '../tokens';
import type { ResourceLaunch } from './claims';

@Injectable()
export class LinkDesk {
  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(ClassDirectory) private readonly classes: ClassDirectory,
    @Inject(LabCatalogue) private readonly labs: LabCatalogue,
  ) {}

  /** Takes note of a link that was followed; the answer is its lab, if anybody has said which. Throws 404. */
  async followed(
    platform: LtiPlatformRecord,
    { resourceLink, lab }: ResourceLaunch,
    class_id: string,
  ): Promise<Lab | null> {
    const known = await this.domain.findLtiLink(platform.id, resourceLink.id);
    const named = lab ?? known?.lab ?? null;
    const found = named === null ? null : await this.labs.find(named, class_id);
    const title = plainName(resourceLink.title) ?? known?.title ?? null;
    const link: LtiLinkRecord = {
      id: known?.id ?? randomIdentifier(),
      platform_id: platform.id,
      resource_link_id: resourceLink.id,
      class_id,
      title,
      lab: named,
      seen_at: Date.now(),
    };
    await this.domain.saveLtiLink(link);
    return found;
  }

  async list(principal: Principal, classId: string): Promise<LtiLink[]> {
    await this.classes.find(principal, classId, 'teach');
    const [links, platforms] = await Promise.all([
      this.domain.listLtiLinks(classId),
      this.domain.listLtiPlatforms(),
    ]);
    return links.map((link) => answer(link, platforms));
  }

  async change(
    principal: Principal,
    classId: string,
    id: string,
    { lab: name }: LtiLinkChange,
  ): Promise<LtiLink> {
    await this.classes.findOpen(principal, classId, 'teach');
    const link = (await this.domain.listLtiLinks(classId)).find((one) => one.id === id);
    if (!link) throw new ProblemException('NotFound', `No course of this class has a link ${id}.`);
    const lab = await this.labs.find(name, classId);
    const changed = { ...link, lab: lab.name };
    await this.domain.saveLtiLink(changed);
    return answer(changed, await this.domain.listLtiPlatforms());
  }
}

function answer(
  { id, platform_id, title, lab, seen_at }: LtiLinkRecord,
  platforms: readonly LtiPlatformRecord[],
): LtiLink {
  const name = platforms.find((platform) => platform.id === platform_id)?.name ?? platform_id;
  return { id, platform: { id: platform_id, name }, title, lab, seen_at: new Date(seen_at).toISOString() };
}
