/** Sign-in with a provider of OpenID Connect, against a real one on loopback. */
import type { Page, Person, Session, SessionInformation, SignInMethods } from '@podlab/contracts';
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from './support/client';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';

let provider: ChildProcess;
let server: TestServer;
let admin: Client;
let settings: Record<string, string>;

beforeAll(async () => {
  provider = spawn(process.execPath, [join(__dirname, 'support/oidc-provider.mjs')], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: provider.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  const line = async () => ((await lines.next()) as IteratorResult<string, string>).value;
  settings = {
    PODLAB_OIDC_ISSUER: await line(),
    PODLAB_OIDC_CLIENT_ID: 'podlab',
    PODLAB_OIDC_CLIENT_SECRET: 'a secret of the client',
    PODLAB_OIDC_NAME: 'School',
  };
  server = await startServer(newDataFolder(), settings);
  provider.stdin?.write(`${server.url}/api/v1/auth/oidc/callback\n`);
  await line();
  admin = new Client(server);
});

afterAll(async () => {
  provider?.kill();
  await server?.stop();
  if (server) removeDataFolder(server.folder);
});

/** As a browser does: keeps cookies by origin, follows no redirect by itself. */
class Browser {
  readonly cookies = new Map<string, Map<string, string>>();

  async open(url: string, form?: Record<string, string>): Promise<Response> {
    const { origin } = new URL(url);
    const jar = this.cookies.get(origin) ?? new Map<string, string>();
    this.cookies.set(origin, jar);
    const response = await fetch(url, {
      method: form ? 'POST' : 'GET',
      body: form && new URLSearchParams(form),
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [name, ...value] = cookie.split(';')[0].split('=');
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(cookie)) jar.delete(name);
      else jar.set(name, value.join('='));
    }
    return response;
  }

  /** Walks from `url` through the provider's pages as `login`, to where the provider sends back to. */
  async throughProvider(url: string, login: string): Promise<string> {
    let at = url;
    let form: Record<string, string> | undefined;
    for (let steps = 0; steps < 20; steps++) {
      const response = await this.open(at, form);
      const location = response.headers.get('location');
      form = undefined;
      if (location) at = new URL(location, at).href;
      else {
        const page = await response.text();
        at = new URL(/action="([^"]+)"/.exec(page)?.[1] ?? '', at).href;
        const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? '';
        form = { prompt, login, password: 'any' };
      }
      if (at.startsWith(`${server.url}/api/v1/auth/oidc/callback`)) return at;
    }
    throw new Error('the provider sends nobody back');
  }

  async signIn(login: string, start = '/api/v1/auth/oidc/start'): Promise<Response> {
    return this.open(await this.throughProvider(`${server.url}${start}`, login));
  }

  /** A client with the session cookie. */
  client(): Client {
    const session = this.cookies.get(server.url)?.get('podlab_session');
    return new Client(server, { cookie: `podlab_session=${session}`, origin: server.url });
  }
}

const who = async (browser: Browser): Promise<Person> =>
  (await browser.client().ok<Session>('GET', '/api/v1/auth/session')).person;

it('is offered by name', async () => {
  const { oidc } = await new Client(server, {}).ok<SignInMethods>('GET', '/api/v1/auth/methods');
  expect(oidc).toEqual({ name: 'School', start: '/api/v1/auth/oidc/start' });
});

it('makes a person of a new subject, and knows him again by issuer and subject', async () => {
  const browser = new Browser();
  const back = await browser.signIn('ann', '/api/v1/auth/oidc/start?return_to=/clusters%3Fx=1');
  expect([back.status, back.headers.get('location')]).toEqual([302, '/clusters?x=1']);
  const ann = await who(browser);
  expect(ann).toMatchObject({ login: null, name: 'Name of ann', role: 'student' });
  const sessions = await browser.client().ok<Page<SessionInformation>>('GET', '/api/v1/auth/sessions');
  expect(sessions.items.map(({ method }) => method)).toEqual(['oidc']);
  const again = new Browser();
  await again.signIn('ann');
  expect(await who(again)).toEqual(ann);
  const other = new Browser();
  await other.signIn('bob');
  expect((await who(other)).id).not.toBe(ann.id);
});

it('does not take a login of the same name for the same person', async () => {
  const { person } = await admin.newPerson({ login: 'namesake', name: 'Name of namesake' });
  const browser = new Browser();
  await browser.signIn('namesake');
  expect((await who(browser)).id).not.toBe(person.id);
});

it('is linked to who is signed in, and to nobody else after that', async () => {
  const link = await admin.ok<{ link: { url: string } }>('POST', '/api/v1/people', { login: 'linker' });
  const browser = new Browser();
  const code = new URL(link.link.url).hash.replace('#code=', '');
  const signedIn = await fetch(`${server.url}/api/v1/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  });
  const cookie = signedIn.headers.getSetCookie()[0].split(';')[0].split('=')[1];
  browser.cookies.set(server.url, new Map([['podlab_session', cookie]]));
  await browser.signIn('subject-of-linker');
  expect((await who(browser)).login).toBe('linker');
  const fresh = new Browser();
  await fresh.signIn('subject-of-linker');
  expect((await who(fresh)).login).toBe('linker');
  const thief = new Browser();
  await thief.signIn('thief');
  thief.cookies.forEach((_, origin) => origin !== server.url && thief.cookies.delete(origin));
  expect((await thief.signIn('subject-of-linker')).status).toBe(409);
});

it.each([
  ['https://elsewhere.example'],
  ['//elsewhere.example'],
  ['/\\elsewhere.example'],
  ['javascript:alert(1)'],
  ['/a\r\nset-cookie: x'],
])('never leads to %j afterwards', async (path) => {
  const start = `/api/v1/auth/oidc/start?return_to=${encodeURIComponent(path)}`;
  expect((await new Browser().signIn('ann', start)).headers.get('location')).toBe('/');
});

describe('a callback', () => {
  const refused = async (response: Response) => {
    expect(response.status).toBe(401);
    expect(response.headers.getSetCookie().join()).not.toContain('podlab_session=');
    expect(((await response.json()) as { code: string }).code).toBe('Unauthenticated');
  };
  const begin = async () => {
    const browser = new Browser();
    return { browser, url: await browser.throughProvider(`${server.url}/api/v1/auth/oidc/start`, 'ann') };
  };

  it('without its beginning is refused: nobody is signed in as somebody else by a link', async () => {
    const { url } = await begin();
    await refused(await new Browser().open(url));
  });

  it('with the beginning of another is refused', async () => {
    const [one, other] = [await begin(), await begin()];
    await refused(await one.browser.open(other.url));
  });

  it.each([
    ['another state', 'state', 'x'],
    ['another code', 'code', 'x'],
    ['another issuer', 'iss', 'http://127.0.0.1:1'],
  ])('with %s is refused', async (_, name, value) => {
    const { browser, url } = await begin();
    const forged = new URL(url);
    forged.searchParams.set(name, value);
    await refused(await browser.open(forged.href));
  });

  it('with a cookie that was changed is refused', async () => {
    const { browser, url } = await begin();
    const jar = browser.cookies.get(server.url);
    const cookie = String(jar?.get('podlab_oidc'));
    jar?.set('podlab_oidc', `${cookie.startsWith('A') ? 'B' : 'A'}${cookie.slice(1)}`);
    await refused(await browser.open(url));
  });

  it('twice is refused', async () => {
    const { browser, url } = await begin();
    expect((await browser.open(url)).status).toBe(302);
    await refused(await browser.open(url));
  });
});

it('a provider that does not answer is told, and the server goes on', async () => {
  const folder = newDataFolder();
  const alone = await startServer(folder, { ...settings, PODLAB_OIDC_ISSUER: 'http://127.0.0.1:1' });
  const { status, body } = await new Client(alone, {}).call('GET', '/api/v1/auth/oidc/start');
  await alone.stop();
  removeDataFolder(folder);
  expect([status, body.code]).toEqual([503, 'ProviderUnavailable']);
});
