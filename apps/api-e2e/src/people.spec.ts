/** People: made by the administrator, signing in by link and password, and gone with all that is theirs. */
import type {
  Cluster,
  Page,
  Person,
  PersonCreated,
  SessionInformation,
  TokenCreated,
} from '@podlab/contracts';
import { Client, type PersonClient } from './support/client';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';

let server: TestServer;
let admin: Client;
let anonymous: Client;
let teacher: PersonClient;
let student: PersonClient;

const PAUSED = { clock: { mode: 'paused' as const } };
const PASSWORD = 'a horse of another colour';

beforeAll(async () => {
  server = await startServer(newDataFolder());
  admin = new Client(server);
  anonymous = new Client(server, {});
  teacher = await admin.newPerson({ login: 'Tina', name: 'Tina Teacher', role: 'teacher' });
  student = await admin.newPerson({ login: 'sam@school.example', name: 'Sam' });
});

afterAll(async () => {
  await server?.stop();
  if (server) removeDataFolder(server.folder);
});

const signIn = (login: string, password: string) =>
  anonymous.call('POST', '/api/v1/auth/sign-in', { login, password });
const cookieOf = (headers: Headers) => (headers.get('set-cookie') ?? '').split(';')[0];
const browser = (cookie: string) => new Client(server, { cookie, origin: server.url });

describe('the administrator', () => {
  it('makes people with a login of their own', async () => {
    expect(student.person).toEqual({
      id: expect.stringMatching(/^[a-z2-7]{16}$/) as string,
      login: 'sam@school.example',
      name: 'Sam',
      role: 'student',
    });
    expect(teacher.person.login).toBe('tina');
    const again = await admin.call('POST', '/api/v1/people', { login: 'TINA' });
    expect([again.status, again.body.code]).toEqual([409, 'Conflict']);
    const { items } = await admin.ok<Page<Person>>('GET', '/api/v1/people?limit=2');
    expect(items.map(({ name }) => name)).toEqual(['Sam', 'Tina Teacher']);
  });

  it.each([
    [{}, 'login'],
    [{ login: 'system:admin' }, 'login'],
    [{ login: 'a b' }, 'login'],
    [{ login: 'x'.repeat(65) }, 'login'],
    [{ login: 'ok', role: 'root' }, 'role'],
    [{ login: 'ok', name: 'a\u202eb' }, 'name'],
    [{ login: 'ok', password: 'x' }, 'password'],
  ])('is told what is wrong with %j', async (body, path) => {
    const { status, body: problem } = await admin.call('POST', '/api/v1/people', body);
    expect([status, problem.errors?.[0].path]).toEqual([422, path]);
  });

  it('asks twice with one Idempotency-Key and gets one person', async () => {
    const twice = admin.with({ 'idempotency-key': 'k1' });
    const [one, other] = await Promise.all(
      [1, 2].map(() => twice.ok<PersonCreated>('POST', '/api/v1/people', { login: 'once' })),
    );
    expect(one).toEqual(other);
    const { status } = await twice.call('POST', '/api/v1/people', { login: 'other' });
    expect(status).toBe(422);
  });

  it('stays', async () => {
    expect((await admin.call('DELETE', '/api/v1/people/admin')).status).toBe(409);
    expect((await admin.call('PATCH', '/api/v1/people/admin', { role: 'student' })).status).toBe(409);
  });
});

describe('a password', () => {
  it('is set by the person, signs in, and ends the other sessions when it changes', async () => {
    const set = (body: unknown) => student.call('PUT', '/api/v1/auth/password', body);
    expect((await set({ password: 'short' })).status).toBe(422);
    expect((await set({ password: PASSWORD })).status).toBe(204);
    const first = await signIn(' Sam@School.example', PASSWORD);
    const second = await signIn('sam@school.example', PASSWORD);
    expect([first.status, second.status]).toEqual([200, 200]);
    const [one, other] = [first, second].map(({ headers }) => browser(cookieOf(headers)));
    expect((await set({ password: 'another horse' })).status).toBe(403);
    expect((await set({ password: 'another horse', current: 'wrong' })).status).toBe(403);
    const change = { password: 'another horse', current: PASSWORD };
    expect((await one.call('PUT', '/api/v1/auth/password', change)).status).toBe(204);
    expect((await one.call('GET', '/api/v1/auth/session')).status).toBe(200);
    expect((await other.call('GET', '/api/v1/auth/session')).status).toBe(401);
    expect((await signIn('sam@school.example', PASSWORD)).status).toBe(401);
    expect((await signIn('sam@school.example', 'another horse')).status).toBe(200);
  });

  it('is not told from a login that nobody has', async () => {
    const [wrong, unknown] = await Promise.all([
      signIn('tina', 'x'.repeat(12)),
      signIn('nobody', 'x'.repeat(12)),
    ]);
    expect(wrong.body).toEqual(unknown.body);
    expect(wrong.status).toBe(401);
  });

  it('is not found by trying: the eleventh failure is refused, whoever asks, and logged without secrets', async () => {
    await admin.newPerson({ login: 'victim' });
    const tries = await Promise.all(
      Array.from({ length: 14 }, (_, index) => signIn('victim', `guess number ${index}`)),
    );
    const counts = tries.map(({ status }) => status).sort();
    expect(counts).toEqual([...new Array<number>(10).fill(401), ...new Array<number>(4).fill(429)]);
    const refused = tries.find(({ status }) => status === 429);
    expect(refused?.body.code).toBe('TooManyRequests');
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(60);
    expect((await signIn('tina', 'some other login')).status).toBe(401);
    expect(server.log()).toMatch(/"login":"victim".*too many failed sign-ins/);
    expect(server.log()).not.toContain('guess number');
  });
});

describe('sessions and tokens', () => {
  it('are listed and ended, one or all; a stolen cookie opens nothing after that', async () => {
    const { link } = await admin.ok<PersonCreated>('POST', '/api/v1/people', { login: 'lists' });
    const code = new URL(link.url).hash.replace('#code=', '');
    const cookie = cookieOf((await anonymous.call('POST', '/api/v1/auth/sign-in', { code })).headers);
    const mine = browser(cookie);
    await mine.ok('PUT', '/api/v1/auth/password', { password: PASSWORD });
    const other = browser(cookieOf((await signIn('lists', PASSWORD)).headers));
    const { items } = await mine.ok<Page<SessionInformation>>('GET', '/api/v1/auth/sessions');
    expect(items.map(({ method, current }) => [method, current]).sort()).toEqual([
      ['link', true],
      ['password', false],
    ]);
    const id = items.find(({ current }) => !current)?.id ?? '';
    expect((await student.call('DELETE', `/api/v1/auth/sessions/${id}`)).status).toBe(404);
    expect((await mine.call('DELETE', `/api/v1/auth/sessions/${id}`)).status).toBe(204);
    expect((await other.call('GET', '/api/v1/auth/session')).status).toBe(401);
    expect((await mine.call('DELETE', '/api/v1/auth/sessions')).status).toBe(204);
    expect((await mine.call('GET', '/api/v1/clusters')).status).toBe(401);
  });

  it.each([
    ['read', 'GET', '/api/v1/clusters', 200],
    ['read', 'POST', '/api/v1/clusters', 403],
    ['read', 'POST', '/api/v1/auth/tokens', 403],
    ['read', 'GET', '/clusters/ID/api/v1/namespaces', 200],
    ['read', 'DELETE', '/clusters/ID/api/v1/namespaces/default', 403],
    ['read', 'GET', '/clusters/ID/api/v1/namespaces/kube-system/secrets', 200],
    ['grade', 'GET', '/api/v1/auth/session', 200],
    ['grade', 'GET', '/api/v1/clusters', 403],
    ['grade', 'GET', '/clusters/ID/api/v1/namespaces', 404],
  ])('a token of the scope %s: %s %s is %i', async (scope, method, path, status) => {
    const cluster = await student.createCluster(PAUSED);
    const { token } = await student.ok<TokenCreated>('POST', '/api/v1/auth/tokens', { name: scope, scope });
    const limited = new Client(server, { authorization: `Bearer ${token}` });
    const answer = await limited.call(
      method,
      path.replace('ID', cluster.id),
      method === 'POST' ? {} : undefined,
    );
    expect(answer.status).toBe(status);
    expect((await anonymous.call('POST', '/api/v1/auth/sign-in', { token })).status).toBe(401);
    await student.ok('DELETE', `/api/v1/clusters/${cluster.id}`);
  });

  it("a reading token's kubeconfig only reads, too", async () => {
    const cluster = await student.createCluster(PAUSED);
    const body = { name: 'read', scope: 'read' };
    const { token } = await student.ok<TokenCreated>('POST', '/api/v1/auth/tokens', body);
    const limited = new Client(server, { authorization: `Bearer ${token}` });
    const { text } = await limited.call('GET', `/api/v1/clusters/${cluster.id}/kubeconfig`);
    const kube = new Client(server, { authorization: `Bearer ${/token: (\S+)/.exec(text)?.[1]}` });
    const namespaces = `/clusters/${cluster.id}/api/v1/namespaces`;
    expect((await kube.call('GET', namespaces)).status).toBe(200);
    const made = await kube.call<{ message: string }>('POST', namespaces, { metadata: { name: 'mine' } });
    expect([made.status, made.body.message]).toEqual([
      403,
      'namespaces is forbidden: User "sam@school.example" cannot create resource "namespaces" in API group "" at the cluster scope',
    ]);
    const secret = await kube.call(
      'GET',
      `/clusters/${cluster.id}/api/v1/namespaces/default/pods/x/exec?command=a`,
    );
    expect(secret.status).toBe(403);
  });
});

describe('a student', () => {
  it('does not see or change other people', async () => {
    const other = `/api/v1/people/${teacher.person.id}`;
    expect((await student.call('GET', other)).status).toBe(404);
    expect((await student.call('DELETE', other)).status).toBe(404);
    expect((await student.call('GET', `${other}/export`)).status).toBe(404);
    expect((await student.call('GET', '/api/v1/people')).status).toBe(403);
    const own = `/api/v1/people/${student.person.id}`;
    expect((await student.call('PATCH', own, { role: 'teacher' })).status).toBe(403);
    expect((await student.ok<Person>('PATCH', own, { name: 'Samuel' })).name).toBe('Samuel');
  });

  it("does not see others' clusters, and has his own to himself", async () => {
    const [mine, theirs] = await Promise.all([student.createCluster(PAUSED), teacher.createCluster(PAUSED)]);
    expect(mine.owner).toEqual({ id: student.person.id, name: 'Samuel' });
    expect((await student.call('GET', `/api/v1/clusters/${theirs.id}`)).status).toBe(404);
    expect((await student.call('GET', `/clusters/${theirs.id}/api/v1/pods`)).status).toBe(404);
    expect((await teacher.call('GET', `/api/v1/clusters/${mine.id}`)).status).toBe(404);
    const { items } = await student.ok<Page<Cluster>>('GET', '/api/v1/clusters');
    expect(items.map(({ owner }) => owner.id)).not.toContain(teacher.person.id);
  });

  it('may have so many clusters outside of classes', async () => {
    const greedy = await admin.newPerson({ login: 'greedy' });
    const asked = await Promise.all(
      Array.from({ length: 23 }, () => greedy.call('POST', '/api/v1/clusters', { nodes: 1, ...PAUSED })),
    );
    expect(asked.filter(({ status }) => status === 201)).toHaveLength(20);
    const refused = asked.find(({ status }) => status !== 201);
    expect(refused?.body).toMatchObject({ code: 'QuotaExceeded', errors: [{ path: 'quotas.clusters' }] });
  });
});

it('a person gets all that is known of him, and is gone with all of it', async () => {
  const person = await admin.newPerson({ login: 'leaver', name: 'Lea' });
  const manifests = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"mine"}}';
  const cluster = await person.createCluster({ ...PAUSED, name: 'left behind', manifests });
  const own = `/api/v1/people/${person.person.id}`;
  const { text } = await person.call('GET', `${own}/export`);
  const told = JSON.parse(text) as Record<string, unknown[]>;
  expect(told).toMatchObject({
    person: { login: 'leaver', name: 'Lea', has_password: false },
    tokens: [{ name: 'test', scope: 'all' }],
    sessions: [{ method: 'link' }],
    clusters: [{ id: cluster.id, name: 'left behind' }],
  });
  expect(JSON.stringify(told.clusters)).toContain('kind: ConfigMap');
  expect(text).not.toMatch(/hash|[0-9a-f]{64}/);
  expect((await person.call('DELETE', own)).status).toBe(204);
  expect((await person.call('GET', '/api/v1/auth/session')).status).toBe(401);
  expect((await admin.call('GET', `/api/v1/clusters/${cluster.id}`)).status).toBe(404);
  expect((await admin.call('GET', own)).status).toBe(404);
  await admin.newPerson({ login: 'leaver' });
});

it('codes of classes are not found by trying, either: after so many failures an address waits', async () => {
  const guess = (index: number) =>
    anonymous.call('POST', '/api/v1/join', { code: `GUESS${index}`, name: 'Guesser' });
  const answers = await Promise.all(Array.from({ length: 210 }, (_, index) => guess(index)));
  const statuses = new Set(answers.map(({ status }) => status));
  expect(statuses).toEqual(new Set([404, 429]));
  const refused = await anonymous.call('POST', '/api/v1/join', { code: 'ANOTHER1', name: 'Guesser' });
  expect([refused.status, Number(refused.headers.get('retry-after')) > 60]).toEqual([429, true]);
  expect(server.log()).not.toContain('GUESS1');
  expect((await student.call('GET', '/api/v1/clusters')).status).toBe(200);
});
