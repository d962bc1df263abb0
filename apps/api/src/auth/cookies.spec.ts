import { oidcCookie, sessionCookie } from './cookies';

it.each<[string, string, string]>([
  ['a session', sessionCookie('s', 60, false), 'SameSite=Lax; Max-Age=60'],
  ['a session over https', sessionCookie('s', 60, true), 'SameSite=Lax; Max-Age=60; Secure'],
  [
    'a session in a frame of another page',
    sessionCookie('s', 60, true, true),
    'SameSite=None; Partitioned; Max-Age=60; Secure',
  ],
  ['a session in a frame without https', sessionCookie('s', 60, false, true), 'SameSite=Lax; Max-Age=60'],
])('%s', (_, cookie, attributes) => expect(cookie).toBe(`podlab_session=s; Path=/; HttpOnly; ${attributes}`));

it('a provider’s round trip goes to its own path', () => {
  const attributes = 'HttpOnly; SameSite=Lax; Max-Age=60; Secure';
  expect(oidcCookie('o', 60, true)).toBe(`podlab_oidc=o; Path=/api/v1/auth/oidc; ${attributes}`);
});
