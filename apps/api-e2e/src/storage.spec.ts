import type { Cluster } from '@podlab/contracts';
import { Client } from './support/client';
import {
  newDataFolder,
  raiseFileSize,
  removeDataFolder,
  startServer,
  type TestServer,
} from './support/server';

let server: TestServer;
let client: Client;

beforeAll(async () => {
  server = await startServer(newDataFolder(), {}, { fileSize: 2048 });
  client = new Client(server);
});

afterAll(async () => {
  await server.kill();
  removeDataFolder(server.folder);
});

interface Named {
  metadata: { name: string };
}

/** Only Linux lets a running process be given more room. */
const onLinux = process.platform === 'linux' ? it : it.skip;

onLinux('a full disk makes clusters read-only, loses nothing that was acknowledged, and passes', async () => {
  const quiet = await client.createCluster({ name: 'quiet', nodes: 1, clock: { mode: 'paused' } });
  const busy = await client.createCluster({ name: 'busy', nodes: 1, clock: { mode: 'paused' } });
  const path = (cluster: Cluster) => `/clusters/${cluster.id}/api/v1/namespaces/default/configmaps`;
  const write = (name: string) =>
    client.call<{ reason: string }>('POST', path(busy), {
      metadata: { name },
      data: { text: 'x'.repeat(20_000) },
    });

  const acknowledged: string[] = [];
  let answer = await write('map-0');
  while (answer.status === 201 && acknowledged.length < 500) {
    acknowledged.push(`map-${acknowledged.length}`);
    answer = await write(`map-${acknowledged.length}`);
  }
  expect([answer.status, answer.body.reason]).toEqual([503, 'ServiceUnavailable']);
  expect(acknowledged.length).toBeGreaterThan(0);
  expect((await write('refused')).status).toBe(503);
  expect((await client.call('GET', '/readyz')).body.code).toBe('StorageUnavailable');
  expect((await client.call('GET', '/healthz')).status).toBe(200);
  expect((await client.call('POST', '/api/v1/clusters', {})).body.code).toBe('StorageUnavailable');
  expect((await client.call('GET', path(quiet))).status).toBe(200);
  expect((await client.call('GET', path(busy))).status).toBe(503);

  raiseFileSize(server);
  while ((await client.call('GET', '/readyz')).status !== 200);
  const { items } = await client.ok<{ items: Named[] }>('GET', path(busy));
  expect(items.map((item) => item.metadata.name)).toEqual(expect.arrayContaining(acknowledged));
  expect(items.map((item) => item.metadata.name)).not.toContain('refused');
  expect((await write('later')).status).toBe(201);
});
