/** Passwords as Argon2id hashes. */
import { Algorithm, hash, verify } from '@node-rs/argon2';

/** OWASP's choice: 19 MiB, two passes, one lane. */
const COST = { algorithm: 2 satisfies Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const hashPassword = (password: string): Promise<string> => hash(password, COST);

/** Of no password that anybody has: who asks for an unknown login waits as long as for a known one. */
let nobody: Promise<string> | undefined;

export async function isPassword(hashed: string | null, password: string): Promise<boolean> {
  nobody ??= hashPassword('no password at all');
  const matches = await verify(hashed ?? (await nobody), password);
  return matches && hashed !== null;
}
