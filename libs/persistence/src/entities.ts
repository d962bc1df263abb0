import { EntitySchema } from 'typeorm';
import { CLASSWORK_ENTITIES } from './classwork/entities';
import { LTI_ENTITIES } from './lti/entities';
import { key, optional, whole, word } from './columns';
import type {
  AccountTokenRecord,
  ClassRecord,
  ClusterRecord,
  IdempotencyRecord,
  IdentityRecord,
  InvitationRecord,
  MembershipRecord,
  PersonRecord,
  RequestRecord,
  SecretRecord,
  SessionRecord,
  SignInCodeRecord,
  SignInFailureRecord,
  SnapshotRecord,
  TokenRecord,
} from './records';

export const PersonEntity = new EntitySchema<PersonRecord>({
  name: 'person',
  columns: {
    id: key(),
    login: { ...optional(), unique: true },
    name: word(255),
    role: word(16),
    password_hash: { type: 'text', nullable: true },
    home_class_id: optional(),
    created_at: whole,
  },
});

export const IdentityEntity = new EntitySchema<IdentityRecord>({
  name: 'identity',
  columns: { issuer: key(255), subject: key(255), person_id: word(), created_at: whole },
});

export const ClassEntity = new EntitySchema<ClassRecord>({
  name: 'class',
  columns: {
    id: key(),
    name: word(255),
    seed: word(255),
    quotas: { type: 'text' },
    settings: { type: 'text' },
    created_at: whole,
    archived_at: { ...whole, nullable: true },
    broadcast_cluster_id: optional(),
  },
});

export const MembershipEntity = new EntitySchema<MembershipRecord>({
  name: 'membership',
  columns: {
    class_id: key(),
    person_id: key(),
    role: word(16),
    group_name: optional(),
    created_at: whole,
  },
});

export const InvitationEntity = new EntitySchema<InvitationRecord>({
  name: 'invitation',
  columns: {
    id: key(),
    code: { ...word(16), unique: true },
    class_id: word(),
    role: word(16),
    group_name: optional(),
    uses_left: { type: 'integer' },
    created_at: whole,
    expires_at: whole,
  },
});

export const SignInCodeEntity = new EntitySchema<SignInCodeRecord>({
  name: 'sign_in_code',
  columns: { hash: key(), person_id: word(), expires_at: whole },
});

export const SignInFailureEntity = new EntitySchema<SignInFailureRecord>({
  name: 'sign_in_failure',
  columns: { kind: key(16), subject: key(255), failures: { type: 'integer' }, expires_at: whole },
});

export const SessionEntity = new EntitySchema<SessionRecord>({
  name: 'session',
  columns: {
    hash: key(),
    person_id: word(),
    created_at: whole,
    expires_at: whole,
    id: { ...word(), default: '' },
    method: { ...word(16), default: 'link' },
  },
});

export const TokenEntity = new EntitySchema<TokenRecord>({
  name: 'token',
  columns: {
    id: key(),
    hash: { ...word(), unique: true },
    person_id: word(),
    name: word(255),
    cluster_id: optional(),
    created_at: whole,
    expires_at: whole,
    scope: { ...word(16), default: 'all' },
  },
});

export const ClusterEntity = new EntitySchema<ClusterRecord>({
  name: 'cluster',
  columns: {
    id: key(),
    owner_id: word(),
    name: word(255),
    seed: word(255),
    state: word(16),
    failure: { type: 'text', nullable: true },
    created_at: whole,
    config: { type: 'text' },
    host_state: { type: 'text' },
    class_id: optional(),
    lab: optional(),
    group_name: optional(),
    slot: { ...optional(255), unique: true },
    accounts_since: { ...whole, nullable: true },
  },
});

export const AccountTokenEntity = new EntitySchema<AccountTokenRecord>({
  name: 'account_token',
  columns: { cluster_id: key(), hash: key(), credential: key(), created_at: whole },
});

export const RequestEntity = new EntitySchema<RequestRecord>({
  name: 'request',
  columns: {
    cluster_id: key(),
    id: key(),
    rv: whole,
    at: whole,
    created_at: whole,
    pinned: { type: 'boolean' },
    outcome: { type: 'text' },
    connection: { type: 'integer' },
  },
});

export const SnapshotEntity = new EntitySchema<SnapshotRecord>({
  name: 'snapshot',
  columns: { cluster_id: key(), id: key(), name: word(255), rv: whole, at: whole, created_at: whole },
});

export const IdempotencyEntity = new EntitySchema<IdempotencyRecord>({
  name: 'idempotency_key',
  columns: {
    caller_id: key(),
    key: key(255),
    fingerprint: word(),
    status: { type: 'integer' },
    answer: { type: 'text' },
    created_at: whole,
  },
});

export const SecretEntity = new EntitySchema<SecretRecord>({
  name: 'secret',
  columns: { name: key(), ciphertext: { type: 'text' }, created_at: whole },
});

export const ENTITIES = [
  ...CLASSWORK_ENTITIES,
  ...LTI_ENTITIES,
  PersonEntity,
  IdentityEntity,
  ClassEntity,
  MembershipEntity,
  InvitationEntity,
  SignInCodeEntity,
  SignInFailureEntity,
  SessionEntity,
  TokenEntity,
  ClusterEntity,
  AccountTokenEntity,
  RequestEntity,
  SnapshotEntity,
  IdempotencyEntity,
  SecretEntity,
];
