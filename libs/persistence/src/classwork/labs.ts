/** Labs of classes, what a class works on, what is said in it, and regrades. */
import type { DataSource } from 'typeorm';
import { AssignmentEntity, LabEntity, MessageEntity, RegradeEntity } from './entities';
import type { AssignmentRecord, LabRecord, MessageRecord, RegradeRecord } from './records';

export interface Labs {
  /** The same version again changes nothing. */
  saveLab(lab: LabRecord): Promise<void>;
  findLab(classId: string, name: string, hash: string): Promise<LabRecord | null>;
  /** The newest version. */
  findNewestLab(classId: string, name: string): Promise<LabRecord | null>;
  /** The newest version of each. */
  listLabs(classId: string): Promise<LabRecord[]>;
  saveAssignment(assignment: AssignmentRecord): Promise<void>;
  listAssignments(classId: string): Promise<AssignmentRecord[]>;
  deleteAssignment(classId: string, lab: string): Promise<boolean>;
  saveMessage(message: MessageRecord, keep: number): Promise<void>;
  /** To all and to this person, oldest first. */
  listMessages(classId: string, person: string): Promise<MessageRecord[]>;
  saveRegrade(regrade: RegradeRecord): Promise<void>;
  updateRegrade(id: string, changes: Partial<RegradeRecord>): Promise<void>;
  findRegrade(id: string): Promise<RegradeRecord | null>;
  /** The one of this version that was begun. */
  findRegradeOf(classId: string, lab: string, hash: string): Promise<RegradeRecord | null>;
  unfinishedRegrades(): Promise<RegradeRecord[]>;
}

export function labsOf(source: DataSource): Labs {
  return { ...bundlesOf(source), ...messagesOf(source), ...regradesOf(source) };
}

function bundlesOf({ manager }: DataSource) {
  return {
    saveLab: async (lab: LabRecord) => {
      const { class_id, name, hash } = lab;
      if (await manager.existsBy(LabEntity, { class_id, name, hash })) return;
      await manager.insert(LabEntity, lab);
    },
    findLab: (class_id: string, name: string, hash: string) =>
      manager.findOneBy(LabEntity, { class_id, name, hash }),
    findNewestLab: (class_id: string, name: string) =>
      manager.findOne(LabEntity, { where: { class_id, name }, order: { created_at: 'DESC' } }),
    listLabs: async (class_id: string) => {
      const all = await manager.find(LabEntity, { where: { class_id }, order: { created_at: 'ASC' } });
      return [...new Map(all.map((lab) => [lab.name, lab])).values()];
    },
    saveAssignment: async (assignment: AssignmentRecord) =>
      void (await manager.save(AssignmentEntity, assignment)),
    listAssignments: (class_id: string) => manager.findBy(AssignmentEntity, { class_id }),
    deleteAssignment: async (class_id: string, lab: string) =>
      ((await manager.delete(AssignmentEntity, { class_id, lab })).affected ?? 0) > 0,
  };
}

function messagesOf(source: DataSource) {
  const { manager } = source;
  return {
    saveMessage: (message: MessageRecord, keep: number) =>
      source.transaction(async (transaction) => {
        await transaction.insert(MessageEntity, message);
        const { class_id } = message;
        const order = { created_at: 'DESC', id: 'DESC' } as const;
        const tooOld = await transaction.find(MessageEntity, {
          where: { class_id },
          order,
          skip: keep,
          take: keep,
        });
        if (tooOld.length > 0) await transaction.remove(MessageEntity, tooOld);
      }),
    listMessages: (class_id: string, person: string) =>
      manager
        .createQueryBuilder(MessageEntity, 'row')
        .where('row.class_id = :class_id', { class_id })
        .andWhere('(row.to_id IS NULL OR row.to_id = :person OR row.from_id = :person)', { person })
        .orderBy('row.created_at', 'ASC')
        .addOrderBy('row.id', 'ASC')
        .getMany(),
  };
}

function regradesOf({ manager }: DataSource) {
  return {
    saveRegrade: async (regrade: RegradeRecord) => void (await manager.insert(RegradeEntity, regrade)),
    updateRegrade: async (id: string, changes: Partial<RegradeRecord>) =>
      void (await manager.update(RegradeEntity, { id }, changes)),
    findRegrade: (id: string) => manager.findOneBy(RegradeEntity, { id }),
    findRegradeOf: (class_id: string, lab: string, hash: string) =>
      manager.findOneBy(RegradeEntity, { class_id, lab, hash }),
    unfinishedRegrades: async () =>
      (await manager.find(RegradeEntity, { order: { created_at: 'ASC' } })).filter(
        ({ finished_at }) => finished_at === null,
      ),
  };
}
