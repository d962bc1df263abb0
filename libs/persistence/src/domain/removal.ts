/** What of the work on labs goes with a person or with a class. */
import { type EntityManager, In } from 'typeorm';
import {
  AssignmentEntity,
  AttemptEntity,
  AttemptEventEntity,
  EvidenceEntity,
  FailingHopEntity,
  LabEntity,
  MessageEntity,
  RegradeEntity,
} from '../classwork/entities';
import { LtiContextEntity, LtiGradeEntity, LtiLinkEntity } from '../lti/entities';

async function deleteAttempts(
  manager: EntityManager,
  which: { person_id: string } | { class_id: string },
): Promise<void> {
  const attempts = await manager.find(AttemptEntity, { where: which, select: { id: true } });
  const attempt_id = In(attempts.map(({ id }) => id));
  await manager.delete(FailingHopEntity, { attempt_id });
  await manager.delete(AttemptEventEntity, { attempt_id });
  await manager.delete(EvidenceEntity, { attempt_id });
  await manager.delete(AttemptEntity, which);
}

/** His attempts, what he did in others', and his messages; labs that he uploaded stay, without his name. */
export async function deleteWorkOf(manager: EntityManager, person_id: string): Promise<void> {
  await deleteAttempts(manager, { person_id });
  await manager.delete(FailingHopEntity, { person_id });
  await manager.delete(AttemptEventEntity, { person_id });
  await manager.delete(MessageEntity, { from_id: person_id });
  await manager.delete(MessageEntity, { to_id: person_id });
  await manager.delete(LtiGradeEntity, { person_id });
  await manager.update(LabEntity, { uploaded_by: person_id }, { uploaded_by: '' });
}

export async function deleteWorkIn(manager: EntityManager, class_id: string): Promise<void> {
  await deleteAttempts(manager, { class_id });
  await manager.delete(LtiGradeEntity, { class_id });
  await manager.delete(LtiContextEntity, { class_id });
  await manager.delete(LtiLinkEntity, { class_id });
  for (const entity of [FailingHopEntity, AssignmentEntity, LabEntity, MessageEntity, RegradeEntity])
    await manager.delete(entity as never, { class_id });
}
