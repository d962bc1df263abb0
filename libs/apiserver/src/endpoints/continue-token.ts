import { newBadRequest } from '@podlab/apimachinery';
import { base64Decode, base64Encode, utf8Decode, utf8Encode } from '@podlab/kernel';

/** Where the next page of a list begins, at which revision. Models k8s.io/apiserver pkg/storage/continue.go. */
export interface ContinueToken {
  readonly rv: number;
  /** The last key of the page before. */
  readonly after: string;
}

/** The revision of a token that goes on with whatever is there: the pages before it were of an older state. */
export const LATEST_REVISION = -1;

export function encodeContinue({ rv, after }: ContinueToken): string {
  return base64Encode(utf8Encode(JSON.stringify({ v: 'meta.k8s.io/v1', rv, start: `${after}\u0000` })))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '');
}

/** Throws 400 when the token was not made by {@link encodeContinue}. */
export function decodeContinue(text: string): ContinueToken {
  const bytes = base64Decode(text);
  const token = bytes && parseToken(utf8Decode(bytes));
  if (!token) throw newBadRequest(`continue key is not valid: encoded continue token is not valid`);
  return token;
}

function parseToken(text: string): ContinueToken | undefined {
  try {
    const { v, rv, start } = JSON.parse(text) as { v?: unknown; rv?: unknown; start?: unknown };
    if (v !== 'meta.k8s.io/v1' || typeof rv !== 'number' || typeof start !== 'string') return undefined;
    return { rv, after: start.slice(0, -1) };
  } catch {
    return undefined; // not JSON: the caller answers 400
  }
}
