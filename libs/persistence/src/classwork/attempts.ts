/** Work on labs: who attempts what, how far, and what happened on the way. */
import { type DataSource, In } from 'typeorm';
import { AttemptEntity, AttemptEventEntity, EvidenceEntity, FailingHopEntity } from './entities';
import type { AttemptEventRecord, AttemptRecord, EvidenceRecord, FailingHopRecord } from './records';

/** A statement has room for so many values. */
const ROWS_AT_ONCE = 100;

export interface Attempts {
  /** False: there is one in its slot. */
  saveAttempt(attempt: AttemptRecord): Promise<boolean>;
  updateAttempt(id: string, changes: Partial<AttemptRecord>): Promise<void>;
  findAttempt(id: string): Promise<AttemptRecord | null>;
  findAttemptOfSlot(slot: string): Promise<AttemptRecord | null>;
  findAttemptOfCluster(cluster: string): Promise<AttemptRecord | null>;
  /** At one lab of a class, or at all its labs when `lab` is null; in the order of their ids. */
  listClassAttempts(classId: string, lab: string | null): Promise<AttemptRecord[]>;
  listPersonAttempts(person: string): Promise<AttemptRecord[]>;
  /** With its time line and its evidence. */
  deleteAttempt(id: string): Promise<void>;
  /** In place of what was there of these steps. */
  saveEvidence(evidence: readonly EvidenceRecord[]): Promise<void>;
  listEvidence(attempt: string): Promise<EvidenceRecord[]>;
  /** Each attempt keeps its newest `keep`. */
  saveAttemptEvents(events: readonly AttemptEventRecord[], keep: number): Promise<void>;
  /** Oldest first. */
  listAttemptEvents(attempt: string): Promise<AttemptEventRecord[]>;
  /** Keeps the newest `keep` of the attempt. */
  saveFailingHop(hop: FailingHopRecord, keep: number): Promise<void>;
  findNewestFailingHop(attempt: string): Promise<FailingHopRecord | null>;
  /** Oldest first. */
  listFailingHops(classId: string, lab: string): Promise<FailingHopRecord[]>;
}

export function attemptsOf(source: DataSource): Attempts {
  return { ...rowsOf(source), ...eventsOf(source) };
}

function rowsOf(source: DataSource) {
  const { manager } = source;
  const byId = { id: 'ASC' } as const;
  return {
    saveAttempt: async (attempt: AttemptRecord) => {
      if (await manager.existsBy(AttemptEntity, { slot: attempt.slot })) return false;
      await manager.insert(AttemptEntity, attempt);
      return true;
    },
    updateAttempt: async (id: string, changes: Partial<AttemptRecord>) =>
      void (await manager.update(AttemptEntity, { id }, changes)),
    findAttempt: (id: string) => manager.findOneBy(AttemptEntity, { id }),
    findAttemptOfSlot: (slot: string) => manager.findOneBy(AttemptEntity, { slot }),
    findAttemptOfCluster: (cluster_id: string) => manager.findOneBy(AttemptEntity, { cluster_id }),
    listClassAttempts: (class_id: string, lab: string | null) =>
      manager.find(AttemptEntity, { where: lab === null ? { class_id } : { class_id, lab }, order: byId }),
    listPersonAttempts: (person_id: string) =>
      manager.find(AttemptEntity, { where: { person_id }, order: byId }),
    deleteAttempt: (id: string) =>
      source.transaction(async (transaction) => {
        await transaction.delete(FailingHopEntity, { attempt_id: id });
        await transaction.delete(AttemptEventEntity, { attempt_id: id });
        await transaction.delete(EvidenceEntity, { attempt_id: id });
        await transaction.delete(AttemptEntity, { id });
      }),
  };
}

function eventsOf(source: DataSource) {
  const { manager } = source;
  const oldestFirst = { created_at: 'ASC', id: 'ASC' } as const;
  return {
    saveEvidence: async (evidence: readonly EvidenceRecord[]) =>
      void (await manager.save(EvidenceEntity, [...evidence])),
    listEvidence: (attempt_id: string) => manager.findBy(EvidenceEntity, { attempt_id }),
    saveAttemptEvents: (events: readonly AttemptEventRecord[], keep: number) =>
      source.transaction(async (transaction) => {
        for (let at = 0; at < events.length; at += ROWS_AT_ONCE)
          await transaction.insert(AttemptEventEntity, events.slice(at, at + ROWS_AT_ONCE));
        for (const { attempt_id } of events) {
          const tooMany = (await transaction.countBy(AttemptEventEntity, { attempt_id })) - keep;
          if (tooMany <= 0) continue;
          const where = { attempt_id };
          const oldest = await transaction.find(AttemptEventEntity, {
            where,
            order: oldestFirst,
            take: tooMany,
          });
          await transaction.remove(oldest);
        }
      }),
    listAttemptEvents: (attempt_id: string) =>
      manager.find(AttemptEventEntity, { where: { attempt_id }, order: oldestFirst }),
    saveFailingHop: (hop: FailingHopRecord, keep: number) =>
      source.transaction(async (transaction) => {
        await transaction.insert(FailingHopEntity, hop);
        const { attempt_id } = hop;
        const tooOld = await transaction.find(FailingHopEntity, {
          where: { attempt_id },
          order: { created_at: 'DESC', id: 'DESC' },
          skip: keep,
          take: keep,
          select: { id: true },
        });
        if (tooOld.length > 0) {
          const id = In(tooOld.map((old) => old.id));
          await transaction.delete(FailingHopEntity, { attempt_id, id });
        }
      }),
    findNewestFailingHop: (attempt_id: string) =>
      manager.findOne(FailingHopEntity, {
        where: { attempt_id },
        order: { created_at: 'DESC', id: 'DESC' },
      }),
    listFailingHops: (class_id: string, lab: string) =>
      manager.find(FailingHopEntity, { where: { class_id, lab }, order: oldestFirst }),
  };
}
