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

/** A page of another origin cannot read it, and only sends it when the user follows a link. */
export function sessionCookie(secret: string, maxAgeSeconds: number, secure: boolean): string {
  return cookie(SESSION_COOKIE, secret, '/', maxAgeSeconds, secure);
}

export function oidcCookie(value: string, maxAgeSeconds: number, secure: boolean): string {
  return cookie(OIDC_COOKIE, value, '/api/v1/auth/oidc', maxAgeSeconds, secure);
}

function cookie(name: string, value: string, path: string, maxAgeSeconds: number, secure: boolean): string {
  const parts = [`${name}=${value}`, `Path=${path}`, 'HttpOnly', 'SameSite=Lax', `Max-Age=${maxAgeSeconds}`];
  return (secure ? [...parts, 'Secure'] : parts).join('; ');
}
