export const SESSION_COOKIE = 'podlab_session';

export function cookieValue(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const [key, ...value] = pair.trim().split('=');
    if (key === name && value.length > 0) return value.join('=');
  }
  return undefined;
}

/** A page of another origin cannot read it, and only sends it when the user follows a link. */
export function sessionCookie(secret: string, maxAgeSeconds: number, secure: boolean): string {
  const parts = [
    `${SESSION_COOKIE}=${secret}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Lax',
    `Max-Age=${maxAgeSeconds}`,
  ];
  return (secure ? [...parts, 'Secure'] : parts).join('; ');
}
