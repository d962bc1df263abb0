import { z } from 'zod';
import { CONTRACT_LIMITS } from './limits';
import { Login, Password, Person } from './people';
import { Identifier } from './primitives';

/** `POST /auth/sign-in`: the code of a one-time link, a bearer token, or a password. */
export const SignIn = z.union([
  z.strictObject({ code: z.string().min(1).max(256) }),
  z.strictObject({ token: z.string().min(1).max(4096) }),
  z.strictObject({
    login: z.string().min(1).max(CONTRACT_LIMITS.loginCharacters),
    password: z.string().min(1).max(CONTRACT_LIMITS.passwordCharacters),
  }),
]);
export type SignIn = z.infer<typeof SignIn>;

/** Who is signed in (`GET /auth/session`), and until when (null: the administrator's token does not expire). */
export const Session = z.object({ person: Person, expires_at: z.iso.datetime().nullable() });
export type Session = z.infer<typeof Session>;

/** `GET /auth/methods`: the ways in; `oidc` names the provider. */
export const SignInMethods = z.object({
  password: z.boolean(),
  link: z.boolean(),
  oidc: z.object({ name: z.string(), start: z.string() }).nullable(),
});
export type SignInMethods = z.infer<typeof SignInMethods>;

/** `PUT /auth/password`: `current` where there is one; `login` for who has none yet. Other sessions end. */
export const PasswordChange = z.strictObject({
  password: Password,
  current: z.string().min(1).max(CONTRACT_LIMITS.passwordCharacters).optional(),
  login: Login.optional(),
});
export type PasswordChange = z.infer<typeof PasswordChange>;

/** How a session began. */
export const SignInMethod = z.enum(['link', 'token', 'password', 'oidc', 'join']);
export type SignInMethod = z.infer<typeof SignInMethod>;

export const SessionInformation = z.object({
  id: Identifier,
  method: SignInMethod,
  /** The one that asks. */
  current: z.boolean(),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
});
export type SessionInformation = z.infer<typeof SessionInformation>;

/** `POST /auth/links`: a sign-in link for the caller that works once. */
export const SignInLink = z.object({ url: z.string(), expires_at: z.iso.datetime() });
export type SignInLink = z.infer<typeof SignInLink>;

/** All that its owner may, only reading, or only `POST /grade` and what it reads. */
export const TokenScope = z.enum(['all', 'read', 'grade']);
export type TokenScope = z.infer<typeof TokenScope>;

/** `POST /auth/tokens`. */
export const TokenCreate = z.strictObject({
  name: z.string().trim().min(1).max(CONTRACT_LIMITS.tokenNameCharacters),
  scope: TokenScope.default('all'),
  expires_in_s: z
    .int()
    .min(60)
    .max(CONTRACT_LIMITS.tokenLifetimeSeconds)
    .default(30 * 24 * 3600),
});
export type TokenCreate = z.infer<typeof TokenCreate>;

export const TokenInformation = z.object({
  id: Identifier,
  name: z.string(),
  /** A token for one cluster's Kubernetes API only. */
  cluster: Identifier.nullable(),
  scope: TokenScope,
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
});
export type TokenInformation = z.infer<typeof TokenInformation>;

/** The only answer that carries the token itself. */
export const TokenCreated = TokenInformation.extend({ token: z.string() });
export type TokenCreated = z.infer<typeof TokenCreated>;

/** The answer of `POST /people`. */
export const PersonCreated = Person.extend({ link: SignInLink });
export type PersonCreated = z.infer<typeof PersonCreated>;
