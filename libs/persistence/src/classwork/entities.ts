import { EntitySchema } from 'typeorm';
import { key, optional, text, whole, word } from '../columns';
import type {
  AssignmentRecord,
  AttemptEventRecord,
  AttemptRecord,
  EvidenceRecord,
  FailingHopRecord,
  LabRecord,
  MessageRecord,
  RegradeRecord,
} from './records';

const orNull = { nullable: true } as const;

export const LabEntity = new EntitySchema<LabRecord>({
  name: 'lab',
  columns: {
    class_id: key(),
    name: key(),
    hash: key(),
    files: text,
    uploaded_by: word(),
    created_at: whole,
  },
});

export const AssignmentEntity = new EntitySchema<AssignmentRecord>({
  name: 'assignment',
  columns: {
    class_id: key(),
    lab: key(),
    opens_at: { ...whole, ...orNull },
    due_at: { ...whole, ...orNull },
  },
});

export const AttemptEntity = new EntitySchema<AttemptRecord>({
  name: 'attempt',
  columns: {
    id: key(),
    lab: word(),
    lab_hash: word(),
    class_id: optional(),
    person_id: word(),
    group_name: optional(),
    cluster_id: word(),
    seed: word(255),
    slot: { ...word(255), unique: true },
    answers: text,
    results: text,
    steps: text,
    score: { type: 'real', ...orNull },
    max: { type: 'real' },
    runs: { type: 'integer' },
    last_run_at: { ...whole, ...orNull },
    stuck_since: { ...whole, ...orNull },
    last_activity_at: { ...whole, ...orNull },
    hand_raised_at: { ...whole, ...orNull },
    hand_note: text,
    created_at: whole,
  },
});

export const AttemptEventEntity = new EntitySchema<AttemptEventRecord>({
  name: 'attempt_event',
  columns: {
    attempt_id: key(),
    id: key(),
    kind: word(16),
    person_id: word(),
    virtual_at: { ...whole, ...orNull },
    detail: text,
    created_at: whole,
  },
});

export const EvidenceEntity = new EntitySchema<EvidenceRecord>({
  name: 'attempt_evidence',
  columns: { attempt_id: key(), step: key(), evidence: text },
});

export const FailingHopEntity = new EntitySchema<FailingHopRecord>({
  name: 'failing_hop',
  columns: {
    attempt_id: key(),
    id: key(),
    class_id: word(),
    lab: word(),
    person_id: word(),
    request_id: word(),
    disposition: word(32),
    location: { ...text, ...orNull },
    step: optional(32),
    code: optional(),
    created_at: whole,
  },
});

export const MessageEntity = new EntitySchema<MessageRecord>({
  name: 'message',
  columns: {
    id: key(),
    class_id: word(),
    from_id: word(),
    to_id: optional(),
    text,
    created_at: whole,
  },
});

export const RegradeEntity = new EntitySchema<RegradeRecord>({
  name: 'regrade',
  columns: {
    id: key(),
    class_id: word(),
    lab: word(),
    hash: word(),
    total: { type: 'integer' },
    done: { type: 'integer' },
    failed: text,
    after: word(),
    created_at: whole,
    finished_at: { ...whole, ...orNull },
  },
});

export const CLASSWORK_ENTITIES = [
  LabEntity,
  AssignmentEntity,
  AttemptEntity,
  AttemptEventEntity,
  EvidenceEntity,
  FailingHopEntity,
  MessageEntity,
  RegradeEntity,
];
