/** What a hostile client sends to kubectl's door: bytes, encodings and paths that no library would. */
import type { Cluster } from '@podlab/contracts';
import { fuzzRequest, type FuzzResource, type FuzzWorld } from '@podlab/testkit';
import fc from 'fast-check';
import { Agent, request as send } from 'node:https';
import { gzipSync } from 'node:zlib';
import { Client } from './support/client';
import { Kubectl } from './support/kubectl';
import { rawRequest, requestText } from './support/raw-request';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';

const REQUESTS = 300 * Number(process.env.PODLAB_TEST_ROUNDS ?? 1);
jest.setTimeout(120_000 * Number(process.env.PODLAB_TEST_ROUNDS ?? 1));

const PODS = '/api/v1/namespaces/default/pods';
const MAPS = '/api/v1/namespaces/default/configmaps';

let server: TestServer;
let client: Client;
let cluster: Cluster;
let agent: Agent;

beforeAll(async () => {
  server = await startServer(newDataFolder());
  client = new Client(server);
  cluster = await client.createCluster({ seed: '42', nodes: 1, clock: { mode: 'paused' } });
  await client.settle(cluster.id);
  agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  const target = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'target' }, data: { a: 'b' } };
  await client.ok('POST', `/clusters/${cluster.id}${MAPS}`, target);
});

afterAll(async () => {
  agent?.destroy();
  await server?.stop();
  if (server) removeDataFolder(server.folder);
});

interface Answer {
  status: number;
  text: string;
}

/** A request over the real port; a watch is cut off at its first byte. */
function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body: string | Buffer = '',
): Promise<Answer> {
  const { hostname, port } = new URL(server.kubeUrl);
  const options = {
    hostname,
    port,
    method,
    path: `/clusters/${cluster.id}${path}`,
    agent,
    headers: {
      authorization: `Bearer ${server.adminToken}`,
      'content-length': String(Buffer.byteLength(body)),
      ...headers,
    },
  };
  return new Promise((resolve, reject) => {
    const outgoing = send(options, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('close', () => resolve({ status: response.statusCode ?? 0, text }));
      // A watch that began may have nothing to tell for an hour.
      if (response.statusCode === 200 && path.includes('watch')) response.destroy();
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The config maps as they are; the list itself has a new resourceVersion after whatever came in. */
const maps = async () =>
  JSON.stringify((JSON.parse((await ask('GET', MAPS)).text) as { items: unknown }).items);

/** Whether Node's client lets such a request out at all. */
const isSendable = ({ path, query }: { path: string; query: string }) =>
  !/[^\x21-\x7e]/.test(`${path}${query}`);

async function resources(): Promise<FuzzResource[]> {
  return Promise.all(
    ['/api/v1', '/apis/apps/v1', '/apis/networking.k8s.io/v1', '/apis/batch/v1'].map(async (root) => {
      const list = JSON.parse((await ask('GET', root)).text) as { resources: Omit<FuzzResource, 'root'>[] };
      return list.resources.map((each) => ({ ...each, root }));
    }),
  ).then((lists) => lists.flat());
}

const OBJECTS: FuzzWorld['objects'] = [
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'default' } },
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kube-root-ca.crt', namespace: 'default', resourceVersion: '1' },
  },
];

const json = { 'content-type': 'application/json' };
const map = (name: string, data: object = {}) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });
const bomb = gzipSync(Buffer.from(map('bomb', { a: 'a'.repeat(50_000_000) })));
const aliases = [
  'a0: &a0 [x, x, x, x, x, x, x, x, x]',
  ...[1, 2, 3, 4, 5, 6, 7, 8].map(
    (level) =>
      `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
  ),
].join('\n');
const protobuf = { 'content-type': 'application/vnd.kubernetes.protobuf' };
const magic = Buffer.from([0x6b, 0x38, 0x73, 0x00]);

type Row = [
  title: string,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string | Buffer,
  statuses: number[],
];

const BODIES: Row[] = [
  ['nothing', 'POST', MAPS, json, '', [400]],
  ['half a body', 'POST', MAPS, json, map('x').slice(0, 20), [400]],
  ['a body of another type', 'POST', MAPS, { 'content-type': 'application/xml' }, '<a/>', [415]],
  ['a body without a type', 'POST', MAPS, { 'content-type': '' }, '{', [400, 415]],
  ['5,000 lists in one another', 'POST', MAPS, json, '['.repeat(5_000) + ']'.repeat(5_000), [400]],
  ['100,000 maps in one another', 'POST', MAPS, json, '{"a":'.repeat(100_000), [400]],
  ['more than 3 MiB', 'POST', MAPS, json, map('big', { a: 'a'.repeat(3_200_000) }), [413]],
  ['a map larger than its limit', 'POST', MAPS, json, map('big', { a: 'a'.repeat(1_100_000) }), [422]],
  ['a gzip bomb', 'POST', MAPS, { ...json, 'content-encoding': 'gzip' }, bomb, [400, 413, 415]],
  ['gzip that is none', 'POST', MAPS, { ...json, 'content-encoding': 'gzip' }, 'no gzip', [400, 415]],
  ['a YAML bomb', 'POST', MAPS, { 'content-type': 'application/yaml' }, aliases, [400]],
  [
    'YAML of two documents',
    'POST',
    MAPS,
    { 'content-type': 'application/yaml' },
    `${map('a')}\n---\n${map('b')}`,
    [400],
  ],
  [
    'YAML with a tag of a language',
    'POST',
    MAPS,
    { 'content-type': 'application/yaml' },
    'a: !!js/function "function(){}"',
    [400, 422],
  ],
  ['protobuf without its magic', 'POST', MAPS, protobuf, 'garbage', [400, 415]],
  [
    'protobuf that ends too soon',
    'POST',
    MAPS,
    protobuf,
    Buffer.concat([magic, Buffer.from([0x0a, 0xff, 0xff, 0x7f])]),
    [400],
  ],
  ['protobuf of noise', 'POST', MAPS, protobuf, Buffer.concat([magic, Buffer.alloc(2_000, 0xa5)]), [400]],
  [
    'bytes that are no UTF-8',
    'POST',
    MAPS,
    json,
    Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
    [400, 422],
  ],
  ['UTF-16', 'POST', MAPS, json, Buffer.from(map('x'), 'utf16le'), [400]],
  ['a byte order mark', 'POST', MAPS, json, `\ufeff${map('')}`, [400, 422]],
  ['a prototype', 'POST', MAPS, json, '{"__proto__":{"a":1},"constructor":{"prototype":{"a":1}}}', [422]],
  [
    'a number without an end',
    'POST',
    MAPS,
    json,
    `{"metadata":{"generation":${'9'.repeat(100_000)}}}`,
    [400, 422],
  ],
  [
    'a JSON patch with 20,000 steps',
    'PATCH',
    `${MAPS}/target`,
    { 'content-type': 'application/json-patch+json' },
    JSON.stringify(Array(20_000).fill({ op: 'test', path: '/kind', value: 'ConfigMap' })),
    [413, 422],
  ],
  [
    'a JSON patch that grows without end',
    'PATCH',
    `${MAPS}/target`,
    { 'content-type': 'application/json-patch+json' },
    JSON.stringify(Array(60).fill({ op: 'copy', from: '/data', path: '/data/a' })),
    [400, 413, 422],
  ],
  ['a patch of no type', 'PATCH', `${MAPS}/target`, { 'content-type': 'text/plain' }, '{}', [415]],
];

test.each(BODIES)('%s is refused in words', async (_, method, path, headers, body, statuses) => {
  const before = await maps();
  const { status, text } = await ask(method, path, headers, body);
  expect(statuses).toContain(status);
  expect(JSON.parse(text)).toMatchObject({ kind: 'Status', status: 'Failure', code: status });
  expect(await maps()).toBe(before);
});

const PATHS = [
  '',
  '/',
  '//',
  '/api/',
  '/api/v1//pods',
  '/api/v1/namespaces//pods',
  '/api/v1/namespaces/default/pods/%2e%2e',
  '/api/v1/namespaces/default/pods/..',
  '/api/v1/namespaces/default/pods/%00',
  '/api/v1/namespaces/default/pods/%ff',
  '/api/v1/namespaces/default/pods/%',
  '/api/v1/namespaces/default/pods/%zz',
  '/api/v1/namespaces/default/pods/a%2fb',
  '/api/v1/namespaces/default/pods/a;b=c',
  `/api/v1/namespaces/default/pods/${'a'.repeat(5_000)}`,
  `/api/v1/${'namespaces/'.repeat(500)}`,
  '/api/v1/namespaces/default/pods/x/exec/y',
  '/api/v1/__proto__',
  '/apis/constructor/v1/toString',
  '/api/v1/namespaces/default/pods?labelSelector=%',
  '/api/v1/namespaces/default/pods?fieldSelector=%E0%A4%A',
  `/api/v1/namespaces/default/pods?labelSelector=${'a%20in%20(b),'.repeat(400)}c`,
  '/api/v1/namespaces/default/pods?limit=99999999999999999999&continue=%00',
  '/api/v1/namespaces/default/pods?watch=1&resourceVersion=99999999999999999999',
  '/api/v1/namespaces/default/pods?watch=1&resourceVersion=-1',
  '/api/v1/namespaces/default/pods?watch=1&timeoutSeconds=-9',
  '/openapi/v3/../../../etc/passwd',
  '/openapi/v3/apis/%2e%2e/v1',
];

test.each(PATHS)('GET %s is answered', async (path) => {
  const { status, text } = await ask('GET', path);
  expect(status).toBeGreaterThanOrEqual(200);
  expect(status).toBeLessThan(500);
  expect(text).not.toMatch(/root:|node_modules/);
});

const bearer = () => ({ authorization: `Bearer ${server.adminToken}` });

test.each<[string, () => string]>([
  ['a line that is no request', () => 'hello\r\n\r\n'],
  ['a TLS hello in TLS', () => '\x16\x03\x01\x02\x00\x01'],
  ['the preface of HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['a request of HTTP/0.9', () => `GET /clusters/${cluster.id}${PODS}\r\n\r\n`],
  ['headers without end', () => `GET / HTTP/1.1\r\n${'a: b\r\n'.repeat(5_000)}\r\n`],
  [
    'chunks that lie',
    () =>
      `${requestText('POST', `/clusters/${cluster.id}${MAPS}`, { ...bearer(), 'content-type': 'application/json', 'transfer-encoding': 'chunked' })}ffffffffffffffff\r\n{}\r\n`,
  ],
  [
    'an upgrade to nothing',
    () =>
      requestText('GET', `/clusters/${cluster.id}${PODS}`, {
        ...bearer(),
        connection: 'Upgrade',
        upgrade: '',
      }),
  ],
  [
    'a WebSocket with noise behind it',
    () =>
      `${requestText('GET', `/clusters/${cluster.id}${PODS}/x/exec?command=a`, { ...bearer(), connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'x' })}\xff\xff\xff`,
  ],
  ['a CONNECT', () => requestText('CONNECT', 'example.com:443', bearer())],
])('%s ends the connection, not the server', async (_, text) => {
  const { statuses } = await rawRequest(server, Buffer.from(text(), 'latin1'), 3_000);
  for (const status of statuses) expect(status).toBeLessThan(502);
  expect((await ask('GET', '/readyz')).status).toBe(200);
});

/** Manifests as a learner writes them, and what stock kubectl prints: one fault on one line, several as a list. */
const MISTAKES: [manifest: string, told: string][] = [
  [
    '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x"}, "spec": {"selector": {"app": "x"}}}',
    'The Service "x" is invalid: spec.ports: Required value',
  ],
  [
    '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x"}, "spec": {"type": "Nodeport", "ports": [{"port": 80}]}}',
    'The Service "x" is invalid: spec.type: Unsupported value: "Nodeport": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
  ],
  [
    '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x"}, "spec": {"type": "NodePort", "ports": [{"port": 80, "nodePort": 80}]}}',
    'The Service "x" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
  ],
  [
    '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x"}, "spec": {"ports": [{"port": 80}, {"port": 81}]}}',
    'The Service "x" is invalid: \n* spec.ports[0].name: Required value\n* spec.ports[1].name: Required value',
  ],
  [
    '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, "spec": {"containers": []}}',
    'The Pod "x" is invalid: spec.containers: Required value',
  ],
  [
    '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, "spec": {"serviceAccountName": "nobody", "containers": [{"name": "a", "image": "a"}]}}',
    'Error from server (Forbidden): error when creating "STDIN": pods "x" is forbidden: error looking up service account default/nobody: serviceaccount "nobody" not found',
  ],
  [
    '{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "x"}, "spec": {"selector": {"matchLabels": {"app": "x"}}, "template": {"metadata": {"labels": {"app": "y"}}, "spec": {"containers": [{"name": "a", "image": "a"}]}}}}',
    'The Deployment "x" is invalid: spec.template.metadata.labels: Invalid value: {"app":"y"}: `selector` does not match template `labels`',
  ],
  [
    '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "data": {"a": 1}}',
    'Error from server (BadRequest): error when creating "STDIN": ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
  ],
  [
    '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "namespace": "nowhere"}}',
    'Error from server (NotFound): error when creating "STDIN": namespaces "nowhere" not found',
  ],
  [
    '{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}',
    'Error from server (AlreadyExists): error when creating "STDIN": namespaces "default" already exists',
  ],
  [
    '{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "x"}, "spec": {"podSelector": {}, "ingress": [{"from": [{}]}]}}',
    'The NetworkPolicy "x" is invalid: spec.ingress[0].from[0]: Required value: must specify a peer',
  ],
  [
    '{"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "x"}, "spec": {"schedule": "often", "jobTemplate": {"spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "a"}]}}}}}}',
    'The CronJob "x" is invalid: spec.schedule: Invalid value: "often": expected exactly 5 fields, found 1: [often]',
  ],
];

test('kubectl prints what it prints of a real server', async () => {
  const kubectl = await Kubectl.for(client, cluster.id);
  const runs = await Promise.all(
    MISTAKES.map(([manifest]) => kubectl.run('create --validate=ignore -f -', manifest)),
  );
  expect(runs.map(({ code, stderr }) => [code, stderr.trim()])).toEqual(
    MISTAKES.map(([, told]) => [1, told]),
  );
});

test('requests that are wrong in some way get no 5xx, and no word of the machine', async () => {
  const world: FuzzWorld = { resources: await resources(), objects: OBJECTS };
  await fc.assert(
    fc.asyncProperty(fc.noShrink(fc.noBias(fc.nat())), async (seed) => {
      const request = fuzzRequest(world, seed);
      if (!isSendable(request) || request.method === 'get' || request.path.includes('/proxy')) return;
      const { method, accept, content_type, body } = request;
      const headers = { accept, ...(body && { 'content-type': content_type }) };
      const { status, text } = await ask(
        method,
        `${request.path}${request.query && `?${request.query}`}`,
        headers,
        body,
      );
      expect([status, text]).toEqual([expect.any(Number), expect.not.stringContaining('InternalError')]);
      expect(status).toBeLessThan(500);
      expect(text).not.toMatch(/node_modules|\.mjs:\d/);
    }),
    { numRuns: REQUESTS },
  );
});

test('nothing was unforeseen', () => {
  expect(server.log()).not.toMatch(/unforeseen|invariant|unhandled/i);
});
