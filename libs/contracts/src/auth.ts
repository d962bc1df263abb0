import { z } from 'zod';
import { CONTRACT_LIMITS } from './limits';
import { Identifier } from './primitives';

export const Role = z.enum(['admin', 'teacher', 'student']);
export type Role = z.infer<typeof Role>;

export const Person = z.object({ id: Identifier, name: z.string(), role: Role });
export type Person = z.infer<typeof Person>;

/** `POST /auth/sign-in`: the code of a one-time link, or a bearer token. */
export const SignIn = z.union([
  z.strictObject({ code: z.string().min(1).max(256) }),
  z.strictObject({ token: z.string().min(1).max(4096) }),
]);
export type SignIn = z.infer<typeof SignIn>;

/** Who is signed in (`GET /auth/session`), and until when (null: the administrator's token does not expire). */
export const Session = z.object({ person: Person, expires_at: z.iso.datetime().nullable() });
export type Session = z.infer<typeof Session>;

/** `POST /auth/links`: a sign-in link for the caller that works once. */
export const SignInLink = z.object({ url: z.string(), expires_at: z.iso.datetime() });
export type SignInLink = z.infer<typeof SignInLink>;

/** `POST /auth/tokens`. */
export const TokenCreate = z.strictObject({
  name: z.string().trim().min(1).max(CONTRACT_LIMITS.tokenNameCharacters),
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
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
});
export type TokenInformation = z.infer<typeof TokenInformation>;

/** The only answer that carries the token itself. */
export const TokenCreated = TokenInformation.extend({ token: z.string() });
export type TokenCreated = z.infer<typeof TokenCreated>;
