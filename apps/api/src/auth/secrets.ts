import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const IDENTIFIER_ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** 256 random bits, fit for a URL and a header. */
export const randomText = (): string => randomBytes(32).toString('base64url');

/** 80 random bits as a Kubernetes-like name part. */
export const randomIdentifier = (): string =>
  Array.from(randomBytes(16), (byte) => IDENTIFIER_ALPHABET[byte % 32]).join('');

/** What the database keeps of a token: 256 random bits need no slow hash. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

export const equalSecrets = (one: string, other: string): boolean =>
  timingSafeEqual(Buffer.from(hashOf(one)), Buffer.from(hashOf(other)));
