import type { Clock, Cluster, Page } from '@podlab/contracts';
import { Client } from './support/client';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';
import { Listener } from './support/socket';

let server: TestServer;
let client: Client;

beforeAll(async () => {
  server = await startServer(newDataFolder(), { PODLAB_SLEEP_AFTER_MS: '300' });
  client = new Client(server);
});

afterAll(async () => {
  await server.stop();
  removeDataFolder(server.folder);
});

/** As lists show it, which touches no cluster. */
async function state(id: string): Promise<Cluster['state'] | undefined> {
  const { items } = await client.ok<Page<Cluster>>('GET', '/api/v1/clusters');
  return items.find((cluster) => cluster.id === id)?.state;
}

async function until(id: string, wanted: Cluster['state']): Promise<void> {
  for (let looks = 0; (await state(id)) !== wanted; looks++) {
    if (looks > 5000) throw new Error(`cluster ${id} did not become ${wanted}: ${server.log()}`);
  }
}

/** On a busy machine it may have fallen asleep again between a read and a look. */
async function wakes(id: string): Promise<void> {
  for (let looks = 0; (await state(id)) !== 'Running'; looks++) {
    if (looks > 100) throw new Error(`cluster ${id} does not wake: ${server.log()}`);
    await client.call('GET', `/clusters/${id}/api/v1/pods`);
  }
}

/** Clusters in memory, from /metrics. */
async function loaded(): Promise<string | undefined> {
  const { text } = await client.call('GET', '/metrics');
  return /^podlab_clusters_loaded (\d+)$/m.exec(text)?.[1];
}

const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: nginx, image: "nginx:1.27"}]}
`;

it('a live cluster that nobody looks at falls asleep, and woken goes on where it was', async () => {
  const cluster = await client.createCluster({ clock: { mode: 'live', speed: 1 }, manifests: DEPLOYMENT });
  await client.settle(cluster.id);
  const { text: before } = await client.call('GET', `/clusters/${cluster.id}/api/v1/pods`);
  await until(cluster.id, 'Asleep');
  const asleepAt = await versionInList(cluster.id);
  const { text: after } = await client.call('GET', `/clusters/${cluster.id}/api/v1/pods`);
  await wakes(cluster.id);
  expect(podsOf(after)).toEqual(podsOf(before));
  const now = Date.parse((await client.ok<Clock>('GET', `/api/v1/clusters/${cluster.id}/clock`)).now);
  expect(Math.abs(now - Date.now())).toBeLessThan(120_000);
  expect(Number(await versionInList(cluster.id))).toBeGreaterThan(Number(asleepAt));
});

it('asleep, it is not in memory', async () => {
  const live = { mode: 'live', speed: 100 } as const;
  const [watched, ...others] = await Promise.all([1, 2, 3].map(() => client.createCluster({ clock: live })));
  const listener = await Listener.connect(server);
  await listener.subscribed({ cluster: watched.id });
  for (const cluster of others) await until(cluster.id, 'Asleep');
  expect(await loaded()).toBe('1');
  listener.close();
  await until(watched.id, 'Asleep');
  expect(await loaded()).toBe('0');
});

it('a subscriber keeps it awake', async () => {
  const cluster = await client.createCluster({ clock: { mode: 'live', speed: 1 } });
  const other = await client.createCluster({ clock: { mode: 'live', speed: 1 } });
  const listener = await Listener.connect(server);
  await listener.subscribed({ cluster: cluster.id });
  await until(other.id, 'Asleep');
  expect(await state(cluster.id)).toBe('Running');
  listener.close();
  await until(cluster.id, 'Asleep');
});

async function versionInList(id: string): Promise<string | undefined> {
  const { items } = await client.ok<Page<Cluster>>('GET', '/api/v1/clusters');
  return items.find((cluster) => cluster.id === id)?.resourceVersion;
}

interface PodList {
  items: { metadata: { name: string; uid: string }; status: { podIP?: string; phase: string } }[];
}

function podsOf(text: string): string[] {
  const { items } = JSON.parse(text) as PodList;
  return items
    .map(({ metadata, status }) => `${metadata.name} ${metadata.uid} ${status.podIP} ${status.phase}`)
    .sort();
}
