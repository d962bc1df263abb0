import type { Cluster, Fault, FaultCreateBody, History, Page, Problem } from '@podlab/contracts';
import { Client } from './support/client';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';
import { Listener } from './support/socket';

let server: TestServer;
let client: Client;
let cluster: Cluster;
const open: Listener[] = [];

const LAB = `apiVersion: v1
kind: Namespace
metadata: {name: lab06}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: lab06, labels: {app: web}}
spec:
  nodeName: node-b
  containers: [{name: main, image: "nginx:1.27", ports: [{containerPort: 80}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: lab06}
spec:
  nodeName: node-a
  containers: [{name: main, image: "curlimages/curl:8.10.1", command: [sleep, infinity]}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: lab06}
spec: {selector: {app: web}, ports: [{port: 80}]}
`;
const CLIENT = { kind: 'Pod', namespace: 'lab06', name: 'client' } as const;
const WEB = { kind: 'Pod', namespace: 'lab06', name: 'web' } as const;

beforeAll(async () => {
  server = await startServer(newDataFolder());
  client = new Client(server);
});

beforeEach(async () => {
  cluster = await client.createCluster({ seed: '42', nodes: 2, clock: { mode: 'paused' }, manifests: LAB });
  await client.settle(cluster.id);
});

afterEach(() => {
  for (const listener of open.splice(0)) listener.close();
});

afterAll(async () => {
  await server.stop();
  removeDataFolder(server.folder);
});

const path = (rest = '') => `/api/v1/clusters/${cluster.id}/faults${rest}`;
const inject = (fault: FaultCreateBody) => client.ok<Fault>('POST', path(), fault);
const ask = async () =>
  (await client.send(cluster.id, { from: CLIENT, to: 'http://web/', timeout_ms: 2_000 })).requests[0];
const advance = (ms: number) => client.ok('POST', `/api/v1/clusters/${cluster.id}/clock/advance`, { ms });

it('a fault breaks the path, the diagnosis names it, and deleting it mends the path', async () => {
  const answer = await client.call<Fault>('POST', path(), { kind: 'LinkDown', target: WEB });
  expect(answer.status).toBe(201);
  const fault = answer.body;
  expect(fault).toMatchObject({ id: 'f1', kind: 'LinkDown', target: WEB, params: {}, state: 'Active' });
  const broken = await ask();
  expect(broken.diagnosis).toMatchObject({
    code: 'LinkBroken',
    fix: { action: 'DeleteFault', fault: fault.id },
  });
  expect(await client.ok<Fault>('GET', path(`/${fault.id}`))).toEqual(fault);
  const healed = await client.ok<Fault>('DELETE', path(`/${fault.id}`));
  expect(healed).toMatchObject({ id: 'f1', state: 'Ended', ended_because: 'Deleted' });
  expect(await client.ok<Fault>('DELETE', path(`/${fault.id}`))).toEqual(healed);
  expect((await ask()).disposition).toBe('Delivered');
});

it('lists them newest first, page by page', async () => {
  for (const loss of [0.1, 0.2, 0.3]) await inject({ kind: 'PacketLoss', target: WEB, params: { loss } });
  const first = await client.ok<Page<Fault>>('GET', path('?limit=2'));
  expect(first.items.map(({ id }) => id)).toEqual(['f3', 'f2']);
  const second = await client.ok<Page<Fault>>('GET', path(`?limit=2&cursor=${first.next_cursor}`));
  expect([second.items.map(({ id }) => id), second.next_cursor]).toEqual([['f1'], null]);
});

it.each<[unknown, number, string, string | undefined, RegExp]>([
  [{ kind: 'Flood', target: WEB }, 422, 'InvalidBody', 'kind', /NodeDown/],
  [{ kind: 'NodeDown', target: WEB }, 422, 'InvalidBody', 'target.kind', /Node/],
  [{ kind: 'NodeDown', target: { kind: 'Node', name: 'x' } }, 422, 'InvalidBody', 'target', /is not there/],
  [{ kind: 'LinkLatency', target: WEB }, 422, 'InvalidBody', 'params', /./],
  [
    { kind: 'LinkLatency', target: WEB, params: { latency_ms: 60_001 } },
    422,
    'InvalidBody',
    'params.latency_ms',
    /faultLatencyMilliseconds is limited to 60000/,
  ],
  [
    { kind: 'LinkLatency', target: WEB, params: { latency_ms: 5, jitter_ms: 9 } },
    422,
    'InvalidBody',
    'params.jitter_ms',
    /must not be more than latency_ms/,
  ],
  [
    { kind: 'PacketLoss', target: WEB, params: { loss: 1.1 } },
    422,
    'InvalidBody',
    'params.loss',
    /must not be more than 1/,
  ],
  [
    { kind: 'LinkDown', target: WEB, duration_ms: 3e9 },
    422,
    'InvalidBody',
    'duration_ms',
    /faultDurationMilliseconds is limited to 2592000000/,
  ],
  [{ kind: 'LinkDown', target: WEB, until: 5 }, 422, 'InvalidBody', 'until', /not a known field/],
])('%j is a problem in words', async (body, status, code, at, words) => {
  const answer = await client.call<Problem>('POST', path(), body);
  expect([answer.status, answer.body.code, answer.body.errors?.[0].path]).toEqual([status, code, at]);
  expect(answer.headers.get('content-type')).toMatch('application/problem+json');
  expect(answer.body.errors?.[0].message).toMatch(words);
});

it('one that nobody knows is 404, a hundred and one are too many', async () => {
  expect((await client.call('DELETE', path('/f9'))).status).toBe(404);
  for (let count = 0; count < 100; count++)
    await inject({ kind: 'PacketLoss', target: WEB, params: { loss: 0.1 } });
  const answer = await client.call<Problem>('POST', path(), { kind: 'LinkDown', target: WEB });
  expect(answer.body).toMatchObject({ code: 'LimitExceeded', detail: 'clusterFaults is limited to 100' });
});

it('the socket tells of beginnings and ends in commit order, and again to who was away', async () => {
  const listener = await Listener.connect(server);
  open.push(listener);
  const { resourceVersion } = await listener.subscribed({ cluster: cluster.id, kinds: ['Node'] });
  await inject({ kind: 'LinkDown', target: WEB, duration_ms: 5_000 });
  await advance(6_000);
  await listener.hear('fault', (event) => event.fault.state === 'Ended');
  const told = listener.heard.filter(({ name }) => name === 'fault').map(({ event }) => event);
  expect(told).toMatchObject([
    { cluster: cluster.id, fault: { id: 'f1', state: 'Active' } },
    { cluster: cluster.id, fault: { id: 'f1', state: 'Ended', ended_because: 'Expired' } },
  ]);
  const versions = listener.versions();
  expect(versions).toEqual([...versions].sort((one, other) => one - other));
  const late = await Listener.connect(server);
  open.push(late);
  await late.subscribed({ cluster: cluster.id, since: resourceVersion });
  await late.hear('fault', (event) => event.fault.state === 'Ended');
  expect(late.heard.filter(({ name }) => name === 'fault').map(({ event }) => event)).toEqual(told);
  const history = await client.ok<History>(
    'GET',
    `/api/v1/clusters/${cluster.id}/history?from=${resourceVersion}`,
  );
  expect(history.items.filter(({ kind }) => kind === 'fault')).toHaveLength(2);
});

it('a long connection outlives its request, beside new ones', async () => {
  const over = (connection: object) =>
    client.send(cluster.id, { from: CLIENT, to: 'http://web/', connection } as never);
  const [first] = (await over({ keep: 'long' })).requests;
  expect(first).toMatchObject({ disposition: 'Delivered', connection: { name: 'long', open: true } });
  const [again] = (await over({ use: 'long' })).requests;
  expect(again.backend).toBe(first.backend);
  const types = again.trace?.hops.flatMap(({ steps }) => steps.map(({ type }) => type));
  expect(types).not.toContain('DestinationNat');
  const permalink = await client.ok<typeof again>(
    'GET',
    `/api/v1/clusters/${cluster.id}/requests/${again.id}`,
  );
  expect(permalink.trace).toEqual(again.trace);
  const refused = await client.call<Problem>('POST', `/api/v1/clusters/${cluster.id}/requests`, {
    from: CLIENT,
    to: 'http://web/',
    connection: { use: 'other' },
  });
  expect(refused.body).toMatchObject({ code: 'InvalidBody', errors: [{ path: 'connection' }] });
});

it('kill -9 keeps faults and their time', async () => {
  const folder = newDataFolder();
  const shared = { server, client };
  try {
    server = await startServer(folder);
    client = new Client(server);
    cluster = await client.createCluster({ seed: '42', nodes: 2, clock: { mode: 'paused' }, manifests: LAB });
    await client.settle(cluster.id);
    const before = await inject({ kind: 'LinkDown', target: WEB, duration_ms: 60_000 });
    await advance(30_000);
    await server.kill();
    server = await startServer(folder);
    client = new Client(server);
    expect((await client.ok<Page<Fault>>('GET', path())).items).toEqual([before]);
    expect((await ask()).diagnosis?.fix).toEqual({ action: 'DeleteFault', fault: before.id });
    await advance(31_000);
    expect((await client.ok<Page<Fault>>('GET', path())).items).toMatchObject([
      { id: before.id, state: 'Ended', ended_because: 'Expired', ended_at: before.ends_at },
    ]);
    expect((await ask()).disposition).toBe('Delivered');
  } finally {
    await server.kill();
    ({ server, client } = shared);
    removeDataFolder(folder);
  }
});
