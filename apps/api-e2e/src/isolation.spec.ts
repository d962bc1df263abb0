/** Two people, each with a cluster: whatever one of them asks of the other's is refused, and changes nothing there. */
import type { Class, Cluster, Page, TokenInformation } from '@podlab/contracts';
import { WebSocket } from 'ws';
import type { PersonClient } from './support/client';
import { Client } from './support/client';
import { Kubectl } from './support/kubectl';
import { rawRequest, requestText } from './support/raw-request';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';
import { type Room, roomOf, signedIn } from './support/room';
import { Listener } from './support/socket';
import {
  accountToken,
  askedFromInside,
  bearing,
  everyWayIn,
  mountedToken,
  POD_INSIDE,
} from './support/ways-in';

const MANIFESTS = `
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: nginx, image: "nginx:1.27", ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Secret
metadata: {name: answer}
stringData: {to: forty-two}
`;
const PODS = '/api/v1/namespaces/default/pods';
const SECRET = '/api/v1/namespaces/default/secrets/answer';
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const MARK = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'i-was-here' } });

let server: TestServer;
let owner: PersonClient;
let other: PersonClient;
let theirs: Cluster;
let mine: Cluster;
let before: string;
let objects: string;
/** The bearer tokens of the one who is not the owner: his own, and that of his own cluster's kubeconfig. */
let tokens: Record<'person' | 'kubeconfig', string>;

beforeAll(async () => {
  server = await startServer(newDataFolder());
  const admin = new Client(server);
  owner = await admin.newPerson({ login: 'olga', name: 'Olga' });
  other = await admin.newPerson({ login: 'otto', name: 'Otto' });
  theirs = await owner.createCluster({ seed: '1', nodes: 1, manifests: MANIFESTS });
  mine = await other.createCluster({ seed: '2', nodes: 1, manifests: MANIFESTS });
  for (const [client, { id }] of [
    [owner, theirs],
    [other, mine],
  ] as const) {
    await client.settle(id, 20_000);
    await client.ok('PUT', `/api/v1/clusters/${id}/clock`, { mode: 'paused', speed: 1 });
  }
  const { text } = await other.call('GET', `/api/v1/clusters/${mine.id}/kubeconfig`);
  tokens = {
    person: other.credentials.authorization.replace('Bearer ', ''),
    kubeconfig: /token: "?([^\s"]+)/.exec(text)?.[1] ?? '',
  };
  before = await stateOf(owner, theirs);
  objects = await objectsOf(owner, theirs);
});

afterAll(async () => {
  await server?.stop();
  if (server) removeDataFolder(server.folder);
});

/** Name, clock and resourceVersion of a cluster: one counter numbers whatever changes or comes in. */
async function stateOf(client: Client, { id }: Cluster): Promise<string> {
  const { resourceVersion, clock, name } = await client.ok<Cluster>('GET', `/api/v1/clusters/${id}`);
  return JSON.stringify({ resourceVersion, clock, name });
}

const objectsOf = async (client: Client, { id }: Cluster) =>
  (await client.call('GET', `/api/v1/clusters/${id}/export`)).text;

/** A path in the owner's cluster, or with `of` in another. */
const path = (rest: string, of = theirs.id) => `/clusters/${of}${rest}`;

async function expectRefused(statuses: readonly number[], text: string, allowed = [401, 403, 404]) {
  expect(statuses.length).toBeGreaterThan(0);
  for (const status of statuses) expect(allowed).toContain(status);
  expect(text).not.toMatch(/forty-two|Zm9ydHktdHdv/);
  expect(await stateOf(owner, theirs)).toBe(before);
}

type Row = [title: string, method: string, target: string, headers?: Record<string, string>, body?: string];

const UPGRADE = { connection: 'Upgrade' };
const WEBSOCKET = {
  ...UPGRADE,
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};
const CHANNELS = { ...WEBSOCKET, 'sec-websocket-protocol': 'v5.channel.k8s.io' };
const SPDY = { ...UPGRADE, upgrade: 'SPDY/3.1', 'x-stream-protocol-version': 'v4.channel.k8s.io' };
const PATCH = { 'content-type': 'application/merge-patch+json' };
const EXEC = `${PODS}/web/exec?command=sh&stdin=true&stdout=true`;

const VERBS: Row[] = [
  ['get', 'GET', `${PODS}/web`],
  ['list', 'GET', PODS],
  ['list of every namespace', 'GET', '/api/v1/secrets'],
  ['watch', 'GET', `${PODS}?watch=true&allowWatchBookmarks=true`],
  ['create', 'POST', CONFIG_MAPS, {}, MARK],
  ['dry run', 'POST', `${CONFIG_MAPS}?dryRun=All`, {}, MARK],
  ['update', 'PUT', `${PODS}/web`, {}, '{"metadata":{"name":"web"}}'],
  ['patch', 'PATCH', `${PODS}/web`, PATCH, '{"metadata":{"labels":{"a":"b"}}}'],
  ['delete', 'DELETE', `${PODS}/web`],
  ['deletecollection', 'DELETE', PODS],
  ['status', 'PATCH', `${PODS}/web/status`, PATCH, '{"status":{"phase":"Failed"}}'],
  ['scale', 'GET', '/apis/apps/v1/namespaces/default/deployments/x/scale'],
  ['logs', 'GET', `${PODS}/web/log?follow=true`],
  ['eviction', 'POST', `${PODS}/web/eviction`, {}, '{"kind":"Eviction","metadata":{"name":"web"}}'],
  [
    'binding',
    'POST',
    `${PODS}/web/binding`,
    {},
    '{"kind":"Binding","target":{"kind":"Node","name":"node-a"}}',
  ],
  [
    'a token of a service account',
    'POST',
    '/api/v1/namespaces/default/serviceaccounts/default/token',
    {},
    '{}',
  ],
  ['proxy to a pod', 'GET', `${PODS}/web/proxy/`],
  ['proxy to a Service', 'POST', '/api/v1/namespaces/default/services/web/proxy/', {}, 'x'],
  ['proxy to a node', 'GET', '/api/v1/nodes/node-a/proxy/healthz'],
  ['who am I', 'POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {}, '{}'],
  ['may I', 'POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {}, '{"spec":{}}'],
  ['discovery', 'GET', '/api'],
  ['discovery of groups', 'GET', '/apis'],
  ['OpenAPI', 'GET', '/openapi/v2'],
  ['version', 'GET', '/version'],
  ['health', 'GET', '/readyz'],
  ['options', 'OPTIONS', PODS],
  ['head', 'HEAD', `${PODS}/web`],
];

const STREAMS: Row[] = [
  ['exec without an upgrade', 'POST', EXEC],
  ['exec over WebSocket', 'GET', EXEC, CHANNELS],
  ['attach over WebSocket', 'GET', `${PODS}/web/attach?stdout=true`, CHANNELS],
  ['port-forward over WebSocket', 'GET', `${PODS}/web/portforward?ports=80`, CHANNELS],
  [
    'port-forward through a tunnel',
    'GET',
    `${PODS}/web/portforward`,
    { ...WEBSOCKET, 'sec-websocket-protocol': 'SPDY/3.1+portforward.k8s.io' },
  ],
  ['exec over SPDY', 'POST', EXEC, SPDY],
  ['attach over SPDY', 'POST', `${PODS}/web/attach?stdout=true`, SPDY],
  [
    'port-forward over SPDY',
    'POST',
    `${PODS}/web/portforward`,
    { ...SPDY, 'x-stream-protocol-version': 'portforward.k8s.io' },
  ],
  ['a watch over WebSocket', 'GET', `${PODS}?watch=true`, CHANNELS],
  [
    'HTTP/2 in clear text',
    'GET',
    SECRET,
    { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAAP__' },
  ],
  ['an unknown protocol', 'GET', SECRET, { ...UPGRADE, upgrade: 'gopher' }],
];

const AS: Record<string, string>[] = [
  { 'impersonate-user': 'olga' },
  { 'impersonate-user': 'system:admin', 'impersonate-group': 'system:masters' },
  { 'impersonate-user': 'admin', 'impersonate-uid': '1', 'impersonate-extra-scopes': 'all' },
  { 'impersonate-group': 'system:masters' },
  { 'x-remote-user': 'olga', 'x-remote-group': 'system:masters' },
  { 'x-forwarded-user': 'olga', 'x-forwarded-for': '127.0.0.1', forwarded: 'for=127.0.0.1' },
  { 'x-original-url': '/api/v1/secrets', 'x-rewrite-url': '/api/v1/secrets' },
  { 'x-http-method-override': 'DELETE' },
];

describe.each(['person', 'kubeconfig'] as const)('with the token of his own %s', (kind) => {
  const bearer = () => ({ authorization: `Bearer ${tokens[kind]}` });

  it.each(VERBS)('%s is refused', async (_, method, target, headers = {}, body = '') => {
    const text = requestText(method, path(target), { ...bearer(), ...headers }, body);
    const answer = await rawRequest(server, text);
    await expectRefused(answer.statuses, answer.text);
  });

  it.each(STREAMS)('%s is refused before it becomes one', async (_, method, target, headers = {}) => {
    const answer = await rawRequest(server, requestText(method, path(target), { ...bearer(), ...headers }));
    await expectRefused(answer.statuses, answer.text);
  });

  it.each(AS.map((headers) => [Object.keys(headers).join(', '), headers] as const))(
    'headers that name somebody else (%s) open nothing',
    async (_, headers) => {
      const answer = await rawRequest(server, requestText('GET', path(SECRET), { ...bearer(), ...headers }));
      await expectRefused(answer.statuses, answer.text);
    },
  );
});

/** Ways from the own cluster, which is open, into the other one. */
const CRAFTED: [title: string, target: () => string][] = [
  ['dots', () => path(`/api/../../${theirs.id}${SECRET}`, mine.id)],
  ['dots below the resource', () => path(`/api/v1/../../../../clusters/${theirs.id}${SECRET}`, mine.id)],
  ['encoded dots', () => path(`/api/%2e%2e/%2e%2e/${theirs.id}${SECRET}`, mine.id)],
  ['encoded capitals', () => path(`/api/%2E%2E/%2E%2E/${theirs.id}${SECRET}`, mine.id)],
  ['half encoded dots', () => path(`/api/.%2e/%2e./${theirs.id}${SECRET}`, mine.id)],
  ['doubly encoded dots', () => path(`/api/%252e%252e/%252e%252e/${theirs.id}${SECRET}`, mine.id)],
  ['encoded slashes', () => path(`/api/..%2f..%2f${theirs.id}${SECRET}`, mine.id)],
  ['everything encoded', () => path(`%2f..%2f${theirs.id}${SECRET.replaceAll('/', '%2f')}`, mine.id)],
  ['backslashes', () => path(`/api/..\\..\\${theirs.id}${SECRET}`, mine.id)],
  ['encoded backslashes', () => path(`/api/..%5c..%5c${theirs.id}${SECRET}`, mine.id)],
  [
    'a name of a resource with dots',
    () => path(`${CONFIG_MAPS}/..%2f..%2f..%2f..%2f..%2f..%2f${theirs.id}${SECRET}`, mine.id),
  ],
  ['double slashes', () => `//clusters//${theirs.id}/${SECRET}`],
  ['a slash before', () => `/${path(SECRET)}`],
  ['capital letters', () => path(SECRET).toUpperCase()],
  ['capitals in the id', () => path(SECRET, theirs.id.toUpperCase())],
  ['a dot behind the id', () => path(SECRET, `${theirs.id}.`)],
  ['a blank behind the id', () => path(SECRET, `${theirs.id}%20`)],
  ['a null behind the id', () => path(SECRET, `${theirs.id}%00`)],
  [
    'an encoded letter in the id',
    () => path(SECRET, `%${theirs.id.charCodeAt(0).toString(16)}${theirs.id.slice(1)}`),
  ],
  ['both ids', () => path(SECRET, `${mine.id},${theirs.id}`)],
  ['a path parameter', () => path(SECRET, `${theirs.id};owner=otto`)],
  ['a path parameter that is the other id', () => path(SECRET, `${mine.id};/../${theirs.id}`)],
  ['an id in the query', () => path(`${SECRET}?cluster=${theirs.id}`, 'x')],
  ['a fragment', () => path(`/api#/../../${theirs.id}${SECRET}`, 'x')],
  ['an absolute target', () => `https://localhost${path(SECRET)}`],
  ['an absolute target of another host', () => `http://127.0.0.1:1/clusters/${theirs.id}${SECRET}`],
  ['overlong UTF-8', () => path(`/api/%c0%ae%c0%ae/%c0%ae%c0%ae/${theirs.id}${SECRET}`, mine.id)],
  ['a tab', () => path(`/api/%09../../${theirs.id}${SECRET}`, mine.id)],
];

describe('paths that pretend', () => {
  it.each(CRAFTED)('%s', async (_, target) => {
    for (const method of ['GET', 'DELETE']) {
      const headers = { authorization: `Bearer ${tokens.person}` };
      const { statuses, text } = await rawRequest(server, requestText(method, target(), headers));
      await expectRefused(statuses, text, [400, 401, 403, 404, 405]);
    }
  });

  it.each(['example.com', '', 'localhost, localhost', `${'a'.repeat(300)}`])(
    'a Host of %j changes nothing',
    async (host) => {
      const headers = { host, authorization: `Bearer ${tokens.person}` };
      const { statuses, text } = await rawRequest(server, requestText('GET', path(SECRET), headers));
      await expectRefused(statuses, text, [400, 401, 403, 404]);
    },
  );
});

describe('requests in one another', () => {
  const hidden = () =>
    requestText('DELETE', path(`${PODS}/web`), { authorization: `Bearer ${tokens.person}` });
  const own = (more: Record<string, string> = {}) => ({
    authorization: `Bearer ${tokens.person}`,
    connection: 'keep-alive',
    ...more,
  });

  it('one behind the other: each is judged by itself', async () => {
    const first = requestText('GET', path(SECRET, mine.id), own());
    const { statuses, text } = await rawRequest(server, first + hidden());
    expect(statuses).toEqual([200, 404]);
    await expectRefused([statuses[1]], text.slice(text.lastIndexOf('HTTP/1.1')));
  });

  it.each([
    ['two lengths', { 'content-length': '0, 5' }],
    ['a length and chunks', { 'content-length': '5', 'transfer-encoding': 'chunked' }],
    ['chunks by another name', { 'transfer-encoding': 'xchunked' }],
    ['a blank in the name of a header', { 'transfer-encoding ': 'chunked' }],
  ])('smuggled with %s', async (_, headers) => {
    const { statuses, text } = await rawRequest(
      server,
      requestText('GET', path('/version', mine.id), own(headers)) + hidden(),
    );
    expect(statuses.length).toBeGreaterThan(0);
    await expectRefused(statuses.slice(-1), text, [400, 401, 403, 404, 501]);
  });

  it('the upgrade of the own cluster does not go on into the other', async () => {
    const { statuses, text } = await rawRequest(
      server,
      requestText('GET', path(EXEC, mine.id), own(CHANNELS)) + hidden(),
    );
    expect(statuses[0]).toBe(101);
    expect(statuses).toHaveLength(1);
    await expectRefused([404], text);
  });
});

describe('tokens that are nobody’s', () => {
  it.each([
    ['none', {}],
    ['an empty one', { authorization: 'Bearer ' }],
    ['a wrong one', { authorization: 'Bearer x.y.z' }],
    ['Basic', { authorization: `Basic ${Buffer.from('olga:x').toString('base64')}` }],
    ['two', { authorization: 'Bearer a, Bearer b' }],
    [
      'one without its algorithm',
      {
        authorization: `Bearer ${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"system:serviceaccount:default:default"}').toString('base64url')}.`,
      },
    ],
  ])('%s: 401', async (_, headers) => {
    for (const target of [path(SECRET), path('/version'), path(EXEC)]) {
      const { statuses, text } = await rawRequest(
        server,
        requestText('GET', target, headers as Record<string, string>),
      );
      await expectRefused(statuses, text, [401]);
    }
  });

  it('a bearer as a subprotocol of WebSocket opens nothing', async () => {
    const encoded = Buffer.from(tokens.person).toString('base64url');
    const protocols = [`base64url.bearer.authorization.k8s.io.${encoded}`, 'v5.channel.k8s.io'];
    const socket = new WebSocket(`${server.kubeUrl.replace('https', 'wss')}${path(EXEC)}`, protocols, {
      rejectUnauthorized: false,
    });
    const status = await new Promise<number>((resolve) => {
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
      socket.on('open', () => resolve(101));
    });
    await expectRefused([status], '');
  });

  it('a service account of the own cluster is nobody in the other', async () => {
    const account = '/api/v1/namespaces/kube-system/serviceaccounts/default/token';
    const { status } = await other
      .call<{ status: { token: string } }>('POST', path(account, mine.id), {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: {},
      })
      .then(({ body }) => body);
    const headers = { authorization: `Bearer ${status.token}` };
    expect(
      (await rawRequest(server, requestText('GET', path('/version', mine.id), headers))).statuses,
    ).toEqual([200]);
    const { statuses, text } = await rawRequest(server, requestText('GET', path(SECRET), headers));
    await expectRefused(statuses, text, [401]);
  });
});

describe('beside the Kubernetes API', () => {
  it.each<[method: string, rest: string, body: unknown]>([
    ['GET', '', undefined],
    ['PATCH', '', { name: 'stolen' }],
    ['DELETE', '', undefined],
    ['GET', '/kubeconfig', undefined],
    ['GET', '/clock', undefined],
    ['PUT', '/clock', { mode: 'live', speed: 9 }],
    ['POST', '/clock/step', {}],
    ['POST', '/clock/advance', { ms: 1000 }],
    ['POST', '/clock/settle', { timeout_ms: 1000 }],
    ['PUT', '/cloud', { enabled: true, delay_ms: 0, quota: 1 }],
    ['POST', '/faults', { kind: 'NodeDown', target: { kind: 'Node', name: 'node-a' } }],
    ['GET', '/faults', undefined],
    ['POST', '/requests', { from: { kind: 'External' }, to: 'http://web.default/' }],
    ['GET', '/requests', undefined],
    ['POST', '/exec', { target: { kind: 'Pod', namespace: 'default', name: 'web' }, command: ['id'] }],
    ['POST', '/connectivity', { from: [{ kind: 'External' }], to: ['http://web.default/'] }],
    ['GET', '/nodes/node-a/iptables', undefined],
    ['GET', '/export', undefined],
    ['POST', '/apply', 'kind: ConfigMap'],
  ])('%s /clusters/{id}%s is 404', async (method, rest, body) => {
    const type = typeof body === 'string' ? 'application/yaml' : undefined;
    const answer = await other.call(method, `/api/v1/clusters/${theirs.id}${rest}`, body, type);
    await expectRefused([answer.status], answer.text, [404]);
  });

  it('lists do not tell of it, and no socket hears of it', async () => {
    const { items } = await other.ok<{ items: Cluster[] }>('GET', '/api/v1/clusters');
    expect(items.map(({ id }) => id)).toEqual([mine.id]);
    const listener = await Listener.connect(server, { auth: { token: tokens.person } });
    const answer = await listener.subscribe({ cluster: theirs.id });
    expect('problem' in answer && answer.problem.status).toBe(404);
    listener.close();
    expect(listener.heard).toEqual([]);
    expect(await stateOf(owner, theirs)).toBe(before);
  });

  it('kubectl with the own kubeconfig and another server is told so', async () => {
    const kubectl = await Kubectl.for(other, mine.id);
    const line = `--server=${server.kubeUrl}/clusters/${theirs.id} get pods`;
    const { code, stderr } = await kubectl.run(line);
    expect(code).toBe(1);
    expect(stderr).toMatch(/not found|Unauthorized|forbidden|NotFound/);
    expect(await kubectl.ok('get pods -o name')).toBe('pod/web\n');
  });
});

describe('rights that end', () => {
  /** Who comes in, and with what; to which cluster; what ends it. */
  interface Ending {
    who: Client;
    cluster: string;
    end(): Promise<unknown>;
    isKubeconfig?: boolean;
    /** Ways that stay: looking is still allowed, and what others asked for. */
    stays?: readonly string[];
  }
  let admin: Client;
  let count = 0;

  const members = ({ id }: Class, who = '') => `/api/v1/classes/${id}/members${who}`;
  const newRoom = (): Promise<Room> => roomOf((admin = new Client(server)), ++count);

  const remove = ({ room, teacher }: Room, { person }: PersonClient) =>
    teacher.ok('DELETE', members(room, `/${person.id}`));

  const sessionOf = (of: PersonClient) => signedIn(admin, of);

  const endTokens = async (who: Client, name: string) => {
    const { items } = await who.ok<Page<TokenInformation>>('GET', '/api/v1/auth/tokens');
    for (const token of items)
      if (token.name === name) await who.ok('DELETE', `/api/v1/auth/tokens/${token.id}`);
  };

  const LOOKING = ['Socket.IO'];
  const ENDINGS: [string, () => Promise<Ending>][] = [
    [
      'a student is removed from the class',
      async () => {
        const at = await newRoom();
        return { who: at.student, cluster: at.cluster, end: () => remove(at, at.student) };
      },
    ],
    [
      'an assistant is removed from the class',
      async () => {
        const at = await newRoom();
        return { who: at.helper, cluster: at.cluster, end: () => remove(at, at.helper) };
      },
    ],
    [
      'an assistant becomes a student',
      async () => {
        const at = await newRoom();
        const path = members(at.room, `/${at.helper.person.id}`);
        const end = () => at.teacher.ok('PATCH', path, { role: 'student' });
        return { who: at.helper, cluster: at.cluster, end };
      },
    ],
    [
      'assistants may only look',
      async () => {
        const at = await newRoom();
        const end = () =>
          at.teacher.ok('PATCH', `/api/v1/classes/${at.room.id}`, { settings: { assistants: 'read' } });
        return { who: at.helper, cluster: at.cluster, end, stays: LOOKING };
      },
    ],
    [
      'the class is archived',
      async () => {
        const at = await newRoom();
        const end = () => at.teacher.ok('POST', `/api/v1/classes/${at.room.id}/archive`);
        return { who: at.student, cluster: at.cluster, end, stays: LOOKING };
      },
    ],
    [
      'a person is removed',
      async () => {
        const at = await newRoom();
        const end = () => admin.ok('DELETE', `/api/v1/people/${at.helper.person.id}`);
        return { who: at.helper, cluster: at.cluster, end };
      },
    ],
    [
      'an administrator becomes a teacher',
      async () => {
        const at = await newRoom();
        const second = await admin.newPerson({ login: `second-${++count}`, role: 'admin' });
        const path = `/api/v1/people/${second.person.id}`;
        return { who: second, cluster: at.cluster, end: () => admin.ok('PATCH', path, { role: 'teacher' }) };
      },
    ],
    [
      'somebody signs out',
      async () => {
        const at = await newRoom();
        const who = await sessionOf(at.student);
        return { who, cluster: at.cluster, end: () => who.ok('POST', '/api/v1/auth/sign-out') };
      },
    ],
    [
      'all sessions are ended from elsewhere',
      async () => {
        const at = await newRoom();
        const who = await sessionOf(at.student);
        const end = () => at.student.ok('DELETE', '/api/v1/auth/sessions');
        return { who, cluster: at.cluster, end };
      },
    ],
    [
      'a token is taken back',
      async () => {
        const at = await newRoom();
        const session = await sessionOf(at.student);
        return { who: at.student, cluster: at.cluster, end: () => endTokens(session, 'test') };
      },
    ],
    [
      'the token of a kubeconfig is taken back',
      async () => {
        const at = await newRoom();
        const { text } = await at.student.call('GET', `/api/v1/clusters/${at.cluster}/kubeconfig`);
        const who = bearing(admin, /token: "?([^\s"]+)/.exec(text)?.[1] ?? '');
        const end = () => endTokens(at.student, 'kubeconfig');
        return { who, cluster: at.cluster, end, isKubeconfig: true };
      },
    ],
  ];

  it.each(ENDINGS)('when %s, every way in ends', async (_, begin) => {
    const { who, cluster, end, isKubeconfig = false, stays = [] } = await begin();
    const { asked, held } = await everyWayIn(who, cluster, isKubeconfig);
    for (const [way, ask] of Object.entries(asked))
      expect([way, Math.floor((await ask()) / 100)]).toEqual([way, 2]);
    const over: string[] = [];
    for (const [way, { ended }] of Object.entries(held)) void ended.then(() => over.push(way));
    await who.call('GET', `/clusters/${cluster}/version`);
    expect(over).toEqual([]);
    await end();
    for (const [way, ask] of Object.entries(asked)) {
      const status = await ask();
      expect([way, [401, 403, 404, 409].includes(status) || status]).toEqual([way, true]);
    }
    const ending = Object.entries(held).filter(([way]) => !stays.includes(way));
    await Promise.all(ending.map(([, { ended }]) => ended));
  });

  it('what others hold stays, and a pod goes on inside; from outside, with a token that is made later', async () => {
    const at = await newRoom();
    const { student, teacher, helper, cluster } = at;
    const own = bearing(teacher, await accountToken(teacher, cluster));
    const left = bearing(helper, await accountToken(helper, cluster, 1200));
    const { held } = await everyWayIn(student, cluster, false);
    const over: string[] = [];
    for (const [way, { ended }] of Object.entries(held)) void ended.then(() => over.push(way));
    const { ended } = held['watch with a pod’s token'];
    const before = await mountedToken(teacher, cluster);
    await remove(at, helper);
    const version = (client: Client) => client.call('GET', `/clusters/${cluster}/version`);
    expect((await version(left)).status).toBe(401);
    expect((await version(own)).status).toBe(200);
    expect((await version(student)).status).toBe(200);
    expect((await version(bearing(teacher, before))).status).toBe(401);
    expect(await askedFromInside(teacher, cluster)).toMatch(/"name": ?"inside"/);
    await ended;
    expect(over).toEqual(['watch with a pod’s token']);
    await teacher.ok('POST', `/api/v1/clusters/${cluster}/clock/advance`, { ms: 2000 });
    await teacher.ok(
      'DELETE',
      `/clusters/${cluster}/api/v1/namespaces/default/pods/inside?gracePeriodSeconds=0`,
    );
    await teacher.ok('POST', `/api/v1/clusters/${cluster}/apply`, POD_INSIDE, 'application/yaml');
    await teacher.settle(cluster, 20_000);
    const fresh = await mountedToken(teacher, cluster);
    expect((await version(bearing(teacher, fresh))).status).toBe(200);
  });
});

it('the owner’s cluster is as it was, and still hers', async () => {
  expect(await stateOf(owner, theirs)).toBe(before);
  expect(await objectsOf(owner, theirs)).toBe(objects);
  expect(objects).toContain('name: answer');
});
