/** Rows of classes as the REST API shows them. */
import {
  type Class,
  ClassQuotas,
  type ClassRole,
  ClassSettings,
  type Invitation,
  type Member,
} from '@podlab/contracts';
import type { ClassRecord, InvitationRecord, MemberRecord, MembershipRecord } from '@podlab/persistence';

const timeText = (ms: number): string => new Date(ms).toISOString();

export const quotasOf = ({ quotas }: ClassRecord): ClassQuotas => ClassQuotas.parse(JSON.parse(quotas));
export const settingsOf = ({ settings }: ClassRecord): ClassSettings =>
  ClassSettings.parse(JSON.parse(settings));

export function classAnswer(
  record: ClassRecord,
  membership: MembershipRecord | null,
  seesSeed: boolean,
): Class {
  return {
    id: record.id,
    name: record.name,
    ...(seesSeed && { seed: record.seed }),
    quotas: quotasOf(record),
    settings: settingsOf(record),
    created_at: timeText(record.created_at),
    archived_at: record.archived_at === null ? null : timeText(record.archived_at),
    role: (membership?.role ?? null) as ClassRole | null,
    group: membership?.group_name ?? null,
  };
}

export function memberAnswer(record: MemberRecord): Member {
  return {
    person: { id: record.person_id, login: record.login, name: record.name },
    role: record.role as ClassRole,
    group: record.group_name,
    has_password: record.has_password,
    joined_at: timeText(record.created_at),
  };
}

export function invitationAnswer(record: InvitationRecord, publicUrl: string): Invitation {
  return {
    id: record.id,
    code: record.code,
    url: `${publicUrl}/join#code=${record.code}`,
    role: record.role as ClassRole,
    group: record.group_name,
    uses_left: record.uses_left,
    created_at: timeText(record.created_at),
    expires_at: timeText(record.expires_at),
  };
}
