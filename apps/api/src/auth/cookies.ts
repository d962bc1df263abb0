export const SESSION_COOKIE = 'podlab_session';
/** What a sign-in with a provider carries there and back. */
export const OIDC_COOKIE = 'podlab_oidc';

export function cookieValue(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const [key, ...value] = pair.trim().split('=');
    if (key === name && value.length > 0) return value.join('=');
  }
  return undefined;
}

/**
 * A page of another origin cannot read it, and only sends it when the user follows a link. `inFrame`: it also goes along
 * where a page of another origin shows ours in a frame, kept apart from what is open elsewhere (CHIPS); browsers allow
 * that over https only, and what such a call changes must still come from our own origin.
 */
export function sessionCookie(
  secret: string,
  maxAgeSeconds: number,
  secure: boolean,
  inFrame = false,
): string {
  const sameSite = inFrame && secure ? 'None; Partitioned' : 'Lax';
  return cookie(SESSION_COOKIE, secret, { path: '/', maxAgeSeconds, secure, sameSite });
}

export function oidcCookie(value: string, maxAgeSeconds: number, secure: boolean): string {
  return cookie(OIDC_COOKIE, value, { path: '/api/v1/auth/oidc', maxAgeSeconds, secure, sameSite: 'Lax' });
}

interface CookieOptions {
  path: string;
  maxAgeSeconds: number;
  secure: boolean;
  sameSite: string;
}

function cookie(
  name: string,
  value: string,
  { path, maxAgeSeconds, secure, sameSite }: CookieOptions,
): string {
  const parts = [
    `${name}=${value}`,
    `Path=${path}`,
    'HttpOnly',
    `SameSite=${sameSite}`,
    `Max-Age=${maxAgeSeconds}`,
  ];
  return (secure ? [...parts, 'Secure'] : parts).join('; ');
}
