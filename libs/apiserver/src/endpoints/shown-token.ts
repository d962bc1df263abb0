import { base64Decode, base64Encode, utf8Decode, utf8Encode } from '@podlab/kernel';
import type { UserInfo } from '../request/kube-request';

/** Whom a bearer token names, and for whom it was made. */
export interface ShownToken {
  readonly user: UserInfo;
  /** Absent: for the cluster's API server. */
  readonly audiences?: readonly string[];
}

/**
 * What stands in a TokenReview instead of its token. A cluster has no keys and keeps a log of what it is told, so the
 * host looks at the token and hands on only what it says.
 */
export function encodeShownToken(shown: ShownToken | undefined): string {
  return shown ? base64Encode(utf8Encode(JSON.stringify(shown))) : NOBODY;
}

const NOBODY = '-';

/** Undefined when the token named nobody. */
export function decodeShownToken(text: string): ShownToken | undefined {
  const bytes = text === NOBODY ? undefined : base64Decode(text);
  if (!bytes) return undefined;
  try {
    const shown = JSON.parse(utf8Decode(bytes)) as Partial<ShownToken> | null;
    return typeof shown?.user?.name === 'string' ? (shown as ShownToken) : undefined;
  } catch {
    return undefined;
  }
}
