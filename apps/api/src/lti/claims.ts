/** What a platform says when it launches. Models LTI 1.3 Core (1EdTech) 5.3 and Assignment and Grade Services 2.0, 3.1. */
import { z } from 'zod';

const CLAIM = 'https://purl.imsglobal.org/spec/lti/claim';
const AGS_CLAIM = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint';
const MEMBERSHIP = 'http://purl.imsglobal.org/vocab/lis/v2/membership';

const Id = z.string().min(1).max(255);
const ServiceUrl = z.url({ protocol: /^https?$/ }).max(2000);

const Claims = z.looseObject({
  iss: z.string(),
  sub: Id,
  nonce: z.string(),
  azp: z.string().optional(),
  name: z.string().optional(),
  [`${CLAIM}/message_type`]: z.literal('LtiResourceLinkRequest'),
  [`${CLAIM}/version`]: z.literal('1.3.0'),
  [`${CLAIM}/deployment_id`]: Id,
  [`${CLAIM}/roles`]: z.array(z.string()),
  [`${CLAIM}/resource_link`]: z.looseObject({ id: Id }),
  [`${CLAIM}/context`]: z.looseObject({
    id: Id,
    title: z.string().optional(),
    label: z.string().optional(),
  }),
  [`${CLAIM}/custom`]: z.looseObject({ lab: z.string().min(1).max(255) }),
  [AGS_CLAIM]: z
    .looseObject({ lineitem: ServiceUrl.optional(), lineitems: ServiceUrl.optional() })
    .optional(),
});

/** A launch, in plain words. */
export interface Launch {
  issuer: string;
  subject: string;
  nonce: string;
  authorizedParty?: string;
  name?: string;
  deployment: string;
  /** Null: neither teaches nor learns in the course. */
  role: 'teacher' | 'assistant' | 'student' | null;
  resourceLink: string;
  context: { id: string; title: string };
  lab: string;
  lineItem: string | null;
  lineItems: string | null;
}

/** The launch, or which claim is missing or wrong. */
export function readLaunch(payload: unknown): { launch: Launch } | { problem: string } {
  const parsed = Claims.safeParse(payload);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    return { problem: `${path.join('.')}: ${message}` };
  }
  const claims = parsed.data;
  // Keys that are computed have no types of their own.
  const of = <T>(name: string) => claims[`${CLAIM}/${name}`] as T;
  const context = of<{ id: string; title?: string; label?: string }>('context');
  const services = claims[AGS_CLAIM] as { lineitem?: string; lineitems?: string } | undefined;
  const launch: Launch = {
    issuer: claims.iss,
    subject: claims.sub,
    nonce: claims.nonce,
    ...(claims.azp !== undefined && { authorizedParty: claims.azp }),
    ...(claims.name !== undefined && { name: claims.name }),
    deployment: of<string>('deployment_id'),
    role: roleOf(of<string[]>('roles')),
    resourceLink: of<{ id: string }>('resource_link').id,
    context: { id: context.id, title: context.title ?? context.label ?? context.id },
    lab: of<{ lab: string }>('custom').lab,
    lineItem: services?.lineitem ?? null,
    lineItems: services?.lineitems ?? null,
  };
  return { launch };
}

/** A teaching assistant is named beside the role that he assists in, so he is looked for first. */
function roleOf(roles: readonly string[]): Launch['role'] {
  const has = (...names: string[]) => roles.some((role) => names.includes(role));
  if (has(`${MEMBERSHIP}/Instructor#TeachingAssistant`)) return 'assistant';
  if (has(`${MEMBERSHIP}#Instructor`, `${MEMBERSHIP}#Administrator`, 'Instructor')) return 'teacher';
  return has(`${MEMBERSHIP}#Learner`, 'Learner') ? 'student' : null;
}
