import type { Cluster } from '@podlab/contracts';
import { Client } from './support/client';
import { Kubectl } from './support/kubectl';
import { failToStart, newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';

const ROUNDS = 20 * Number(process.env.PODLAB_TEST_ROUNDS ?? 1);
/** A fixed sequence of delays, so that a failing round can be had again. */
const killAfterWrites = (round: number) => 1 + ((round * 7) % 13);

interface ConfigMapList {
  items: { metadata: { name: string; resourceVersion: string } }[];
  metadata: { resourceVersion: string };
}

let folder: string;
let server: TestServer | undefined;

beforeEach(() => {
  folder = newDataFolder();
});

afterEach(async () => {
  await server?.kill();
  removeDataFolder(folder);
});

/** Writes through the Kubernetes API of the same origin, as kubectl does, and says what was acknowledged. */
const kube = (cluster: Cluster, path: string) =>
  `/clusters/${cluster.id}/api/v1/namespaces/default/configmaps${path}`;

it(`keeps every acknowledged write over ${ROUNDS} rounds of kill -9`, async () => {
  server = await startServer(folder);
  let client = new Client(server);
  const cluster = await client.createCluster({ seed: '42', nodes: 2, clock: { mode: 'live', speed: 10 } });
  const acknowledged = new Map<string, string>();
  let lastVersion = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const stopAt = acknowledged.size + killAfterWrites(round);
    const writers = [0, 1, 2].map(async (writer) => {
      for (let number = 0; ; number++) {
        const name = `round-${round}-${writer}-${number}`;
        const body = {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name },
          data: { round: String(round) },
        };
        const answer = await client
          .call<{ metadata: { resourceVersion: string } }>('POST', kube(cluster, ''), body)
          .catch(() => undefined);
        if (answer?.status !== 201) return;
        acknowledged.set(name, answer.body.metadata.resourceVersion);
        if (acknowledged.size >= stopAt) await server?.kill();
      }
    });
    await Promise.all(writers);
    await server.kill();
    server = await startServer(folder);
    client = new Client(server);
    const list = await client.ok<ConfigMapList>('GET', kube(cluster, ''));
    const there = new Map(list.items.map(({ metadata }) => [metadata.name, metadata.resourceVersion]));
    for (const [name, version] of acknowledged) expect([name, there.get(name)]).toEqual([name, version]);
    const version = Number(list.metadata.resourceVersion);
    expect(version).toBeGreaterThanOrEqual(lastVersion);
    lastVersion = version;
    expect((await client.ok<Cluster>('GET', `/api/v1/clusters/${cluster.id}`)).state).toBe('Running');
  }
}, 600_000);

it('lets a kubectl watch go on after kill -9 where it was', async () => {
  server = await startServer(folder);
  let client = new Client(server);
  const cluster = await client.createCluster({ nodes: 1, clock: { mode: 'paused' } });
  const before = await client.ok<ConfigMapList>('GET', kube(cluster, ''));
  for (const name of ['a', 'b']) await client.ok('POST', kube(cluster, ''), { metadata: { name } });
  await server.kill();
  server = await startServer(folder);
  client = new Client(server);
  await client.ok('POST', kube(cluster, ''), { metadata: { name: 'c' } });
  const since = before.metadata.resourceVersion;
  const { text } = await client.call(
    'GET',
    kube(cluster, `?watch=true&resourceVersion=${since}&timeoutSeconds=1`),
  );
  const events = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; object: { metadata: { name: string } } });
  expect(events.map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual([
    'ADDED a',
    'ADDED b',
    'ADDED c',
  ]);
});

it('keeps what kubectl was told, and stops in order on SIGTERM', async () => {
  server = await startServer(folder);
  const cluster = await new Client(server).createCluster({ nodes: 1, clock: { mode: 'live', speed: 1 } });
  const kubectl = await Kubectl.for(new Client(server), cluster.id);
  await kubectl.ok(
    'create -f -',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kept}\ndata: {a: "1"}\n',
  );
  const watching = kubectl.start('get configmaps -w');
  expect(await server.stop()).toBe(0);
  watching.kill();
  await watching.ended;
  server = await startServer(folder);
  const again = await Kubectl.for(new Client(server), cluster.id);
  expect(await again.ok('get configmap kept -o jsonpath={.data.a}')).toBe('1');
});

it('has one process per data folder, and the second says who holds it', async () => {
  server = await startServer(folder);
  const { code, says } = await failToStart(folder);
  expect(code).toBe(1);
  expect(says).toBe(`Podlab did not start: the data folder ${folder} is in use by process ${server.pid}\n`);
});

it.each([
  [{ PODLAB_PORT: 'x' }, /PODLAB_PORT: /],
  [{ PODLAB_TLS_CERT: '/x' }, /PODLAB_TLS_CERT and PODLAB_TLS_KEY: set both or neither/],
  [{ DATABASE_URL: 'postgres://x' }, /DATABASE_URL is not supported by this version/],
  [{ PODLAB_SECRET: 'short' }, /PODLAB_SECRET: /],
])('refuses to start with %j, in words', async (environment, words) => {
  const { code, says } = await failToStart(folder, environment as Record<string, string>);
  expect(code).toBe(1);
  expect(says).toMatch(words);
  expect(says).not.toMatch(/\n\s+at /);
});

it('says that the secret is another one than before', async () => {
  server = await startServer(folder, { PODLAB_SECRET: 'the first secret of all' });
  await server.stop();
  const { code, says } = await failToStart(folder, { PODLAB_SECRET: 'quite another secret' });
  expect(code).toBe(1);
  expect(says).toMatch(/PODLAB_SECRET does not open the certificate authority/);
});
