import { z } from 'zod';
import { LabSummary } from './attempt';
import { ClassRole } from './classroom';
import { CONTRACT_LIMITS } from './limits';
import { Identifier } from './primitives';

const WebUrl = z.url({ protocol: /^https?$/, error: 'must be a URL with http or https' }).max(2000);
const WebOrigin = z
  .string()
  .max(255)
  .regex(/^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/, 'must be an origin: scheme, host and port, no path');
const Name = z.string().min(1).max(255);

/** `POST /lti/platforms`: what the administrator of a learning platform says of the tool's registration there. */
export const LtiPlatformCreate = z.strictObject({
  name: z.string().min(1).max(64),
  issuer: WebUrl.max(255),
  client_id: Name,
  deployment_id: Name,
  authorization_url: WebUrl.describe('Where the browser is sent with an authentication request'),
  token_url: WebUrl.describe('Where an access token for the grade book is got'),
  jwks_url: WebUrl.describe("The platform's public keys"),
  frame_origins: z
    .array(WebOrigin)
    .max(CONTRACT_LIMITS.ltiFrameOrigins)
    .default([])
    .describe('Whose pages may show this tool in a frame of theirs, such as https://moodle.example.edu'),
});
export type LtiPlatformCreate = z.infer<typeof LtiPlatformCreate>;
export type LtiPlatformCreateBody = z.input<typeof LtiPlatformCreate>;

/** A platform, with what it is told of this tool. */
export const LtiPlatform = LtiPlatformCreate.extend({
  id: z.string(),
  created_at: z.iso.datetime(),
  tool: z.strictObject({ login_url: z.string(), launch_url: z.string(), jwks_url: z.string() }),
});
export type LtiPlatform = z.infer<typeof LtiPlatform>;

/** `sent_at` is set once the platform has taken the score of that moment; else it is tried until it does. */
export const LtiGrade = z.strictObject({
  person: z.strictObject({ id: z.string(), name: z.string() }),
  lab: z.string(),
  score: z.number().nullable(),
  max: z.number(),
  state: z.enum(['NoScore', 'Waiting', 'Sent']),
  sent_at: z.iso.datetime().nullable(),
  tries: z.int(),
  next_try_at: z.iso.datetime().nullable(),
  last_error: z.string().nullable(),
});
export type LtiGrade = z.infer<typeof LtiGrade>;

/** A link of a course to this tool (`GET /classes/{id}/lti/links`): known from its first launch on. */
export const LtiLink = z.strictObject({
  id: Identifier,
  platform: z.strictObject({ id: z.string(), name: z.string() }),
  title: z.string().nullable(),
  /** What it leads to. Null: neither does the link itself say so (custom parameter `lab`), nor has somebody here. */
  lab: z.string().nullable(),
  seen_at: z.iso.datetime(),
});
export type LtiLink = z.infer<typeof LtiLink>;

/** `PUT /classes/{id}/lti/links/{link}`: where a link leads that names no lab itself. */
export const LtiLinkChange = z.strictObject({ lab: z.string().min(1).max(128) });
export type LtiLinkChange = z.infer<typeof LtiLinkChange>;

/** Of one who is in the course, as the platform tells it (Names and Role Provisioning Services 2.0). */
export const LtiRosterRow = z.strictObject({
  /** Who it is at the platform. */
  subject: z.string(),
  person: z.strictObject({ id: Identifier, name: z.string() }).nullable(),
  role: ClassRole.nullable(),
  /** `Left`: is active in the course no more, but stays here; `Refused`: neither teaches nor learns there, or the class is full. */
  result: z.enum(['Joined', 'Promoted', 'Unchanged', 'Left', 'Refused']),
});
export type LtiRosterRow = z.infer<typeof LtiRosterRow>;

/** `POST /classes/{id}/lti/roster`: everybody of the course becomes a member of the class. */
export const LtiRoster = z.strictObject({ rows: z.array(LtiRosterRow) });
export type LtiRoster = z.infer<typeof LtiRoster>;

const DeepLinkRequest = z.string().min(1).max(8000).describe('What the platform asked, sealed');

/** `GET /lti/deep-links?request=`: a teacher chooses labs for links in his course. A browser gets a page for it. */
export const LtiDeepLinkQuery = z.strictObject({ request: DeepLinkRequest });
export type LtiDeepLinkQuery = z.infer<typeof LtiDeepLinkQuery>;

export const LtiDeepLink = z.strictObject({
  request: DeepLinkRequest,
  class: Identifier,
  platform: z.string(),
  /** Whether the platform takes more than one. */
  multiple: z.boolean(),
  labs: z.array(LabSummary),
});
export type LtiDeepLink = z.infer<typeof LtiDeepLink>;

const LabNames = z.array(z.string().min(1).max(128)).max(CONTRACT_LIMITS.ltiDeepLinkLabs);

/** `POST /lti/deep-links`, as JSON or as a form; no lab: the teacher changed his mind. */
export const LtiDeepLinkChoice = z.strictObject({
  request: DeepLinkRequest,
  labs: z
    .union([
      LabNames,
      z
        .string()
        .min(1)
        .max(128)
        .transform((lab) => [lab]),
    ])
    .default([]),
});
export type LtiDeepLinkChoice = z.infer<typeof LtiDeepLinkChoice>;

/** What the browser is to post to `return_url` as a form: the field `JWT`. */
export const LtiDeepLinkAnswer = z.strictObject({ return_url: z.string(), jwt: z.string() });
export type LtiDeepLinkAnswer = z.infer<typeof LtiDeepLinkAnswer>;
