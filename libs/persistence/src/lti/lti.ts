/** Learning platforms, their courses, and the scores on their way to them. */
import { type DataSource, IsNull, Not } from 'typeorm';
import { LtiContextEntity, LtiGradeEntity, LtiLinkEntity, LtiPlatformEntity } from './entities';
import type { LtiContextRecord, LtiGradeRecord, LtiLinkRecord, LtiPlatformRecord } from './records';

export interface Lti {
  /** False: this deployment is registered. */
  saveLtiPlatform(platform: LtiPlatformRecord): Promise<boolean>;
  findLtiPlatform(id: string): Promise<LtiPlatformRecord | null>;
  /** Oldest first. */
  listLtiPlatforms(): Promise<LtiPlatformRecord[]>;
  /** With its courses and what was to be sent to it; classes and people stay. False: there is none. */
  deleteLtiPlatform(id: string): Promise<boolean>;
  findLtiContext(platform: string, context: string): Promise<LtiContextRecord | null>;
  saveLtiContext(context: LtiContextRecord): Promise<void>;
  listLtiContexts(classId: string): Promise<LtiContextRecord[]>;
  /** The link of a platform; null: it was never launched. */
  findLtiLink(platform: string, resourceLink: string): Promise<LtiLinkRecord | null>;
  saveLtiLink(link: LtiLinkRecord): Promise<void>;
  /** Newest first. */
  listLtiLinks(classId: string): Promise<LtiLinkRecord[]>;
  saveLtiGrade(grade: LtiGradeRecord): Promise<void>;
  findLtiGrade(platform: string, resourceLink: string, person: string): Promise<LtiGradeRecord | null>;
  listLtiGrades(classId: string): Promise<LtiGradeRecord[]>;
  listLtiGradesOf(person: string, classId: string, lab: string): Promise<LtiGradeRecord[]>;
  /** What is to be sent, soonest first. */
  listUnsentLtiGrades(): Promise<LtiGradeRecord[]>;
  /** Only while the score is still the one of that moment: a newer one is to be sent yet. */
  updateLtiGrade(grade: LtiGradeRecord, changes: Partial<LtiGradeRecord>): Promise<void>;
}

export function ltiOf(source: DataSource): Lti {
  const { manager } = source;
  return {
    saveLtiPlatform: async (platform) => {
      const { issuer, client_id, deployment_id } = platform;
      if (await manager.existsBy(LtiPlatformEntity, { issuer, client_id, deployment_id })) return false;
      await manager.insert(LtiPlatformEntity, platform);
      return true;
    },
    findLtiPlatform: (id) => manager.findOneBy(LtiPlatformEntity, { id }),
    listLtiPlatforms: () => manager.find(LtiPlatformEntity, { order: { created_at: 'ASC', id: 'ASC' } }),
    deleteLtiPlatform: (id) =>
      source.transaction(async (transaction) => {
        await transaction.delete(LtiGradeEntity, { platform_id: id });
        await transaction.delete(LtiLinkEntity, { platform_id: id });
        await transaction.delete(LtiContextEntity, { platform_id: id });
        return ((await transaction.delete(LtiPlatformEntity, { id })).affected ?? 0) > 0;
      }),
    findLtiContext: (platform_id, context_id) =>
      manager.findOneBy(LtiContextEntity, { platform_id, context_id }),
    saveLtiContext: async (context) => void (await manager.save(LtiContextEntity, context)),
    listLtiContexts: (class_id) => manager.findBy(LtiContextEntity, { class_id }),
    findLtiLink: (platform_id, resource_link_id) =>
      manager.findOneBy(LtiLinkEntity, { platform_id, resource_link_id }),
    saveLtiLink: async (link) => void (await manager.save(LtiLinkEntity, link)),
    listLtiLinks: (class_id) =>
      manager.find(LtiLinkEntity, { where: { class_id }, order: { seen_at: 'DESC', id: 'ASC' } }),
    saveLtiGrade: async (grade) => void (await manager.save(LtiGradeEntity, grade)),
    findLtiGrade: (platform_id, resource_link_id, person_id) =>
      manager.findOneBy(LtiGradeEntity, { platform_id, resource_link_id, person_id }),
    listLtiGrades: (class_id) =>
      manager.find(LtiGradeEntity, { where: { class_id }, order: { lab: 'ASC', person_id: 'ASC' } }),
    listLtiGradesOf: (person_id, class_id, lab) =>
      manager.findBy(LtiGradeEntity, { person_id, class_id, lab }),
    listUnsentLtiGrades: () =>
      manager.find(LtiGradeEntity, {
        where: { next_try_at: Not(IsNull()) },
        order: { next_try_at: 'ASC' },
      }),
    updateLtiGrade: async ({ platform_id, resource_link_id, person_id, scored_at }, changes) => {
      const which = { platform_id, resource_link_id, person_id };
      const still = { ...which, scored_at: scored_at ?? IsNull() };
      await manager.update(LtiGradeEntity, still, changes);
    },
  };
}
