import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const IDENTIFIER_ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** 256 random bits, fit for a URL and a header. */
export const randomText = (): string => randomBytes(32).toString('base64url');

/** 80 random bits as a Kubernetes-like name part. */
export const randomIdentifier = (): string =>
  Array.from(randomBytes(16), (byte) => IDENTIFIER_ALPHABET[byte % 32]).join('');

/** How many hashes of what was shown last are kept: a client shows one token with each of its calls. */
const KEPT_HASHES = 500;
/** Of tokens; whole bodies are hashed too, and not kept. */
const KEPT_CHARACTERS = 256;
const hashes = new Map<string, string>();

/** What the database keeps of a token: 256 random bits need no slow hash. */
export function hashOf(secret: string): string {
  const known = hashes.get(secret);
  if (known !== undefined) return known;
  const hash = createHash('sha256').update(secret).digest('hex');
  if (secret.length > KEPT_CHARACTERS) return hash;
  if (hashes.size >= KEPT_HASHES) hashes.clear();
  hashes.set(secret, hash);
  return hash;
}

export const equalSecrets = (one: string, other: string): boolean => equalHashes(hashOf(one), hashOf(other));

/** Of two answers of {@link hashOf}. */
export const equalHashes = (one: string, other: string): boolean =>
  timingSafeEqual(Buffer.from(one), Buffer.from(other));
