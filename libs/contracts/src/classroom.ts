import { z } from 'zod';
import { SignInLink } from './auth';
import { CONTRACT_LIMITS } from './limits';
import { Login, NameText, Password, Person, PersonName } from './people';
import { Identifier } from './primitives';

export const ClassRole = z.enum(['teacher', 'assistant', 'student']);
export type ClassRole = z.infer<typeof ClassRole>;

export const ClassName = NameText(CONTRACT_LIMITS.classNameCharacters);
export const GroupName = NameText(CONTRACT_LIMITS.groupNameCharacters).regex(
  /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._-]*$/u,
  'must start with a letter or digit and hold letters, digits, spaces, ".", "_" or "-"',
);

/** Bounds of the clusters of a class. */
export const ClassQuotas = z.strictObject({
  /** Clusters of a member. */
  clusters: z.int().min(1).max(100).default(20),
  /** Kubernetes objects in a cluster. */
  objects: z.int().min(100).max(10_000).default(2000),
  /** Pods in a cluster. */
  pods: z.int().min(1).max(2000).default(200),
  /** Requests that a member issues in the simulated network, all clusters together. */
  requests_per_minute: z.int().min(1).max(100_000).default(1200),
  /** Revisions and inputs of a cluster that are kept. */
  history: z.int().min(500).max(100_000).default(20_000),
});
export type ClassQuotas = z.infer<typeof ClassQuotas>;

/** `GET /clusters/{id}/quotas`: what bounds a cluster of a class, and how much of it is used. */
export const QuotaUse = z.object({
  quotas: z.array(z.object({ name: ClassQuotas.keyof(), used: z.int(), limit: z.int() })),
});
export type QuotaUse = z.infer<typeof QuotaUse>;

export const ClassSettings = z.strictObject({
  /** What an assistant may do in students' clusters. */
  assistants: z.enum(['read', 'use']).default('read'),
});
export type ClassSettings = z.infer<typeof ClassSettings>;

/** `POST /classes`; without a seed the server chooses one. */
export const ClassCreate = z.strictObject({
  name: ClassName,
  seed: z.string().min(1).max(CONTRACT_LIMITS.seedCharacters).optional(),
  quotas: ClassQuotas.prefault({}),
  settings: ClassSettings.prefault({}),
});
export type ClassCreate = z.infer<typeof ClassCreate>;
export type ClassCreateBody = z.input<typeof ClassCreate>;

/** `PATCH /classes/{id}`: what is named changes. */
export const ClassChange = z.strictObject({
  name: ClassName.optional(),
  quotas: z
    .strictObject(
      Object.fromEntries(
        Object.entries(ClassQuotas.shape).map(([name, quota]) => [name, quota.unwrap().optional()]),
      ) as { [Name in keyof typeof ClassQuotas.shape]: z.ZodOptional<z.ZodInt> },
    )
    .optional(),
  settings: z.strictObject({ assistants: z.enum(['read', 'use']).optional() }).optional(),
});
export type ClassChange = z.infer<typeof ClassChange>;

export const Class = z.object({
  id: Identifier,
  name: z.string(),
  /** What lab variants and clusters are drawn from; only those who teach see it. */
  seed: z.string().optional(),
  quotas: ClassQuotas,
  settings: ClassSettings,
  created_at: z.iso.datetime(),
  /** Set: it is read-only. */
  archived_at: z.iso.datetime().nullable(),
  /** The caller's role in it; null: the administrator, who is no member. */
  role: ClassRole.nullable(),
  /** The caller's group. */
  group: z.string().nullable(),
});
export type Class = z.infer<typeof Class>;

export const Member = z.object({
  person: Person.pick({ id: true, login: true, name: true }),
  role: ClassRole,
  group: z.string().nullable(),
  has_password: z.boolean(),
  joined_at: z.iso.datetime(),
});
export type Member = z.infer<typeof Member>;

/** `POST /classes/{id}/members`: who has the login becomes a member; a new person if there is none. */
export const MemberCreate = z.strictObject({
  login: Login,
  name: PersonName.optional(),
  role: ClassRole.default('student'),
  group: GroupName.nullable().default(null),
});
export type MemberCreate = z.infer<typeof MemberCreate>;
export type MemberCreateBody = z.input<typeof MemberCreate>;

/** With a link that lets a new person in. */
export const MemberCreated = Member.extend({ link: SignInLink.nullable() });
export type MemberCreated = z.infer<typeof MemberCreated>;

export const MemberChange = z.strictObject({
  role: ClassRole.optional(),
  group: GroupName.nullable().optional(),
});
export type MemberChange = z.infer<typeof MemberChange>;

/** A row of `POST /classes/{id}/roster`; `link` lets a new person in once. */
export const RosterRow = z.object({
  /** Of the file, the first row of people being 2 where there is a header. */
  line: z.int(),
  login: z.string(),
  name: z.string(),
  group: z.string().nullable(),
  result: z.enum(['added', 'updated', 'unchanged', 'refused']),
  problem: z.string().nullable(),
  link: z.string().nullable(),
});
export type RosterRow = z.infer<typeof RosterRow>;
export const RosterReport = z.object({ rows: z.array(RosterRow) });
export type RosterReport = z.infer<typeof RosterReport>;

/** `POST /classes/{id}/invitations`. */
export const InvitationCreate = z.strictObject({
  role: ClassRole.exclude(['teacher']).default('student'),
  group: GroupName.nullable().default(null),
  uses: z.int().min(1).max(CONTRACT_LIMITS.invitationUses).default(100),
  expires_in_s: z
    .int()
    .min(60)
    .max(CONTRACT_LIMITS.invitationLifetimeSeconds)
    .default(14 * 24 * 3600),
});
export type InvitationCreate = z.infer<typeof InvitationCreate>;
export type InvitationCreateBody = z.input<typeof InvitationCreate>;

export const Invitation = z.object({
  id: Identifier,
  /** Eight characters that nobody confuses; upper or lower case, with or without a dash in the middle. */
  code: z.string(),
  url: z.string(),
  role: ClassRole,
  group: z.string().nullable(),
  uses_left: z.int(),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
});
export type Invitation = z.infer<typeof Invitation>;

/** `POST /join`: who is signed in joins; anybody else becomes a person with that name and gets a session. */
export const Join = z.strictObject({
  code: z.string().min(1).max(32),
  name: PersonName.optional(),
  login: Login.optional(),
  password: Password.optional(),
});
export type Join = z.infer<typeof Join>;

export const Joined = z.object({ class: Class, person: Person });
export type Joined = z.infer<typeof Joined>;
