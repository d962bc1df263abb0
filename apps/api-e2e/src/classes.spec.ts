/** Classes: members, rosters, invitations, clusters that those who teach may see, and the archive. */
import type {
  Attempt,
  Class,
  Cluster,
  Invitation,
  Joined,
  Member,
  MemberCreated,
  Page,
  QuotaUse,
  RosterReport,
  Session,
  SignInLink,
} from '@podlab/contracts';
import { resolve } from 'node:path';
import { Client, type PersonClient } from './support/client';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';

let server: TestServer;
let admin: Client;
let anonymous: Client;
let teacher: PersonClient;
let assistant: PersonClient;
let student: PersonClient;
let other: PersonClient;
let stranger: PersonClient;
let lesson: Class;

const PAUSED = { clock: { mode: 'paused' as const }, nodes: 1 };

beforeAll(async () => {
  server = await startServer(newDataFolder(), { PODLAB_LABS: resolve(__dirname, '../../../labs') });
  admin = new Client(server);
  anonymous = new Client(server, {});
  const people = [
    { login: 'teacher', role: 'teacher' as const },
    { login: 'assistant' },
    { login: 'student' },
    { login: 'other' },
    { login: 'stranger', role: 'teacher' as const },
  ];
  [teacher, assistant, student, other, stranger] = await Promise.all(
    people.map((one) => admin.newPerson(one)),
  );
  lesson = await teacher.ok<Class>('POST', '/api/v1/classes', { name: '네트워크 101', seed: 's' });
  await teacher.ok('POST', members(), { login: 'assistant', role: 'assistant' });
  for (const login of ['student', 'other']) await teacher.ok('POST', members(), { login });
});

afterAll(async () => {
  await server?.stop();
  if (server) removeDataFolder(server.folder);
});

const path = (rest = '', id = lesson.id) => `/api/v1/classes/${id}${rest}`;
const members = (rest = '', id = lesson.id) => path(`/members${rest}`, id);
const cookieOf = (headers: Headers) => (headers.get('set-cookie') ?? '').split(';')[0];
const browser = (cookie: string) => new Client(server, { cookie, origin: server.url });
const newClass = (body = {}) => teacher.ok<Class>('POST', '/api/v1/classes', { name: 'another', ...body });
const invite = (id: string, body = {}) => teacher.ok<Invitation>('POST', path('/invitations', id), body);
const join = (body: unknown, client: Client = anonymous) => client.call<Joined>('POST', '/api/v1/join', body);

describe('a class', () => {
  it('is opened by a teacher, and seen by its members: each his role, and the seed only by who teaches', async () => {
    expect((await student.call('POST', '/api/v1/classes', { name: 'mine' })).status).toBe(403);
    expect(lesson).toMatchObject({ name: '네트워크 101', seed: 's', role: 'teacher', archived_at: null });
    const seen = await student.ok<Class>('GET', path());
    expect(seen).toMatchObject({ role: 'student', quotas: { clusters: 20, pods: 200 } });
    expect(seen.seed).toBeUndefined();
    expect((await stranger.call('GET', path())).status).toBe(404);
    const mine = await student.ok<Page<Class>>('GET', '/api/v1/classes');
    expect(mine.items.map(({ id, seed }) => [id, seed])).toEqual([[lesson.id, undefined]]);
  });

  it('changes in what is named', async () => {
    const { id } = await newClass();
    const change = { name: 'renamed', quotas: { pods: 7 }, settings: { assistants: 'use' } };
    const changed = await teacher.ok<Class>('PATCH', path('', id), change);
    expect(changed).toMatchObject({ name: 'renamed', quotas: { pods: 7, objects: 2000 } });
    expect((await teacher.call('PATCH', path('', id), { quotas: { cats: 1 } })).status).toBe(422);
    expect((await teacher.call('PATCH', path('', id), { quotas: { pods: 0 } })).status).toBe(422);
    expect((await teacher.call('DELETE', path('', id))).status).toBe(204);
    expect((await teacher.call('GET', path('', id))).status).toBe(404);
  });

  it('keeps a teacher, lets others go, and nobody into another role by himself', async () => {
    const self = `/${teacher.person.id}`;
    expect((await teacher.call('DELETE', members(self))).status).toBe(409);
    expect((await teacher.call('PATCH', members(self), { role: 'student' })).status).toBe(409);
    const student_ = `/${student.person.id}`;
    expect((await student.call('PATCH', members(student_), { role: 'teacher' })).status).toBe(403);
    expect((await assistant.call('PATCH', members(student_), { role: 'teacher' })).status).toBe(403);
    const { id } = await newClass();
    await teacher.ok('POST', members('', id), { login: 'student' });
    expect((await student.call('DELETE', members(student_, id))).status).toBe(204);
    expect((await student.call('GET', path('', id))).status).toBe(404);
  });

  it('is listed by who helps there', async () => {
    const { items } = await assistant.ok<Page<Member>>('GET', members());
    expect(items.map(({ person, role }) => [person.login, role])).toEqual([
      ['other', 'student'],
      ['student', 'student'],
      ['assistant', 'assistant'],
      ['teacher', 'teacher'],
    ]);
    expect((await student.call('GET', members())).status).toBe(403);
  });
});

describe('a new member', () => {
  it('is let in by a link that his teacher gives, and gives again', async () => {
    const made = await teacher.ok<MemberCreated>('POST', members(), {
      login: 'new',
      name: 'New',
      group: 'red',
    });
    expect(made).toMatchObject({ person: { login: 'new', name: 'New' }, role: 'student', group: 'red' });
    const first = await anonymous.signedInBy(made.link?.url ?? '');
    expect((await first.ok<Session>('GET', '/api/v1/auth/session')).person.name).toBe('New');
    const again = await teacher.ok<SignInLink>('POST', members(`/${made.person.id}/links`));
    await anonymous.signedInBy(again.url);
    expect((await teacher.call('POST', members(), { login: 'new' })).status).toBe(409);
  });

  it('does not make the teacher anybody else: who was there before gets no link', async () => {
    const added = await teacher.ok<MemberCreated>('POST', members(), { login: 'admin' });
    expect(added.link).toBeNull();
    for (const id of ['admin', student.person.id])
      expect((await teacher.call('POST', members(`/${id}/links`))).status).toBe(403);
    await teacher.ok('DELETE', members('/admin'));
  });
});

describe('a roster', () => {
  const upload = (id: string, text: string, headers = {}) =>
    teacher.with(headers).call<RosterReport>('POST', path('/roster', id), text, 'text/csv');

  it('is taken row by row, with a link for each new person; the same file again changes nothing', async () => {
    const { id } = await newClass();
    const csv =
      'login,name,group\r\nrow1,"One, R.",red\r\nROW2,Two,\r\nbad login,Bad,\r\nrow1,Twice,\r\nstudent,,blue\r\n,Nobody,red\r\n';
    const { body } = await upload(id, csv);
    expect(
      body.rows.map(({ line, login, group, result, link }) => [line, login, group, result, link !== null]),
    ).toEqual([
      [2, 'row1', 'red', 'added', true],
      [3, 'row2', null, 'added', true],
      [4, 'bad login', null, 'refused', false],
      [5, 'row1', null, 'refused', false],
      [6, 'student', 'blue', 'added', false],
      [7, '', 'red', 'refused', false],
    ]);
    expect(body.rows[2].problem).toMatch(/^Line 4, column 1 \(login\) takes at most .* lower case letters/);
    expect(body.rows[5].problem).toMatch(/^Line 7, column 1 \(login\) is empty/);
    await anonymous.signedInBy(body.rows[0].link ?? '');
    const again = await upload(id, csv, { accept: 'text/csv', 'accept-language': 'ko' });
    expect(again.headers.get('content-type')).toMatch('text/csv');
    expect(again.text.split('\r\n')[1]).toBe('2,row1,"One, R.",red,unchanged,,');
    expect(again.text).toMatch(/^7,,Nobody,red,refused,7행 1열\(login\): 비어 있습니다/m);
    const { items } = await teacher.ok<Page<Member>>('GET', members('', id));
    expect(items).toHaveLength(4);
  });

  it.each([
    ['no text', '{}', 'application/json', 415],
    ['an open quote', 'a,"b', 'text/csv', 422],
    ['too many rows', 'a\n'.repeat(1001), 'text/csv', 422],
  ])('%s is refused', async (_, body, type, status) => {
    expect((await teacher.call('POST', path('/roster'), body, type)).status).toBe(status);
  });
});

describe('an invitation', () => {
  it('lets somebody in who is signed in, by its code in any spelling', async () => {
    const { id } = await newClass();
    const { code, url, uses_left } = await invite(id, { role: 'assistant', group: 'red', uses: 5 });
    expect(code).toMatch(/^[A-HJKMNP-Z2-9]{8}$/);
    expect([url, uses_left]).toEqual([`${server.url}/join#code=${code}`, 5]);
    const spelled = `${code.slice(0, 4)}-${code.slice(4)} `.toLowerCase();
    const { status, body, headers } = await join({ code: spelled }, other);
    expect([status, headers.get('set-cookie')]).toEqual([200, null]);
    expect(body).toMatchObject({
      class: { id, role: 'assistant', group: 'red' },
      person: { login: 'other' },
    });
    expect((await join({ code }, other)).status).toBe(200);
    const { items } = await teacher.ok<Page<Invitation>>('GET', path('/invitations', id));
    expect(items.map((item) => item.uses_left)).toEqual([4]);
  });

  it('makes a new person of who is not, and begins a session; a login comes with a password', async () => {
    const { id } = await newClass();
    const { code } = await invite(id);
    expect((await join({ code })).status).toBe(422);
    expect((await join({ code, name: 'Jo', login: 'jo' })).status).toBe(422);
    const first = await join({ code, name: 'Jo' });
    expect(first.body.person).toMatchObject({ login: null, name: 'Jo', role: 'student' });
    const jo = browser(cookieOf(first.headers));
    expect((await jo.call('GET', path('', id))).status).toBe(200);
    const own = { login: 'jo', password: 'joins with this' };
    expect((await jo.call('PUT', '/api/v1/auth/password', own)).status).toBe(204);
    expect((await anonymous.call('POST', '/api/v1/auth/sign-in', own)).status).toBe(200);
    const second = await join({ code, name: 'Not Jo', ...own });
    expect([second.status, second.body]).toMatchObject([409, { code: 'Conflict' }]);
    const third = await join({ code, name: 'Kim', login: 'kim', password: 'joins with that' });
    expect(third.body.person.login).toBe('kim');
  });

  it('is used up, revoked and no longer open in the same words as a code that never was', async () => {
    const { id } = await newClass();
    const once = await invite(id, { uses: 1 });
    expect((await join({ code: once.code }, student)).status).toBe(200);
    const revoked = await invite(id);
    expect((await teacher.call('DELETE', path(`/invitations/${revoked.id}`, id))).status).toBe(204);
    const problems = await Promise.all(
      [once.code, revoked.code, 'AAAAAAAA'].map(async (code) => (await join({ code, name: 'x' })).body),
    );
    expect(new Set(problems.map((body) => JSON.stringify(body))).size).toBe(1);
    expect(problems[0]).toMatchObject({ status: 404 });
  });

  it('lets exactly so many in who come at once', async () => {
    const { id } = await newClass();
    const { code } = await invite(id, { uses: 3 });
    const tries = Array.from({ length: 6 }, (_, index) => join({ code, name: `n${index}` }));
    const answers = (await Promise.all(tries)).map(({ status }) => status).sort();
    expect(answers).toEqual([200, 200, 200, 404, 404, 404]);
  });
});

describe('a cluster of a class', () => {
  let cluster: Cluster;
  const kube = (rest = '/api/v1/namespaces') => `/clusters/${cluster.id}${rest}`;
  const rest = (tail = '') => `/api/v1/clusters/${cluster.id}${tail}`;
  const namespace = (name: string) => ({ metadata: { name } });

  beforeAll(async () => {
    cluster = await student.ok<Cluster>('POST', path('/clusters'), PAUSED);
  });

  it('is listed for who teaches, and hidden from who does not', async () => {
    expect(cluster.class).toEqual({ id: lesson.id, lab: null, group: null });
    const { items } = await teacher.ok<Page<Cluster>>('GET', path('/clusters'));
    expect(items.map(({ id }) => id)).toEqual([cluster.id]);
    expect((await student.call('GET', path('/clusters'))).status).toBe(403);
    for (const who of [other, stranger]) {
      expect((await who.call('GET', rest())).status).toBe(404);
      expect((await who.call('GET', kube())).status).toBe(404);
      expect((await who.call('DELETE', rest())).status).toBe(404);
    }
  });

  it('is worked in by the teacher under his own name', async () => {
    expect((await teacher.call('POST', kube(), namespace('by-teacher'))).status).toBe(201);
    const review = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const { text } = await teacher.call('POST', kube(review), {});
    expect(text).toContain('"username":"teacher"');
    expect((await student.call('GET', kube('/api/v1/namespaces/by-teacher'))).status).toBe(200);
  });

  it('is only looked at by an assistant, until the class says otherwise', async () => {
    const step = rest('/clock/step');
    const refused = async () => [
      (await assistant.call('GET', rest())).status,
      (await assistant.call('GET', kube())).status,
      (await assistant.call('POST', step)).status,
      (await assistant.call('POST', kube(), namespace('x'))).status,
      (await assistant.call('DELETE', rest())).status,
      (await assistant.call('GET', kube('/api/v1/namespaces/default/pods/x/exec?command=a'))).status,
      (await assistant.call('GET', kube('/api/v1/nodes/node-a/proxy/'))).status,
    ];
    expect(await refused()).toEqual([200, 200, 403, 403, 403, 403, 403]);
    await teacher.ok('PATCH', path(), { settings: { assistants: 'use' } });
    expect((await assistant.call('POST', step)).status).toBe(200);
    expect((await assistant.call('POST', kube(), namespace('by-assistant'))).status).toBe(201);
    expect((await assistant.call('DELETE', rest())).status).toBe(403);
    await teacher.ok('PATCH', path(), { settings: { assistants: 'read' } });
  });

  it("is lost with the membership, and the kubeconfig's token with it", async () => {
    const { text } = await student.call('GET', rest('/kubeconfig'));
    const token = /token: (\S+)/.exec(text)?.[1] ?? '';
    const config = new Client(server, { authorization: `Bearer ${token}` });
    expect((await config.call('GET', kube())).status).toBe(200);
    await teacher.ok('DELETE', members(`/${student.person.id}`));
    expect((await config.call('GET', kube())).status).toBe(401);
    expect((await student.call('GET', rest())).status).toBe(404);
    expect((await teacher.call('GET', rest())).status).toBe(200);
    await teacher.ok('POST', members(), { login: 'student' });
    expect((await student.call('GET', rest())).status).toBe(200);
    expect((await config.call('GET', kube())).status).toBe(401);
  });

  it('is lost by who watches it, at once', async () => {
    const watcher = await admin.newPerson({ login: 'second-watcher' });
    await teacher.ok('POST', members(), { login: 'second-watcher' });
    const { id } = await watcher.ok<Cluster>('POST', path('/clusters'), PAUSED);
    const url = `${server.url}/clusters/${id}/api/v1/namespaces?watch=true`;
    const watch = await fetch(url, { headers: watcher.credentials });
    expect(watch.status).toBe(200);
    const ended = watch.text().then(
      () => 'over',
      () => 'cut',
    );
    // What does not touch the right to watch lets the watch be.
    await watcher.ok('DELETE', '/api/v1/auth/sessions');
    const open = await Promise.race([ended, watcher.ok('GET', '/api/v1/clusters').then(() => 'open')]);
    expect(open).toBe('open');
    await teacher.ok('DELETE', members(`/${watcher.person.id}`));
    expect(await ended).toBe('cut');
    expect((await fetch(url, { headers: watcher.credentials })).status).toBe(404);
  });

  it('there are only so many of', async () => {
    const { id } = await newClass({ quotas: { clusters: 2 } });
    await teacher.ok('POST', members('', id), { login: 'other' });
    const asked = Array.from({ length: 4 }, () => other.call('POST', path('/clusters', id), PAUSED));
    const answers = await Promise.all(asked);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 403, 403]);
    expect(answers.find(({ status }) => status === 403)?.body).toMatchObject({
      code: 'QuotaExceeded',
      errors: [{ path: 'quotas.clusters', message: 'is limited to 2' }],
    });
  });
});

describe("the class's quotas", () => {
  const POD = { spec: { containers: [{ name: 'main', image: 'nginx:1.27' }] } };
  const EXTERNAL = { kind: 'External' as const };

  it('bind each cluster, the new and the old, and are told by name', async () => {
    const { id } = await newClass({ quotas: { pods: 3 } });
    await teacher.ok('POST', members('', id), { login: 'other' });
    const cluster = await other.ok<Cluster>('POST', path('/clusters', id), PAUSED);
    const pods = `/clusters/${cluster.id}/api/v1/namespaces/default/pods`;
    await other.ok('POST', `/api/v1/clusters/${cluster.id}/clock/advance`, { ms: 1000 });
    const add = (name: string) =>
      other.call<{ message: string }>('POST', pods, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name },
        ...POD,
      });
    const answers = [];
    for (const name of ['a', 'b', 'c', 'd']) answers.push(await add(name));
    const refused = answers.find(({ status }) => status !== 201);
    expect([refused?.status, refused?.body.message]).toEqual([
      403,
      expect.stringMatching(/exceeded quota: class, requested: pods=1, used: pods=3, limited: pods=3$/),
    ]);
    await teacher.ok('PATCH', path('', id), { quotas: { pods: 9 } });
    expect((await add('e')).status).toBe(201);
    const { quotas } = await other.ok<QuotaUse>('GET', `/api/v1/clusters/${cluster.id}/quotas`);
    const used = Object.fromEntries(quotas.map((each) => [each.name, [each.used, each.limit]]));
    expect(used).toMatchObject({ pods: [4, 9], clusters: [1, 20], requests_per_minute: [0, 1200] });
    expect(used.objects[0]).toBeGreaterThan(used.pods[0]);
  });

  it('bound the requests of a minute, and say when to go on', async () => {
    const { id } = await newClass({ quotas: { requests_per_minute: 5 } });
    await teacher.ok('POST', members('', id), { login: 'other' });
    const cluster = await other.ok<Cluster>('POST', path('/clusters', id), PAUSED);
    const send = (who: Client, count: number) =>
      who.call('POST', `/api/v1/clusters/${cluster.id}/requests`, {
        from: EXTERNAL,
        to: 'http://example.com',
        count,
      });
    expect((await send(other, 4)).status).toBe(200);
    const refused = await send(other, 2);
    expect([refused.status, refused.body.code, refused.body.errors?.[0].path]).toEqual([
      429,
      'TooManyRequests',
      'quotas.requests_per_minute',
    ]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await send(teacher, 1)).status).toBe(200);
  });

  it('count a command, and each request that it sends', async () => {
    const { id } = await newClass({ quotas: { requests_per_minute: 5 } });
    await teacher.ok('POST', members('', id), { login: 'other' });
    const cluster = await other.ok<Cluster>('POST', path('/clusters', id), PAUSED);
    const run = (...command: string[]) =>
      other.call('POST', `/api/v1/clusters/${cluster.id}/exec`, {
        target: { kind: 'Node', name: 'node-a' },
        command,
      });
    expect((await run('true')).status).toBe(200);
    expect((await run('sh', '-c', 'curl -s http://example.com; curl -s http://example.com')).status).toBe(
      200,
    );
    const { quotas } = await other.ok<QuotaUse>('GET', `/api/v1/clusters/${cluster.id}/quotas`);
    expect(quotas.find(({ name }) => name === 'requests_per_minute')?.used).toBe(4);
    expect((await run('curl', 'http://example.com')).status).toBe(200);
    expect((await run('true')).body.code).toBe('TooManyRequests');
  });
});

it('one’s clusters are one’s own, unless one asks for others that one may know of', async () => {
  const { id } = await newClass();
  await teacher.ok('POST', members('', id), { login: 'student' });
  await teacher.ok('POST', members('', id), { login: 'other' });
  const [mine, theirs] = [
    await student.ok<Cluster>('POST', path('/clusters', id), PAUSED),
    await other.ok<Cluster>('POST', path('/clusters', id), PAUSED),
  ];
  const list = async (who: Client, query: Record<string, string>) => {
    const { status, body } = await who.call<Page<Cluster>>(
      'GET',
      `/api/v1/clusters?${new URLSearchParams(query).toString()}`,
    );
    if (status !== 200) return status;
    const ours = new Map([
      [mine.id, 'mine'],
      [theirs.id, 'theirs'],
    ]);
    return body.items.flatMap((cluster) => ours.get(cluster.id) ?? []).sort();
  };
  const own = student.person.id;
  expect([
    await list(student, {}),
    await list(student, { owner: own }),
    await list(student, { class: id, owner: own }),
    await list(student, { class: id }),
    await list(student, { owner: '*' }),
    await list(student, { owner: other.person.id }),
  ]).toEqual([['mine'], ['mine'], ['mine'], 403, 403, 403]);
  expect([
    await list(teacher, {}),
    await list(teacher, { class: id }),
    await list(teacher, { class: id, owner: own }),
    await list(teacher, { owner: own }),
  ]).toEqual([[], ['mine', 'theirs'], ['mine'], 403]);
  expect([
    await list(admin, {}),
    await list(admin, { owner: '*' }),
    await list(admin, { owner: own }),
    await list(admin, { class: id, owner: '*' }),
    await list(admin, { class: 'nothing' }),
  ]).toEqual([[], ['mine', 'theirs'], ['mine'], ['mine', 'theirs'], 404]);
});

describe('a group', () => {
  it('shares its cluster of a lab, also when all come at once; who leaves the group has his own', async () => {
    const { id } = await newClass();
    const inGroup = [student, other];
    for (const { person } of inGroup)
      await teacher.ok('POST', members('', id), { login: person.login, group: '1조' });
    await teacher.ok('POST', members('', id), { login: 'assistant' });
    await teacher.ok('PUT', path('/labs/cluster-ip', id), {});
    const begin = (who: Client) => who.ok<Attempt>('POST', '/api/v1/labs/cluster-ip/attempts', { class: id });
    const attempts = await Promise.all([...inGroup, ...inGroup, assistant].map(begin));
    const [first, second, third, fourth, alone] = attempts.map(({ cluster }) => cluster);
    expect([second, third, fourth]).toEqual([first, first, first]);
    expect(alone).not.toBe(first);
    const see = (who: Client) => who.call<Cluster>('GET', `/api/v1/clusters/${first}`);
    const seen = await Promise.all([...inGroup, teacher].map(see));
    expect(seen.map(({ body }) => body.class)).toEqual(
      Array(3).fill({ id, lab: 'cluster-ip', group: '1조' }),
    );
    expect((await see(assistant)).status).toBe(404);
    const clusters = await teacher.ok<Page<Cluster>>('GET', path('/clusters', id));
    expect(clusters.items).toHaveLength(2);
    await teacher.ok('PATCH', members(`/${other.person.id}`, id), { group: null });
    expect((await see(other)).status).toBe(404);
    expect((await begin(other)).cluster).not.toBe(first);
    const mine = await student.ok<Page<Cluster>>('GET', '/api/v1/clusters');
    expect(mine.items.map((cluster) => cluster.id)).toContain(first);
  });
});

it('an archived class is read by its members, changed by nobody, and given out as lines of JSON', async () => {
  const { id } = await newClass();
  await teacher.ok('POST', members('', id), { login: 'other' });
  const { code } = await invite(id);
  const manifests = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"kept"}}';
  const live = { nodes: 1, manifests };
  const cluster = await other.ok<Cluster>('POST', path('/clusters', id), live);
  const account = `/clusters/${cluster.id}/api/v1/namespaces/default/serviceaccounts/default/token`;
  const { status } = await other.ok<{ status: { token: string } }>('POST', account, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: {},
  });
  expect((await other.call('POST', path('/archive', id))).status).toBe(403);
  expect((await teacher.ok<Class>('POST', path('/archive', id))).archived_at).not.toBeNull();
  const refused = [
    teacher.call('PATCH', path('', id), { name: 'x' }),
    teacher.call('POST', path('/archive', id)),
    teacher.call('POST', members('', id), { login: 'x' }),
    teacher.call('POST', path('/invitations', id), {}),
    teacher.call('POST', path('/roster', id), 'a', 'text/csv'),
    other.call('POST', path('/clusters', id), PAUSED),
    other.call('POST', `/api/v1/clusters/${cluster.id}/clock/step`),
    other.call('DELETE', `/api/v1/clusters/${cluster.id}`),
    admin.call('DELETE', `/api/v1/clusters/${cluster.id}`),
    join({ code }, student),
  ];
  for (const answer of refused)
    expect((await answer).body).toMatchObject({ status: 409, code: 'ClassArchived' });
  expect((await other.call('GET', `/clusters/${cluster.id}/api/v1/configmaps`)).status).toBe(200);
  const write = await other.call('POST', `/clusters/${cluster.id}/api/v1/namespaces`, {
    metadata: { name: 'x' },
  });
  expect(write.status).toBe(403);
  const robot = new Client(server, { authorization: `Bearer ${status.token}` });
  expect((await robot.call('GET', `/clusters/${cluster.id}/api`)).status).toBe(403);
  expect((await other.ok<Cluster>('GET', `/api/v1/clusters/${cluster.id}`)).clock.mode).toBe('paused');
  const { text, headers } = await teacher.call('GET', path('/archive', id));
  expect(headers.get('content-type')).toBe('application/x-ndjson');
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string; manifests?: string });
  expect(lines.map(({ kind }) => kind)).toEqual(['Class', 'Member', 'Member', 'Cluster']);
  expect(lines[3].manifests).toContain('name: kept');
  expect((await teacher.call('DELETE', path('', id))).status).toBe(204);
  expect((await admin.call('GET', `/api/v1/clusters/${cluster.id}`)).status).toBe(404);
});
