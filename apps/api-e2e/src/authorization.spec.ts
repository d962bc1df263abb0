/**
 * Authorization as a table: every route of the REST API (as the running server documents them), the ways into the
 * Kubernetes API and every socket event × who calls. A route without a row fails, and so does a row without a route.
 */
import type { Attempt, Class, ClientToServerEvents, Cluster, MemberCreated } from '@podlab/contracts';
import { fnv1a32 } from '@podlab/kernel';
import { join } from 'node:path';
import { Client, type PersonClient } from './support/client';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';
import { Listener } from './support/socket';

/** The student owns the cluster; the classmate is in his class; the next two are in another one, and nobody is in none. */
const CALLERS = [
  'admin',
  'teacher',
  'assistant',
  'student',
  'classmate',
  'other teacher',
  'other student',
  'outsider',
  'nobody',
] as const;
type CallerName = (typeof CALLERS)[number];

type Verdict = 'yes' | '401' | '403' | '404';

/** By caller, in their order: y may, f is forbidden (403), n may not know of it (404), u is not signed in (401). */
type Row = string;
const LETTERS: Record<string, Verdict> = { y: 'yes', f: '403', n: '404', u: '401' };

const ANYBODY: Row = 'yyyyyyyyy';
const SIGNED_IN: Row = 'yyyyyyyyu';
const ADMINISTRATOR: Row = 'yfffffffu';
const TEACHERS: Row = 'yyfffyffu';
const ONESELF: Row = 'ynnynnnnu';
const SEES_CLASS: Row = 'yyyyynnnu';
const ASSISTS: Row = 'yyyffnnnu';
const TEACHES: Row = 'yyfffnnnu';
const SEES_CLUSTER: Row = 'yyyynnnnu';
const USES_CLUSTER: Row = 'yyfynnnnu';
const ATTENDS: Row = 'fyyyynnnu';
/** Who helps may see an attempt; only who works on it answers in it. */
const IS_STUDENT: Row = 'fffynnnnu';
/** A member removes himself, and a teacher everybody. */
const LEAVES: Row = 'yyfyfnnnu';

/** Begun by a launch of the caller's own, which none of these has. */
const NOT_BEGUN: Row = 'ffffffffu';

interface Call {
  row: Row;
  /** Valid, for a body that is not is refused before anybody asks who sends it. */
  body?: unknown;
  /** The same, where it names what is there. */
  bodyOf?: (world: World) => unknown;
  type?: string;
  query?: string;
  /** Being allowed is the end of what it is about. */
  ends?: true;
}

const LAB = 'cluster-ip';
const PAUSED = { clock: { mode: 'paused' as const }, nodes: 1 };
const CONFIG_MAP = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"}}';
const PLATFORM = {
  name: 'Campus',
  issuer: 'https://campus.example',
  client_id: 'podlab',
  deployment_id: '1',
  authorization_url: 'https://campus.example/authorize',
  token_url: 'https://campus.example/token',
  jwks_url: 'https://campus.example/jwks',
};
const POD = { kind: 'Pod', namespace: 'default', name: 'none' };

const REST: Record<string, Call> = {
  'GET /healthz': { row: ANYBODY },
  'GET /readyz': { row: ANYBODY },
  'GET /metrics': { row: ANYBODY },
  'GET /api/v1/auth/methods': { row: ANYBODY },
  'POST /api/v1/auth/sign-in': { row: ANYBODY, body: {} },
  'GET /api/v1/auth/oidc/start': { row: ANYBODY },
  'GET /api/v1/auth/oidc/callback': { row: 'uuuuuuuuu' },
  'POST /api/v1/join': { row: ANYBODY, body: { code: 'none', name: 'x' } },

  'POST /api/v1/auth/sign-out': { row: SIGNED_IN },
  'GET /api/v1/auth/session': { row: SIGNED_IN },
  'GET /api/v1/auth/sessions': { row: SIGNED_IN },
  'DELETE /api/v1/auth/sessions': { row: SIGNED_IN },
  'DELETE /api/v1/auth/sessions/{id}': { row: SIGNED_IN },
  'PUT /api/v1/auth/password': { row: SIGNED_IN, body: {} },
  'POST /api/v1/auth/links': { row: SIGNED_IN },
  'GET /api/v1/auth/tokens': { row: SIGNED_IN },
  'POST /api/v1/auth/tokens': { row: SIGNED_IN, body: { name: 'x' } },
  'DELETE /api/v1/auth/tokens/{id}': { row: SIGNED_IN },

  'GET /api/v1/people': { row: ADMINISTRATOR },
  'POST /api/v1/people': { row: ADMINISTRATOR, body: { login: 'somebody-else' } },
  'GET /api/v1/people/{id}': { row: ONESELF },
  'PATCH /api/v1/people/{id}': { row: ONESELF, body: { name: 'Renamed' } },
  'GET /api/v1/people/{id}/export': { row: ONESELF },
  'POST /api/v1/people/{id}/links': { row: ONESELF },
  'DELETE /api/v1/people/{id}': { row: ONESELF, ends: true },

  'GET /api/v1/classes': { row: SIGNED_IN },
  'POST /api/v1/classes': { row: TEACHERS, body: { name: 'x' } },
  'GET /api/v1/classes/{id}': { row: SEES_CLASS },
  'PATCH /api/v1/classes/{id}': { row: TEACHES, body: { name: 'Renamed' } },
  'DELETE /api/v1/classes/{id}': { row: TEACHES, ends: true },
  'GET /api/v1/classes/{id}/clusters': { row: ASSISTS },
  'POST /api/v1/classes/{id}/clusters': { row: SEES_CLASS, body: PAUSED },
  'POST /api/v1/classes/{id}/archive': { row: TEACHES, ends: true },
  'GET /api/v1/classes/{id}/archive': { row: TEACHES },
  'GET /api/v1/classes/{id}/invitations': { row: TEACHES },
  'POST /api/v1/classes/{id}/invitations': { row: TEACHES, body: {} },
  'DELETE /api/v1/classes/{id}/invitations/{invitation}': { row: TEACHES },
  'GET /api/v1/classes/{id}/members': { row: ASSISTS },
  'POST /api/v1/classes/{id}/members': { row: TEACHES, body: { login: 'a-new-member' } },
  'PATCH /api/v1/classes/{id}/members/{person}': { row: TEACHES, body: { role: 'assistant' }, ends: true },
  'DELETE /api/v1/classes/{id}/members/{person}': { row: LEAVES, ends: true },
  'POST /api/v1/classes/{id}/members/{person}/links': { row: TEACHES },
  'POST /api/v1/classes/{id}/roster': { row: TEACHES, body: 'on-the-roster', type: 'text/csv' },

  'GET /api/v1/clusters': { row: SIGNED_IN },
  'POST /api/v1/clusters': { row: SIGNED_IN, body: PAUSED },
  'GET /api/v1/clusters/{id}': { row: SEES_CLUSTER },
  'PATCH /api/v1/clusters/{id}': { row: USES_CLUSTER, body: { name: 'Renamed' } },
  'DELETE /api/v1/clusters/{id}': { row: USES_CLUSTER, ends: true },
  'GET /api/v1/clusters/{id}/quotas': { row: SEES_CLUSTER },
  'GET /api/v1/clusters/{id}/kubeconfig': { row: SEES_CLUSTER },
  'GET /api/v1/clusters/{id}/requests': { row: SEES_CLUSTER },
  'POST /api/v1/clusters/{id}/requests': {
    row: USES_CLUSTER,
    body: { from: { kind: 'External' }, to: 'http://example.com' },
  },
  'GET /api/v1/clusters/{id}/requests/{request}': { row: SEES_CLUSTER },
  'POST /api/v1/clusters/{id}/exec': { row: USES_CLUSTER, body: { target: POD, command: ['true'] } },
  'GET /api/v1/clusters/{id}/clock': { row: SEES_CLUSTER },
  'PUT /api/v1/clusters/{id}/clock': { row: USES_CLUSTER, body: { mode: 'paused' } },
  'POST /api/v1/clusters/{id}/clock/step': { row: USES_CLUSTER },
  'POST /api/v1/clusters/{id}/clock/advance': { row: USES_CLUSTER, body: { ms: 1 } },
  'POST /api/v1/clusters/{id}/clock/settle': { row: USES_CLUSTER, body: { timeout_ms: 1 } },
  'GET /api/v1/clusters/{id}/cloud': { row: SEES_CLUSTER },
  'PUT /api/v1/clusters/{id}/cloud': { row: USES_CLUSTER, body: { enabled: true } },
  'POST /api/v1/clusters/{id}/connectivity': {
    row: USES_CLUSTER,
    body: { from: [{ kind: 'External' }], to: ['http://example.com'] },
  },
  'GET /api/v1/clusters/{id}/faults': { row: SEES_CLUSTER },
  'POST /api/v1/clusters/{id}/faults': {
    row: USES_CLUSTER,
    body: { kind: 'NodeDown', target: { kind: 'Node', name: 'node-a' } },
  },
  'GET /api/v1/clusters/{id}/faults/{fault}': { row: SEES_CLUSTER },
  'DELETE /api/v1/clusters/{id}/faults/{fault}': { row: USES_CLUSTER },
  'GET /api/v1/clusters/{id}/nodes/{node}/rules': { row: SEES_CLUSTER, query: '?mode=nftables' },
  'GET /api/v1/clusters/{id}/nodes/{node}/{table}': { row: SEES_CLUSTER },
  'GET /api/v1/clusters/{id}/export': { row: SEES_CLUSTER },
  'POST /api/v1/clusters/{id}/apply': { row: USES_CLUSTER, body: CONFIG_MAP, type: 'application/yaml' },
  'GET /api/v1/clusters/{id}/history': { row: SEES_CLUSTER },
  'GET /api/v1/clusters/{id}/history/{resourceVersion}/objects': { row: SEES_CLUSTER },
  'GET /api/v1/clusters/{id}/snapshots': { row: SEES_CLUSTER },
  'POST /api/v1/clusters/{id}/snapshots': { row: USES_CLUSTER, body: {} },
  'DELETE /api/v1/clusters/{id}/snapshots/{snapshot}': { row: USES_CLUSTER },
  'POST /api/v1/clusters/{id}/restore': { row: USES_CLUSTER, body: { snapshot: 'none' } },
  'POST /api/v1/clusters/{id}/reset': { row: USES_CLUSTER },
  'POST /api/v1/clusters/{id}/fork': { row: SEES_CLUSTER, body: {} },

  'GET /api/v1/labs': { row: SIGNED_IN },
  'POST /api/v1/labs': { row: TEACHES, bodyOf: ({ lesson }) => ({ class: lesson.id, files: {} }) },
  'POST /api/v1/labs/check': { row: SIGNED_IN, body: { files: {} } },
  'POST /api/v1/labs/{lab}/attempts': { row: ATTENDS, bodyOf: ({ lesson }) => ({ class: lesson.id }) },
  'GET /api/v1/classes/{id}/labs': { row: SEES_CLASS },
  'PUT /api/v1/classes/{id}/labs/{lab}': { row: TEACHES, body: {} },
  'DELETE /api/v1/classes/{id}/labs/{lab}': { row: TEACHES, ends: true },
  'GET /api/v1/classes/{id}/grades': { row: SEES_CLASS },
  'POST /api/v1/classes/{id}/regrade': { row: TEACHES, body: { lab: LAB } },
  'GET /api/v1/classes/{id}/regrade/{regrade}': { row: ASSISTS },
  'GET /api/v1/classes/{id}/wall': { row: ASSISTS, query: `?lab=${LAB}` },
  'GET /api/v1/classes/{id}/messages': { row: SEES_CLASS },
  'POST /api/v1/classes/{id}/messages': { row: ASSISTS, body: { text: 'x' } },
  'PUT /api/v1/classes/{id}/broadcast': { row: TEACHES, body: { cluster: null } },
  'GET /api/v1/attempts/{id}': { row: SEES_CLUSTER },
  'POST /api/v1/attempts/{id}/checks': { row: USES_CLUSTER, body: {} },
  'POST /api/v1/attempts/{id}/answers': { row: IS_STUDENT, body: {} },
  'POST /api/v1/attempts/{id}/hints': { row: IS_STUDENT, body: { step: 'expose' } },
  'PUT /api/v1/attempts/{id}/hand': { row: USES_CLUSTER, body: { raised: false } },
  'GET /api/v1/attempts/{id}/timeline': { row: SEES_CLUSTER },
  'GET /api/v1/lti/jwks': { row: ANYBODY },
  'GET /api/v1/lti/login': { row: ANYBODY },
  'POST /api/v1/lti/login': { row: ANYBODY, body: {} },
  'POST /api/v1/lti/launch': { row: 'uuuuuuuuu', body: { id_token: 'none', state: 'none' } },
  'GET /api/v1/lti/platforms': { row: ADMINISTRATOR },
  'POST /api/v1/lti/platforms': { row: ADMINISTRATOR, body: PLATFORM },
  'DELETE /api/v1/lti/platforms/{platform}': { row: ADMINISTRATOR },
  'GET /api/v1/classes/{id}/lti/grades': { row: TEACHES },
  'POST /api/v1/classes/{id}/lti/grades': { row: TEACHES },
  'GET /api/v1/classes/{id}/lti/links': { row: TEACHES },
  'PUT /api/v1/classes/{id}/lti/links/{link}': { row: TEACHES, body: { lab: LAB } },
  'POST /api/v1/classes/{id}/lti/roster': { row: TEACHES },
  'GET /api/v1/lti/deep-links': { row: NOT_BEGUN, query: '?request=none' },
  'POST /api/v1/lti/deep-links': { row: NOT_BEGUN, body: { request: 'none' } },
  'POST /api/v1/grade': { row: SEES_CLUSTER, bodyOf: ({ cluster }) => ({ lab: LAB, cluster: cluster.id }) },
};

const KUBERNETES: Record<string, Call> = {
  'GET /clusters/{id}/api': { row: SEES_CLUSTER },
  'GET /clusters/{id}/openapi/v3': { row: SEES_CLUSTER },
  'GET /clusters/{id}/api/v1/namespaces': { row: SEES_CLUSTER },
  'GET /clusters/{id}/api/v1/namespaces/kube-system/secrets': { row: SEES_CLUSTER },
  'GET /clusters/{id}/api/v1/namespaces/default/pods/none/log': { row: SEES_CLUSTER },
  'POST /clusters/{id}/api/v1/namespaces/default/configmaps': {
    row: USES_CLUSTER,
    body: { metadata: { generateName: 'x' } },
  },
  'PATCH /clusters/{id}/api/v1/namespaces/default': {
    row: USES_CLUSTER,
    body: { metadata: { labels: { a: 'b' } } },
    type: 'application/merge-patch+json',
  },
  'DELETE /clusters/{id}/api/v1/namespaces/none': { row: USES_CLUSTER },
  'DELETE /clusters/{id}/api/v1/namespaces/default/pods': { row: USES_CLUSTER },
  'GET /clusters/{id}/api/v1/namespaces/default/pods/none/exec?command=a': { row: USES_CLUSTER },
  'POST /clusters/{id}/api/v1/namespaces/default/pods/none/portforward': { row: USES_CLUSTER },
  'GET /clusters/{id}/api/v1/namespaces/default/services/none/proxy/': { row: USES_CLUSTER },
};

type SocketCall = { row: Row; body: (world: World) => unknown };

/** By event, and what its body names. */
const SOCKET: Record<keyof ClientToServerEvents, Record<string, SocketCall>> = {
  subscribe: {
    'a cluster': { row: SEES_CLUSTER, body: ({ cluster }) => ({ cluster: cluster.id }) },
    'a class': { row: SEES_CLASS, body: ({ lesson }) => ({ class: lesson.id }) },
    'the wall of a class': { row: ASSISTS, body: ({ lesson }) => ({ class: lesson.id, lab: LAB }) },
  },
  unsubscribe: {
    'a cluster': { row: SIGNED_IN, body: ({ cluster }) => ({ cluster: cluster.id }) },
    'a class': { row: SIGNED_IN, body: ({ lesson }) => ({ class: lesson.id }) },
  },
};
const SOCKET_CALLS = Object.entries(SOCKET).flatMap(([event, calls]) =>
  Object.entries(calls).map(([about, call]) => [event, about, call] as const),
);

interface World {
  callers: Record<CallerName, Client>;
  student: string;
  attempt: string;
  lesson: Class;
  cluster: Cluster;
}

let server: TestServer;
let admin: Client;
let world: World;
let worlds = 0;

beforeAll(async () => {
  server = await startServer(newDataFolder(), { PODLAB_LABS: join(__dirname, '../../../labs') });
  admin = new Client(server);
  world = await newWorld();
});

afterAll(async () => {
  await server?.stop();
  if (server) removeDataFolder(server.folder);
});

async function newWorld(): Promise<World> {
  const suffix = `-${++worlds}`;
  const nobody = new Client(server, {});
  const teacherOf = (login: string) => admin.newPerson({ login: `${login}${suffix}`, role: 'teacher' });
  const [teacher, otherTeacher] = await Promise.all([teacherOf('teacher'), teacherOf('other-teacher')]);
  const open = (by: PersonClient) => by.ok<Class>('POST', '/api/v1/classes', { name: 'a class' });
  const [lesson, otherLesson] = await Promise.all([open(teacher), open(otherTeacher)]);
  const member = async (by: Client, { id }: Class, login: string, role = 'student') => {
    const body = { login: `${login}${suffix}`, role };
    const made = await by.ok<MemberCreated>('POST', `/api/v1/classes/${id}/members`, body);
    return Object.assign(await nobody.signedInBy(made.link?.url ?? ''), { person: made.person });
  };
  const [assistant, student, classmate, otherStudent, outsider] = await Promise.all([
    member(teacher, lesson, 'assistant', 'assistant'),
    member(teacher, lesson, 'student'),
    member(teacher, lesson, 'classmate'),
    member(otherTeacher, otherLesson, 'other-student'),
    admin.newPerson({ login: `outsider${suffix}` }),
  ]);
  const cluster = await student.ok<Cluster>('POST', `/api/v1/classes/${lesson.id}/clusters`, PAUSED);
  const callers = {
    admin,
    teacher,
    assistant,
    student,
    classmate,
    'other teacher': otherTeacher,
    'other student': otherStudent,
    outsider,
    nobody,
  };
  await teacher.ok('PUT', `/api/v1/classes/${lesson.id}/labs/${LAB}`, {});
  const attending = { class: lesson.id };
  const attempt = await student.ok<Attempt>('POST', `/api/v1/labs/${LAB}/attempts`, attending);
  return { callers, student: student.person.id, attempt: attempt.id, lesson, cluster };
}

function pathOf(route: string): string {
  const [, path] = route.split(' ');
  const { student, lesson, cluster, attempt } = world;
  const subjects: [string, string][] = [
    ['/people/', student],
    ['/classes/', lesson.id],
    ['/attempts/', attempt],
    ['/clusters/', cluster.id],
  ];
  const [, subject] = subjects.find(([part]) => path.includes(part)) ?? ['', 'none'];
  return path
    .replace('{id}', subject)
    .replace('{lab}', LAB)
    .replace('{person}', world.student)
    .replace('{node}', 'node-a')
    .replace('{table}', 'iptables')
    .replace('{resourceVersion}', '1')
    .replace(/\{\w+\}/g, 'none');
}

interface Refusal {
  detail?: string;
  message?: string;
}

async function ask(
  caller: CallerName,
  route: string,
  { body, bodyOf, type, query = '' }: Call,
): Promise<Verdict> {
  const [method] = route.split(' ');
  const answer = await world.callers[caller].call<Refusal | undefined>(
    method,
    pathOf(route) + query,
    bodyOf?.(world) ?? body,
    type,
  );
  if (answer.status >= 500) throw new Error(`${route} as ${caller}: ${answer.status} ${answer.text}`);
  if (answer.status === 401 || answer.status === 403) return `${answer.status}`;
  const words = answer.body?.detail ?? answer.body?.message ?? '';
  return answer.status === 404 && /^There is no (cluster|class|person|attempt) /.test(words) ? '404' : 'yes';
}

/** Everything that a refused call must leave as it is, by path. A cluster counts refusals, too, as its inputs. */
async function state(): Promise<Record<string, string>> {
  const { lesson, cluster } = world;
  const paths = [
    '/api/v1/people?limit=20',
    '/api/v1/classes?limit=20',
    '/api/v1/clusters?limit=5&owner=*',
    `/api/v1/classes/${lesson.id}/members`,
    `/api/v1/classes/${lesson.id}/invitations`,
    `/api/v1/clusters/${cluster.id}/clock`,
    `/api/v1/clusters/${cluster.id}/faults`,
    `/api/v1/clusters/${cluster.id}/snapshots`,
    `/api/v1/clusters/${cluster.id}/export`,
  ];
  const texts = await Promise.all(paths.map(async (path) => (await admin.call('GET', path)).text));
  const short = (text: string) => fnv1a32(text.replace(/"resourceVersion":"\d+"/g, '')).toString(16);
  return Object.fromEntries(paths.map((path, index) => [path, short(texts[index])]));
}

const expected = (row: Row) =>
  CALLERS.map((caller, index): [CallerName, Verdict] => [caller, LETTERS[row[index]]]);

async function judge(route: string, call: Call): Promise<void> {
  const wanted = expected(call.row);
  const mayNot = wanted.filter(([, verdict]) => verdict !== 'yes');
  const may = wanted.filter(([, verdict]) => verdict === 'yes');
  const isReading = route.startsWith('GET ');
  const before = isReading ? {} : await state();
  const got: [CallerName, Verdict][] = [];
  for (const [caller] of mayNot) got.push([caller, await ask(caller, route, call)]);
  expect(got).toEqual(mayNot);
  if (!isReading) expect(await state()).toEqual(before);
  for (const [caller] of may) {
    expect([caller, await ask(caller, route, call)]).toEqual([caller, 'yes']);
    if (call.ends) world = await newWorld();
  }
}

it('has a row for every route that there is, and no other', async () => {
  const { paths } = await admin.ok<{ paths: Record<string, object> }>('GET', '/api/openapi.json');
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(routes.sort()).toEqual(Object.keys(REST).sort());
});

it.each(Object.entries(REST))('%s', judge);
it.each(Object.entries(KUBERNETES))('%s', judge);

it.each(SOCKET_CALLS)('the event %s of %s', async (event, _, { row, body }) => {
  for (const [caller, verdict] of expected(row)) {
    const { authorization } = world.callers[caller].credentials;
    const token = authorization?.replace('Bearer ', '') ?? '';
    const got = await Listener.connect(server, { auth: { token } }).then(
      async (listener) => {
        const answer = (await listener.socket
          .timeout(30_000)
          .emitWithAck(event as 'subscribe', body(world) as never)) as {
          problem?: { status: number };
        };
        listener.close();
        return answer.problem ? `${answer.problem.status}` : 'yes';
      },
      (problem: { status: number }) => `${problem.status}`,
    );
    expect([caller, got]).toEqual([caller, verdict]);
  }
});

it('whose membership ends hears nothing more of the class', async () => {
  const { callers, cluster, lesson, student } = world;
  const token = callers.student.credentials.authorization.replace('Bearer ', '');
  const listener = await Listener.connect(server, { auth: { token } });
  await listener.subscribed({ cluster: cluster.id });
  await callers.teacher.ok('DELETE', `/api/v1/classes/${lesson.id}/members/${student}`);
  expect(await listener.hear('gone')).toMatchObject({ cluster: cluster.id, reason: 'AccessLost' });
  listener.close();
});
