import type { Cluster, KubernetesObject, TokenCreated } from '@podlab/contracts';
import { Client } from './support/client';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';
import { Listener } from './support/socket';

let server: TestServer;
let client: Client;
let cluster: Cluster;
const open: Listener[] = [];

beforeAll(async () => {
  server = await startServer(newDataFolder());
  client = new Client(server);
});

beforeEach(async () => {
  cluster = await client.createCluster({ seed: '42', nodes: 1, clock: { mode: 'paused' } });
});

afterEach(() => {
  for (const listener of open.splice(0)) listener.close();
});

afterAll(async () => {
  await server.stop();
  removeDataFolder(server.folder);
});

async function connect(): Promise<Listener> {
  const listener = await Listener.connect(server);
  open.push(listener);
  return listener;
}

const configMap = (name: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {a: "1"}\n`;
const apply = (name: string) =>
  client.ok('POST', `/api/v1/clusters/${cluster.id}/apply`, configMap(name), 'application/yaml');
const named = (name: string) => (event: { object: KubernetesObject }) => event.object.metadata.name === name;
const namesOf = (objects: KubernetesObject[] = []) =>
  objects.map((object) => `${object.kind}/${object.metadata.name}`);

it.each([
  ['no credential', {}],
  ['a wrong token', { auth: { token: 'wrong' } }],
])('%s opens no socket', async (_, options) => {
  await expect(Listener.connect(server, options)).rejects.toMatchObject({
    code: 'Unauthenticated',
    status: 401,
  });
});

it('subscribing gives what is there, then every change in commit order', async () => {
  const listener = await connect();
  await apply('before');
  const first = await listener.subscribed({ cluster: cluster.id });
  expect(namesOf(first.objects)).toEqual(expect.arrayContaining(['Namespace/default', 'ConfigMap/before']));
  expect(first.clock).toMatchObject({ mode: 'paused', speed: 1 });
  for (const name of ['one', 'two', 'three']) await apply(name);
  const event = await listener.hear('watch', named('three'));
  expect(event).toMatchObject({
    cluster: cluster.id,
    type: 'ADDED',
    object: { apiVersion: 'v1', kind: 'ConfigMap' },
  });
  const versions = listener.versions();
  expect(versions).toEqual([...versions].sort((one, other) => one - other));
  expect(versions[0]).toBeGreaterThan(Number(first.resourceVersion));
});

it('hears only the kinds it asked for', async () => {
  const listener = await connect();
  const first = await listener.subscribed({ cluster: cluster.id, kinds: ['Namespace'] });
  expect(new Set(first.objects?.map((object) => object.kind))).toEqual(new Set(['Namespace']));
  await apply('unheard');
  await client.ok(
    'POST',
    `/api/v1/clusters/${cluster.id}/apply`,
    'apiVersion: v1\nkind: Namespace\nmetadata: {name: heard}',
    'application/yaml',
  );
  await listener.hear('watch', named('heard'));
  expect(
    listener.heard
      .filter(({ name }) => name === 'watch')
      .map(({ event }) => (event as { object: KubernetesObject }).object.kind),
  ).toEqual(expect.not.arrayContaining(['ConfigMap']));
});

it('after a break gets exactly what it missed, traces included', async () => {
  const listener = await connect();
  const { resourceVersion } = await listener.subscribed({ cluster: cluster.id });
  await apply('one');
  await listener.hear('watch', named('one'));
  listener.close();
  await apply('two');
  const { requests } = await client.send(cluster.id, { from: { kind: 'External' }, to: 'http://10.96.0.1/' });
  await apply('three');
  const steady = await connect();
  await steady.subscribed({ cluster: cluster.id, since: resourceVersion });
  await steady.hear('watch', named('three'));
  const back = await connect();
  const again = await back.subscribed({ cluster: cluster.id, since: String(listener.versions().at(-1)) });
  expect(again.objects).toBeUndefined();
  await back.hear('watch', named('three'));
  expect(back.heard.some(({ event }) => 'object' in event && event.object.metadata.name === 'one')).toBe(
    false,
  );
  expect(await back.hear('trace')).toMatchObject({
    id: requests[0].id,
    disposition: requests[0].disposition,
  });
  expect([...listener.versions(), ...back.versions()]).toEqual(steady.versions());
});

it('hears a request when it is sent, with its trace', async () => {
  const listener = await connect();
  await listener.subscribed({ cluster: cluster.id });
  const { requests } = await client.send(cluster.id, { from: { kind: 'External' }, to: 'http://10.96.0.1/' });
  const heard = await listener.hear('trace');
  expect(heard).toEqual({ cluster: cluster.id, ...requests[0] });
});

it('hears the clock when it moves', async () => {
  const listener = await connect();
  await listener.subscribed({ cluster: cluster.id });
  const { now } = await client.ok<{ now: string }>('POST', `/api/v1/clusters/${cluster.id}/clock/advance`, {
    ms: 60_000,
  });
  expect(await listener.hear('clock', (event) => event.now === now)).toMatchObject({ mode: 'paused' });
});

it.each([
  ['a moment that has not come', '999999', 'Compacted'],
  ['a moment before the first checkpoint', '0', 'Compacted'],
])('%s is gone', async (_, since, reason) => {
  const listener = await connect();
  await listener.subscribed({ cluster: cluster.id, since });
  expect(await listener.hear('gone')).toMatchObject({ cluster: cluster.id, reason });
});

it('is told that its cluster was deleted', async () => {
  const listener = await connect();
  await listener.subscribed({ cluster: cluster.id });
  await client.call('DELETE', `/api/v1/clusters/${cluster.id}`);
  expect(await listener.hear('gone')).toMatchObject({ reason: 'ClusterDeleted' });
});

it('unsubscribed, hears nothing more', async () => {
  const listener = await connect();
  await listener.subscribed({ cluster: cluster.id });
  expect(await listener.socket.emitWithAck('unsubscribe', { cluster: cluster.id })).toEqual({ ok: {} });
  const witness = await connect();
  await witness.subscribed({ cluster: cluster.id });
  await apply('later');
  await witness.hear('watch', named('later'));
  expect(listener.heard.filter(({ name }) => name !== 'presence')).toEqual([]);
});

it.each([
  [{ cluster: 'nobody' }, 'NotFound'],
  [{ cluster: '../x' }, 'InvalidBody'],
  [{ cluster: 'x', since: -1 }, 'InvalidBody'],
  [{ cluster: 'x', colour: 'red' }, 'InvalidBody'],
  ['x', 'InvalidBody'],
  [null, 'InvalidBody'],
])('subscribe %j is %s', async (body, code) => {
  const listener = await connect();
  expect(await listener.subscribe(body as never)).toMatchObject({ problem: { code } });
});

it('is put out when the token that opened it ends', async () => {
  const token = await client.ok<TokenCreated>('POST', '/api/v1/auth/tokens', { name: 'short' });
  const listener = await Listener.connect(server, { auth: { token: token.token } });
  open.push(listener);
  await listener.subscribed({ cluster: cluster.id });
  await client.call('DELETE', `/api/v1/auth/tokens/${token.id}`);
  expect(await listener.hear('gone')).toMatchObject({ reason: 'AccessLost' });
});
