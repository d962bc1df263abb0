import type { Cluster, KubernetesObject, Page, PastObjects, Problem, Snapshot } from '@podlab/contracts';
import { Client } from './support/client';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';
import { Listener } from './support/socket';

let server: TestServer;
let client: Client;
let cluster: Cluster;

const LAB = `apiVersion: v1
kind: Namespace
metadata: {name: lab06}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: lab06}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: "nginx:1.27", ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: lab06}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30123}]}
`;
const PODS = '/api/v1/namespaces/lab06/pods';

beforeAll(async () => {
  server = await startServer(newDataFolder());
  client = new Client(server);
});

beforeEach(async () => {
  cluster = await client.createCluster({ seed: '42', clock: { mode: 'paused' }, manifests: LAB });
  await client.settle(cluster.id);
});

afterAll(async () => {
  await server.stop();
  removeDataFolder(server.folder);
});

const path = (rest: string, of = cluster) => `/api/v1/clusters/${of.id}/${rest}`;
const apply = (manifests: string, of = cluster) =>
  client.ok('POST', path('apply', of), manifests, 'application/yaml');
const uids = async (kind: string, of = cluster, at?: string) => {
  const moment = at ?? (await client.ok<Cluster>('GET', `/api/v1/clusters/${of.id}`)).resourceVersion;
  const { objects } = await client.ok<PastObjects>('GET', path(`history/${moment}/objects`, of));
  const mine = ({ kind: found, metadata }: KubernetesObject) =>
    found === kind && metadata.namespace === 'lab06';
  return objects.filter(mine).map(({ metadata }) => metadata.uid);
};
const reach = async (of = cluster) =>
  (await client.send(of.id, { from: { kind: 'External' }, to: 'http://172.18.0.3:30123/' })).requests[0];
const scale = (replicas: number, of = cluster) =>
  apply(LAB.replace('replicas: 2', `replicas: ${replicas}`), of);
const remove = () => apply(LAB.replace('selector: {app: web}, ports', 'selector: {app: nobody}, ports'));

it('a kept moment is gone back to: the objects with their uids, at resourceVersions that go on', async () => {
  const before = await uids('Pod');
  const kept = await client.ok<Snapshot>('POST', path('snapshots'), { name: 'two pods' });
  expect(kept).toMatchObject({ name: 'two pods' });
  await scale(5);
  await remove();
  await client.settle(cluster.id);
  expect((await reach()).disposition).toBe('Refused');
  const { resourceVersion } = await client.ok<Cluster>('GET', `/api/v1/clusters/${cluster.id}`);
  const restored = await client.ok<Cluster>('POST', path('restore'), { snapshot: kept.id });
  expect(Number(restored.resourceVersion)).toBeGreaterThan(Number(resourceVersion));
  expect(await uids('Pod')).toEqual(before);
  expect((await reach()).disposition).toBe('Delivered');
  const listed = await client.ok<Page<Snapshot>>('GET', path('snapshots'));
  expect(listed.items).toEqual([kept]);
  expect((await client.call('DELETE', path(`snapshots/${kept.id}`))).status).toBe(204);
  const gone = await client.call('POST', path('restore'), { snapshot: kept.id });
  expect([gone.status, gone.body.code]).toEqual([404, 'NotFound']);
});

it('any moment that is not compacted is gone back to, and reset goes back to the beginning', async () => {
  const [deployment] = await uids('Deployment');
  const { resourceVersion: settled } = await client.ok<Cluster>('GET', `/api/v1/clusters/${cluster.id}`);
  await scale(4);
  await client.settle(cluster.id);
  await client.ok('POST', path('restore'), { resourceVersion: settled });
  expect(await uids('Pod')).toEqual(await uids('Pod', cluster, settled));
  await client.ok('POST', path('reset'), {});
  expect([await uids('Pod'), await uids('Deployment')]).toEqual([[], [deployment]]);
  await client.settle(cluster.id);
  expect((await reach()).disposition).toBe('Delivered');
});

it('a fork begins at that moment, goes its own way, and outlives its source', async () => {
  const { resourceVersion: settled } = await client.ok<Cluster>('GET', `/api/v1/clusters/${cluster.id}`);
  await remove();
  await client.settle(cluster.id);
  const fork = await client.ok<Cluster>('POST', path('fork'), {
    resourceVersion: settled,
    name: 'as it worked',
  });
  expect(fork).toMatchObject({ name: 'as it worked', seed: cluster.seed, resourceVersion: settled });
  expect([(await reach(fork)).disposition, (await reach()).disposition]).toEqual(['Delivered', 'Refused']);
  const present = await client.ok<Cluster>('POST', path('fork'), {});
  expect((await reach(present)).disposition).toBe('Refused');
  await client.call('DELETE', `/api/v1/clusters/${cluster.id}`);
  await scale(3, fork);
  await client.settle(fork.id);
  expect(await uids('Pod', fork)).toHaveLength(3);
});

it('whoever subscribes hears the way back as events, without a gap', async () => {
  const kept = await client.ok<Snapshot>('POST', path('snapshots'), {});
  await scale(3);
  await client.settle(cluster.id);
  const listener = await Listener.connect(server);
  const { resourceVersion } = await listener.subscribed({ cluster: cluster.id });
  const { resourceVersion: back } = await client.ok<Cluster>('POST', path('restore'), { snapshot: kept.id });
  const deleted = await listener.hear(
    'watch',
    ({ type, object }) => type === 'DELETED' && object.kind === 'Pod',
  );
  expect(deleted.object.metadata.namespace).toBe('lab06');
  const versions = listener.versions();
  expect(versions.every((version) => version > Number(resourceVersion) && version <= Number(back))).toBe(
    true,
  );
  listener.close();
});

it('a watch of the Kubernetes API ends, and one from where it was goes on', async () => {
  const kept = await client.ok<Snapshot>('POST', path('snapshots'), {});
  const { resourceVersion } = await client.ok<Cluster>('GET', `/api/v1/clusters/${cluster.id}`);
  const watch = `/clusters/${cluster.id}${PODS}?watch=true&resourceVersion=${resourceVersion}`;
  const open = client.call('GET', watch);
  await scale(3);
  await client.settle(cluster.id);
  await client.ok('POST', path('restore'), { snapshot: kept.id });
  const types = (text: string) =>
    text
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
  const first = types((await open).text);
  expect(first[0]).toBe('ADDED');
  const again = types((await client.call('GET', `${watch}&timeoutSeconds=1`)).text);
  expect(again).toEqual([...first, 'DELETED']);
});

it('settle waits for conditions in the words of a check, and says whether they came true', async () => {
  const until = (holds: string) => [
    {
      kind: 'Object',
      object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'lab06', name: 'web' },
      holds,
    },
  ];
  const settle = (holds: string, timeout_ms: number) =>
    client.ok<{ held: boolean; now: string }>('POST', path('clock/settle'), {
      timeout_ms,
      until: until(holds),
    });
  const { now } = await client.ok<{ now: string }>('GET', path('clock'));
  await scale(5);
  expect(await settle('object.status.readyReplicas == 5', 60_000)).toMatchObject({ held: true });
  const late = await settle('object.status.readyReplicas == 7', 10_000);
  expect(late.held).toBe(false);
  expect(Date.parse(late.now)).toBeGreaterThanOrEqual(Date.parse(now) + 10_000);
  const wrong = await client.call('POST', path('clock/settle'), { until: [{ kind: 'Nothing' }] });
  expect(wrong.status).toBe(422);
});

it('two who walk through the past see each moment as it was, and a third works on meanwhile', async () => {
  await scale(4);
  await client.settle(cluster.id);
  const { resourceVersion } = await client.ok<Cluster>('GET', `/api/v1/clusters/${cluster.id}`);
  const walk = async (walker: Client, step: number) => {
    const seen: number[] = [];
    for (let rv = Number(resourceVersion) - 40; rv <= Number(resourceVersion); rv += step) {
      const { objects, ...past } = await walker.ok<PastObjects>('GET', path(`history/${rv}/objects`));
      expect(past.resourceVersion).toBe(String(rv));
      const newest = Math.max(...objects.map(({ metadata }) => Number(metadata.resourceVersion)));
      expect(newest).toBeLessThanOrEqual(rv);
      seen.push(objects.filter(({ kind }) => kind === 'Pod').length);
    }
    return seen;
  };
  const person = await client.newPerson({ login: 'walker', name: 'Walker', role: 'admin' });
  const walks = Promise.all([walk(client, 4), walk(person, 8)]);
  const third = await client.createCluster({ seed: '43', clock: { mode: 'paused' }, manifests: LAB });
  expect((await client.settle(third.id)).settled).toBe(true);
  const [every, second] = await walks;
  expect(second).toEqual(every.filter((_, index) => index % 2 === 0));
  expect(every.at(-1)).toBe((await uids('Pod')).length + 2);
});

it('survives kill -9: the way back is there, and so is what came after', async () => {
  const kept = await client.ok<Snapshot>('POST', path('snapshots'), {});
  await scale(3);
  await client.settle(cluster.id);
  await client.ok('POST', path('restore'), { snapshot: kept.id });
  await scale(4);
  await client.settle(cluster.id);
  const before = await uids('Pod');
  expect(before).toHaveLength(4);
  await server.kill();
  server = await startServer(server.folder);
  client = new Client(server);
  expect(await uids('Pod')).toEqual(before);
  expect((await reach()).disposition).toBe('Delivered');
});

it.each<[string, unknown, number, Problem['code']]>([
  ['restore', {}, 422, 'InvalidBody'],
  ['restore', { resourceVersion: '999999' }, 404, 'NotFound'],
  ['restore', { resourceVersion: '1', snapshot: 'a' }, 422, 'InvalidBody'],
  ['fork', { resourceVersion: '1', snapshot: 'a' }, 422, 'InvalidBody'],
  ['fork', { snapshot: 'nobody' }, 404, 'NotFound'],
  ['restore', { resourceVersion: '0' }, 410, 'Gone'],
  ['snapshots', { name: ' ' }, 422, 'InvalidBody'],
  ['snapshots', { name: 'x'.repeat(65) }, 422, 'InvalidBody'],
])('%s of %j is refused: %i %s', async (call, body, status, code) => {
  const answer = await client.call('POST', path(call), body);
  expect([answer.status, answer.body.code]).toEqual([status, code]);
});
