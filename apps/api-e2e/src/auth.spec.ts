import type { Session, SignInLink, TokenCreated } from '@podlab/contracts';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from './support/client';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';

let server: TestServer;
let admin: Client;
let anonymous: Client;

beforeAll(async () => {
  server = await startServer(newDataFolder());
  admin = new Client(server);
  anonymous = new Client(server, {});
});

afterAll(async () => {
  await server.stop();
  removeDataFolder(server.folder);
});

const codeOf = (url: string) => new URL(url).hash.replace('#code=', '');
const cookieOf = (headers: Headers) => (headers.get('set-cookie') ?? '').split(';')[0];

describe('without a credential', () => {
  it.each([
    ['GET', '/api/v1/clusters'],
    ['POST', '/api/v1/clusters'],
    ['GET', '/api/v1/clusters/abc'],
    ['DELETE', '/api/v1/clusters/abc'],
    ['POST', '/api/v1/clusters/abc/requests'],
    ['GET', '/api/v1/auth/session'],
    ['POST', '/api/v1/auth/links'],
  ])('%s %s is 401', async (method, path) => {
    const answer = await anonymous.call(method, path);
    expect([answer.status, answer.body.code]).toEqual([401, 'Unauthenticated']);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
  });

  it.each(['/healthz', '/readyz', '/metrics', '/api/docs', '/api/openapi.json'])(
    '%s answers',
    async (path) => {
      expect((await anonymous.call('GET', path)).status).toBe(200);
    },
  );

  it.each([
    ['wrong', 'wrong'],
    ['empty', ''],
    ['of two words', 'a b'],
    ['endless', 'x'.repeat(5000)],
  ])('a token that is %s is refused', async (_, token) => {
    const answer = await anonymous.with({ authorization: `Bearer ${token}` }).call('GET', '/api/v1/clusters');
    expect(answer.status).toBe(401);
  });
});

describe('the administrator', () => {
  it('has a token in a file that only the owner reads', async () => {
    expect(statSync(join(server.folder, 'admin-token')).mode & 0o777).toBe(0o600);
    expect(statSync(join(server.folder, 'secret')).mode & 0o777).toBe(0o600);
    expect(statSync(server.folder).mode & 0o777).toBe(0o700);
    expect(await admin.ok<Session>('GET', '/api/v1/auth/session')).toEqual({
      person: { id: 'admin', login: 'admin', name: 'admin', role: 'admin' },
      expires_at: null,
    });
  });

  it('signs in once with the printed link, and gets an HttpOnly cookie', async () => {
    const code = codeOf(server.signInUrl);
    const first = await anonymous.call<Session>('POST', '/api/v1/auth/sign-in', { code });
    expect(first.status).toBe(200);
    expect(first.body.person.role).toBe('admin');
    expect(first.headers.get('set-cookie')).toMatch(
      /^podlab_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=604800$/,
    );
    const second = await anonymous.call('POST', '/api/v1/auth/sign-in', { code });
    expect([second.status, second.body.code]).toEqual([401, 'Unauthenticated']);
  });

  it('is signed in by no form of another page, and by one of our own', async () => {
    const { url } = await admin.ok<SignInLink>('POST', '/api/v1/auth/links');
    const send = (origin: string) =>
      new Client(server, { origin }).call(
        'POST',
        '/api/v1/auth/sign-in',
        `code=${codeOf(url)}`,
        'application/x-www-form-urlencoded',
      );
    for (const origin of ['https://elsewhere.example', 'null']) {
      const { status, body, headers } = await send(origin);
      expect([status, body.code, headers.get('set-cookie')]).toEqual([403, 'ForeignOrigin', null]);
    }
    expect((await send(server.url)).status).toBe(200);
  });

  it('makes tokens that work, are listed without their text, and end', async () => {
    const made = await admin.ok<TokenCreated>('POST', '/api/v1/auth/tokens', { name: 'ci' });
    const other = new Client(server, { authorization: `Bearer ${made.token}` });
    expect((await other.call('GET', '/api/v1/clusters')).status).toBe(200);
    const listed = await admin.call('GET', '/api/v1/auth/tokens');
    expect(listed.text).toContain(made.id);
    expect(listed.text).not.toContain(made.token);
    expect((await admin.call('DELETE', `/api/v1/auth/tokens/${made.id}`)).status).toBe(204);
    expect((await admin.call('DELETE', `/api/v1/auth/tokens/${made.id}`)).status).toBe(404);
    expect((await other.call('GET', '/api/v1/clusters')).status).toBe(401);
  });
});

describe('a session', () => {
  let cookie: string;

  beforeEach(async () => {
    const { url } = await admin.ok<SignInLink>('POST', '/api/v1/auth/links');
    const signedIn = await anonymous.call('POST', '/api/v1/auth/sign-in', { code: codeOf(url) });
    cookie = cookieOf(signedIn.headers);
  });

  it.each([
    ['GET', undefined, 200],
    ['POST', undefined, 403],
    ['POST', 'https://elsewhere.example', 403],
    ['POST', 'null', 403],
    ['POST', 'own', 201],
  ])('%s with the origin %s is %i', async (method, origin, status) => {
    const own = origin === 'own' ? server.url : origin;
    const client = new Client(server, { cookie, ...(own && { origin: own }) });
    const answer = await client.call(method, method === 'GET' ? '/api/v1/clusters' : '/api/v1/auth/links');
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.body.code).toBe('ForeignOrigin');
  });

  it('must come from our own page, whatever stands in an Authorization header that is no bearer token', async () => {
    const authorization = 'Basic Y2xhc3M6cHc=';
    const client = new Client(server, { cookie, authorization, origin: 'https://elsewhere.example' });
    const answer = await client.call('POST', '/api/v1/auth/links');
    expect([answer.status, answer.body.code]).toEqual([403, 'ForeignOrigin']);
  });

  it('opens a cluster to its cookie, not to a header that came with it', async () => {
    const { id } = await admin.ok<{ id: string }>('POST', '/api/v1/clusters', { name: 'behind a proxy' });
    const authorization = 'Basic Y2xhc3M6cHc=';
    const statusOf = async (headers: Record<string, string>) =>
      (await new Client(server, headers).call('GET', `/clusters/${id}/api/v1/namespaces`)).status;
    expect(await statusOf({ authorization })).toBe(401);
    expect(await statusOf({ authorization, cookie })).toBe(200);
    expect(await statusOf({ authorization })).toBe(401);
  });

  it('ends with the sign-out', async () => {
    const client = new Client(server, { cookie, origin: server.url });
    expect((await client.call('POST', '/api/v1/auth/sign-out')).status).toBe(204);
    expect((await client.call('GET', '/api/v1/auth/session')).status).toBe(401);
  });
});
