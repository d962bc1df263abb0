import { z } from 'zod';
import { CONTRACT_LIMITS } from './limits';
import { Identifier } from './primitives';

/** What somebody may do outside of classes: a teacher makes classes, a student is in them. */
export const Role = z.enum(['admin', 'teacher', 'student']);
export type Role = z.infer<typeof Role>;

/** A line of text that people read. */
export const NameText = (limit: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(limit)
    .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, 'must not hold control characters');

/** What one signs in with: an address, a number or a name, in lower case. */
export const Login = z
  .string()
  .trim()
  .toLowerCase()
  .min(1)
  .max(CONTRACT_LIMITS.loginCharacters)
  .regex(
    /^[a-z0-9]([-a-z0-9._@+]*[a-z0-9])?$/,
    'must be lower case letters, digits, "-", ".", "_", "+" or "@", and start and end with a letter or digit',
  );

export const Password = z
  .string()
  .min(CONTRACT_LIMITS.passwordCharactersMinimum)
  .max(CONTRACT_LIMITS.passwordCharacters);

export const PersonName = NameText(CONTRACT_LIMITS.personNameCharacters);

export const Person = z.object({
  id: Identifier,
  /** Null: has none yet, and comes in by links and tokens. */
  login: z.string().nullable(),
  name: z.string(),
  role: Role,
});
export type Person = z.infer<typeof Person>;

/** `POST /people`; the answer has a link that lets the new person in once. */
export const PersonCreate = z.strictObject({
  login: Login,
  name: PersonName.optional(),
  role: Role.default('student'),
});
export type PersonCreate = z.infer<typeof PersonCreate>;
export type PersonCreateBody = z.input<typeof PersonCreate>;

/** `PATCH /people/{id}`: one's own name; the administrator changes the rest too. */
export const PersonChange = z.strictObject({
  name: PersonName.optional(),
  login: Login.optional(),
  role: Role.optional(),
});
export type PersonChange = z.infer<typeof PersonChange>;
