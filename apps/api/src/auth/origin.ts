import type { IncomingHttpHeaders } from 'node:http';
import { bearerOf } from './authenticator';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a method asks for no change. */
export const isReading = (method: string): boolean => SAFE_METHODS.has(method);

/**
 * A call that a cookie authenticates and that changes something (or opens a socket) must come from our own page.
 * Browsers always say where such a call comes from; what says nothing is refused.
 */
export function fromOwnOrigin(
  call: { method: string; headers: IncomingHttpHeaders; upgrade?: boolean },
  publicUrl: string,
): boolean {
  if (bearerOf(call.headers.authorization) !== undefined) return true;
  if (isReading(call.method) && !call.upgrade) return true;
  const { origin, host } = call.headers;
  if (origin === undefined) return false;
  return origin === publicUrl || origin === `http://${host}` || origin === `https://${host}`;
}
