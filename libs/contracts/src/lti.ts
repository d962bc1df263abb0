import { z } from 'zod';

const WebUrl = z.url({ protocol: /^https?$/, error: 'must be a URL with http or https' }).max(2000);
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
});
export type LtiPlatformCreate = z.infer<typeof LtiPlatformCreate>;

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
