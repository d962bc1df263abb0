import { EntitySchema } from 'typeorm';
import { key, optional, text, whole, word } from '../columns';
import type { LtiContextRecord, LtiGradeRecord, LtiLinkRecord, LtiPlatformRecord } from './records';

const orNull = { nullable: true } as const;
const NAME = 255;

export const LtiPlatformEntity = new EntitySchema<LtiPlatformRecord>({
  name: 'lti_platform',
  columns: {
    id: key(),
    name: word(),
    issuer: word(NAME),
    client_id: word(NAME),
    deployment_id: word(NAME),
    authorization_url: text,
    token_url: text,
    jwks_url: text,
    frame_origins: { ...text, default: '[]' },
    created_at: whole,
  },
});

export const LtiContextEntity = new EntitySchema<LtiContextRecord>({
  name: 'lti_context',
  columns: {
    platform_id: key(),
    context_id: key(NAME),
    class_id: word(),
    memberships_url: { ...text, ...orNull },
  },
});

export const LtiLinkEntity = new EntitySchema<LtiLinkRecord>({
  name: 'lti_link',
  columns: {
    id: key(),
    platform_id: word(),
    resource_link_id: word(NAME),
    class_id: word(),
    title: optional(NAME),
    lab: optional(128),
    seen_at: whole,
  },
});

export const LtiGradeEntity = new EntitySchema<LtiGradeRecord>({
  name: 'lti_grade',
  columns: {
    platform_id: key(),
    resource_link_id: key(NAME),
    person_id: key(),
    class_id: word(),
    lab: word(),
    subject: word(NAME),
    line_item: { ...text, ...orNull },
    line_items: { ...text, ...orNull },
    score: { type: 'real', ...orNull },
    max: { type: 'real' },
    scored_at: { ...whole, ...orNull },
    sent_at: { ...whole, ...orNull },
    tries: { type: 'integer' },
    next_try_at: { ...whole, ...orNull },
    last_error: { ...text, ...orNull },
  },
});

export const LTI_ENTITIES = [LtiPlatformEntity, LtiContextEntity, LtiLinkEntity, LtiGradeEntity];
