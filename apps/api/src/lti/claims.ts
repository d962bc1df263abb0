/**
 * What a platform says when it launches. Models LTI 1.3 Core (1EdTech) 5.3, Assignment and Grade Services 2.0, 3.1, Names
 * and Role Provisioning Services 2.0, 3.6.1.1, and Deep Linking 2.0, 4.4.
 */
import { z } from 'zod';

const CLAIM = 'https://purl.imsglobal.org/spec/lti/claim';
const AGS_CLAIM = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint';
const NRPS_CLAIM = 'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice';
const DEEP_LINKING_CLAIM = 'https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings';
const MEMBERSHIP = 'http://purl.imsglobal.org/vocab/lis/v2/membership';

const Id = z.string().min(1).max(255);
const ServiceUrl = z.url({ protocol: /^https?$/ }).max(2000);

const Common = z.looseObject({
  iss: z.string(),
  sub: Id,
  nonce: z.string(),
  name: z.string().optional(),
  [`${CLAIM}/message_type`]: z.enum(['LtiResourceLinkRequest', 'LtiDeepLinkingRequest']),
  [`${CLAIM}/version`]: z.literal('1.3.0'),
  [`${CLAIM}/deployment_id`]: Id,
  [`${CLAIM}/roles`]: z.array(z.string()),
  [`${CLAIM}/context`]: z.looseObject({
    id: Id,
    title: z.string().optional(),
    label: z.string().optional(),
  }),
  [NRPS_CLAIM]: z.looseObject({ context_memberships_url: ServiceUrl }).optional(),
});

const Resource = z.looseObject({
  [`${CLAIM}/resource_link`]: z.looseObject({ id: Id, title: z.string().optional() }),
  [`${CLAIM}/custom`]: z.looseObject({ lab: z.string().min(1).max(128).optional() }).optional(),
  [AGS_CLAIM]: z
    .looseObject({ lineitem: ServiceUrl.optional(), lineitems: ServiceUrl.optional() })
    .optional(),
});

/** Some platforms write it as a word. */
const Truth = z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })]);
const DATA_CHARACTERS = 4000;
const Choosing = z.looseObject({
  [DEEP_LINKING_CLAIM]: z.looseObject({
    deep_link_return_url: ServiceUrl,
    accept_types: z.array(z.string()).refine((types) => types.includes('ltiResourceLink'), {
      error: 'the platform takes no links to this tool here',
    }),
    accept_multiple: Truth.optional(),
    accept_lineitem: Truth.optional(),
    data: z.string().max(DATA_CHARACTERS).optional(),
  }),
});

/** What every launch says, in plain words. */
export interface LaunchBase {
  issuer: string;
  subject: string;
  name?: string;
  deployment: string;
  /** Null: neither teaches nor learns in the course. */
  role: CourseRole | null;
  context: { id: string; title: string };
  /** Where the platform tells who is in the course. */
  memberships: string | null;
}

export type CourseRole = 'teacher' | 'assistant' | 'student';

/** Somebody follows a link of a course. */
export interface ResourceLaunch extends LaunchBase {
  kind: 'Resource';
  resourceLink: { id: string; title: string | null };
  /** As the link itself says it. */
  lab: string | null;
  lineItem: string | null;
  lineItems: string | null;
}

/** Somebody chooses what a link is to lead to. */
export interface ChoosingLaunch extends LaunchBase {
  kind: 'Choosing';
  returnUrl: string;
  multiple: boolean;
  /** Whether the link may come with a column of the grade book. */
  takesLineItem: boolean;
  /** To be given back as it is. */
  data: string | null;
}

export type Launch = ResourceLaunch | ChoosingLaunch;

/** The launch, or which claim is missing or wrong. */
export function readLaunch(payload: unknown): { launch: Launch } | { problem: string } {
  const common = Common.safeParse(payload);
  if (!common.success) return problemOf(common.error);
  const claims = common.data as Record<string, unknown>;
  const of = <T>(name: string) => claims[`${CLAIM}/${name}`] as T;
  const context = of<{ id: string; title?: string; label?: string }>('context');
  const services = claims[NRPS_CLAIM] as { context_memberships_url: string } | undefined;
  const base: LaunchBase = {
    issuer: common.data.iss,
    subject: common.data.sub,
    ...(common.data.name !== undefined && { name: common.data.name }),
    deployment: of<string>('deployment_id'),
    role: roleOf(of<string[]>('roles')),
    context: { id: context.id, title: context.title ?? context.label ?? context.id },
    memberships: services?.context_memberships_url ?? null,
  };
  const isChoosing = of<string>('message_type') === 'LtiDeepLinkingRequest';
  return isChoosing ? choosing(base, payload) : resource(base, payload);
}

function resource(base: LaunchBase, payload: unknown): { launch: Launch } | { problem: string } {
  const parsed = Resource.safeParse(payload);
  if (!parsed.success) return problemOf(parsed.error);
  const claims = parsed.data as Record<string, unknown>;
  const link = claims[`${CLAIM}/resource_link`] as { id: string; title?: string };
  const custom = claims[`${CLAIM}/custom`] as { lab?: string } | undefined;
  const services = claims[AGS_CLAIM] as { lineitem?: string; lineitems?: string } | undefined;
  const launch: ResourceLaunch = {
    ...base,
    kind: 'Resource',
    resourceLink: { id: link.id, title: link.title ?? null },
    lab: custom?.lab ?? null,
    lineItem: services?.lineitem ?? null,
    lineItems: services?.lineitems ?? null,
  };
  return { launch };
}

function choosing(base: LaunchBase, payload: unknown): { launch: Launch } | { problem: string } {
  const parsed = Choosing.safeParse(payload);
  if (!parsed.success) return problemOf(parsed.error);
  const settings = parsed.data[DEEP_LINKING_CLAIM] as {
    deep_link_return_url: string;
    accept_multiple?: boolean;
    accept_lineitem?: boolean;
    data?: string;
  };
  const launch: ChoosingLaunch = {
    ...base,
    kind: 'Choosing',
    returnUrl: settings.deep_link_return_url,
    multiple: settings.accept_multiple ?? false,
    takesLineItem: settings.accept_lineitem ?? false,
    data: settings.data ?? null,
  };
  return { launch };
}

function problemOf({ issues: [{ path, message }] }: z.ZodError): { problem: string } {
  return { problem: `${path.join('.')}: ${message}` };
}

/** A teaching assistant is named beside the role that he assists in, so he is looked for first. */
export function roleOf(roles: readonly string[]): CourseRole | null {
  const has = (...names: string[]) => roles.some((role) => names.includes(role));
  if (has(`${MEMBERSHIP}/Instructor#TeachingAssistant`)) return 'assistant';
  if (has(`${MEMBERSHIP}#Instructor`, `${MEMBERSHIP}#Administrator`, 'Instructor')) return 'teacher';
  return has(`${MEMBERSHIP}#Learner`, 'Learner') ? 'student' : null;
}
