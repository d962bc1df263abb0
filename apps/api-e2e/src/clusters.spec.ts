import type {
  Clock,
  Cluster,
  History,
  KubernetesObject,
  NodeRules,
  NodeTable,
  Page,
  PastObjects,
  Request,
} from '@podlab/contracts';
import { parseAllDocuments } from 'yaml';
import { Client } from './support/client';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';

let server: TestServer;
let client: Client;

beforeAll(async () => {
  server = await startServer(newDataFolder());
  client = new Client(server);
});

afterAll(async () => {
  await server.stop();
  removeDataFolder(server.folder);
});

const epoch = '2026-01-05T09:00:00Z';
const paused = { mode: 'paused' as const, epoch };
const path = (cluster: Cluster, rest = '') => `/api/v1/clusters/${cluster.id}${rest}`;

describe('POST /clusters', () => {
  it('gives the cluster with its nodes, its Kubernetes API and the defaults of the contract', async () => {
    const cluster = await client.createCluster({ name: 'lab06', seed: '42', clock: paused });
    expect(cluster).toMatchObject({
      name: 'lab06',
      seed: '42',
      owner: { id: 'admin', name: 'admin' },
      state: 'Running',
      clock: { mode: 'paused', speed: 1 },
      cloud: { enabled: false },
      kube_api: { server: `${server.kubeUrl}/clusters/${cluster.id}` },
    });
    expect(cluster.nodes.map((node) => node.name)).toEqual(['node-a', 'node-b', 'node-c']);
    expect(cluster.kube_api.ca_pem).toMatch(/^-----BEGIN CERTIFICATE-----/);
  });

  it('takes two address families, and says what is wrong with ranges that do not fit them', async () => {
    const cluster = await client.createCluster({ ip_families: ['IPv6', 'IPv4'], clock: paused });
    await client.ok('POST', path(cluster, '/clock/settle'), { timeout_ms: 60_000 });
    const [node] = (await client.ok<Cluster>('GET', path(cluster))).nodes;
    expect(node).toMatchObject({ internal_ip: 'fd00:172:18::3', pod_cidr: 'fd00:10:244::/64' });
    const body = { from: { kind: 'External' }, to: { host: node.internal_ip, protocol: 'ICMP' } };
    const { requests } = await client.ok<{ requests: Request[] }>('POST', path(cluster, '/requests'), body);
    expect(requests[0]).toMatchObject({ disposition: 'Delivered' });
    const refused = await client.call('POST', '/api/v1/clusters', {
      ip_families: ['IPv6'],
      pod_cidr: '10.0.0.0/8',
    });
    expect([refused.status, refused.body.code, refused.body.errors?.[0].path]).toEqual([
      422,
      'InvalidBody',
      'pod_cidr',
    ]);
  });

  it('is the same cluster for the same Idempotency-Key, and 422 for another body under it', async () => {
    const keyed = client.with({ 'idempotency-key': 'once' });
    const both = await Promise.all([1, 2].map(() => keyed.createCluster({ name: 'idem', clock: paused })));
    expect(both[0].id).toBe(both[1].id);
    const other = await keyed.call('POST', '/api/v1/clusters', { name: 'other' });
    expect([other.status, other.body.code]).toEqual([422, 'IdempotencyKeyReused']);
  });

  it('with manifests that the API refuses creates nothing', async () => {
    const before = await client.ok<Page<Cluster>>('GET', '/api/v1/clusters');
    const manifests =
      'apiVersion: v1\nkind: Service\nmetadata: {name: Bad_Name}\nspec: {ports: [{port: 80}]}\n';
    const answer = await client.call('POST', '/api/v1/clusters', { manifests });
    expect([answer.status, answer.body.code]).toEqual([422, 'ManifestsRefused']);
    expect(answer.body.errors?.[0]).toMatchObject({
      path: 'manifests[0]',
      message: expect.stringContaining('Bad_Name'),
    });
    expect((await client.ok<Page<Cluster>>('GET', '/api/v1/clusters')).items).toHaveLength(
      before.items.length,
    );
  });
});

describe('the list of clusters', () => {
  it('is newest first, in pages that a cursor joins, and knows what was renamed and deleted', async () => {
    const made: string[] = [];
    for (const name of ['one', 'two', 'three'])
      made.unshift((await client.createCluster({ name, clock: paused })).id);
    const first = await client.ok<Page<Cluster>>('GET', '/api/v1/clusters?limit=2');
    const second = await client.ok<Page<Cluster>>(
      'GET',
      `/api/v1/clusters?limit=2&cursor=${first.next_cursor}`,
    );
    expect([...first.items, ...second.items].slice(0, 3).map((cluster) => cluster.id)).toEqual(made);
    const renamed = await client.ok<Cluster>('PATCH', `/api/v1/clusters/${made[0]}`, { name: 'renamed' });
    expect(renamed.name).toBe('renamed');
    expect((await client.call('DELETE', `/api/v1/clusters/${made[1]}`)).status).toBe(204);
    expect((await client.call('GET', `/api/v1/clusters/${made[1]}`)).status).toBe(404);
    const left = await client.ok<Page<Cluster>>('GET', '/api/v1/clusters?limit=2');
    expect(left.items.map((cluster) => cluster.name)).toEqual(['renamed', 'one']);
  });
});

describe('the clock', () => {
  it('stands while it is paused, and moves by advance, step and settle', async () => {
    const cluster = await client.createCluster({ clock: paused });
    const clock = () => client.ok<Clock>('GET', path(cluster, '/clock'));
    expect(await clock()).toMatchObject({ mode: 'paused', speed: 1, now: '2026-01-05T09:00:00.000000Z' });
    await client.ok('POST', path(cluster, '/clock/advance'), { ms: 1500 });
    expect((await clock()).now).toBe('2026-01-05T09:00:01.500000Z');
    const settled = await client.settle(cluster.id);
    expect(settled.settled).toBe(true);
    const stepped = await client.ok<Clock>('POST', path(cluster, '/clock/step'));
    expect(Date.parse(stepped.now)).toBeGreaterThanOrEqual(Date.parse(settled.now));
    expect(Number(stepped.resourceVersion)).toBeGreaterThan(Number(settled.resourceVersion));
  });

  it('follows the wall times its speed while it is live', async () => {
    // From before it began: on a busy machine it may be late, and catch up, at any moment after.
    const wall = performance.now();
    const cluster = await client.createCluster({ clock: { mode: 'live', speed: 100, epoch } });
    const passed = async () =>
      Date.parse((await client.ok<Clock>('GET', path(cluster, '/clock'))).now) - Date.parse(epoch);
    let virtual = await passed();
    while (virtual < 10_000) virtual = await passed();
    expect((performance.now() - wall) * 100).toBeGreaterThanOrEqual(virtual);
    const stopped = await client.ok<Clock>('PUT', path(cluster, '/clock'), { mode: 'paused' });
    expect((await client.ok<Clock>('GET', path(cluster, '/clock'))).now).toBe(stopped.now);
  });

  it('takes one command at a time, and other calls go on meanwhile', async () => {
    const cluster = await client.createCluster({ nodes: 20, clock: paused });
    const long = client.call('POST', path(cluster, '/clock/advance'), { ms: 24 * 3_600_000 });
    const both = await Promise.all([
      client.call('POST', path(cluster, '/clock/advance'), { ms: 24 * 3_600_000 }),
      client.call('GET', path(cluster)),
      long,
    ]);
    expect(both.map((answer) => answer.status).sort()).toEqual([200, 200, 409]);
    expect(both.find((answer) => answer.status === 409)?.body.code).toBe('ClockBusy');
  });
});

const DEPLOYMENT = `
apiVersion: v1
kind: Namespace
metadata: {name: lab06}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: nginx-deployment, namespace: lab06}
spec:
  replicas: 2
  selector: {matchLabels: {app: nginx}}
  template:
    metadata: {labels: {app: nginx}}
    spec:
      containers:
      - {name: nginx, image: "nginx:1.27", ports: [{containerPort: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: nginx-service, namespace: lab06}
spec:
  selector: {app: nginx}
  ports: [{port: 80, targetPort: 80}]
`;

const NAMESPACE_AND_POD = `
apiVersion: v1
kind: Namespace
metadata: {name: bare}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: bare}
spec: {containers: [{name: nginx, image: nginx}]}
`;

it.each([
  ['live', ['Created', 'Created']],
  ['paused', ['Created', 'Refused']],
] as const)('a %s cluster takes a namespace with a pod in one body: %j', async (mode, expected) => {
  const cluster = await client.createCluster({ seed: '42', clock: { mode } });
  const answer = await client.ok<{ documents: { result: string }[] }>(
    'POST',
    path(cluster, '/apply'),
    NAMESPACE_AND_POD,
    'application/yaml',
  );
  expect(answer.documents.map(({ result }) => result)).toEqual(expected);
});

describe('a cluster with the lesson in it', () => {
  let cluster: Cluster;
  const apply = (text: string) =>
    client.ok<{ documents: { result: string }[] }>('POST', path(cluster, '/apply'), text, 'application/yaml');
  const results = async (text: string) => (await apply(text)).documents.map((document) => document.result);

  beforeAll(async () => {
    cluster = await client.createCluster({
      name: 'lesson',
      seed: '42',
      clock: paused,
      manifests: DEPLOYMENT,
    });
    await client.settle(cluster.id);
  });

  it('applies again without a change, then with one', async () => {
    expect(await results(DEPLOYMENT)).toEqual(['Unchanged', 'Unchanged', 'Unchanged']);
    expect(await results(DEPLOYMENT.replace('replicas: 2', 'replicas: 3'))).toEqual([
      'Unchanged',
      'Configured',
      'Unchanged',
    ]);
    expect(await results('kind: Pod\n')).toEqual(['Refused']);
    expect(await results('apiVersion: v1\nkind: Moon\nmetadata: {name: x}\n')).toEqual(['Refused']);
    await client.settle(cluster.id);
  });

  it('answers a request with its backend and its trace, and finds it again', async () => {
    const from = { kind: 'Node' as const, name: 'node-a' };
    const { requests, summary } = await client.send(cluster.id, {
      from,
      to: 'http://nginx-service.lab06:80/',
      count: 30,
    });
    expect(summary.by_disposition).toEqual({ NameNotResolved: 30 });
    const listed = await client.ok<Page<Request>>('GET', path(cluster, '/requests?limit=5'));
    expect(listed.items).toHaveLength(5);
    expect(listed.items[0].trace).toBeUndefined();
    const permalink = await client.ok<Request>('GET', path(cluster, `/requests/${requests[0].id}`));
    expect(permalink).toEqual(requests[0]);
    expect((await client.call('GET', path(cluster, '/requests/none'))).status).toBe(404);
  });

  it('prints the tables of a node as its tools do, and as data', async () => {
    const text = async (table: string) =>
      (await client.call('GET', path(cluster, `/nodes/node-a/${table}`))).text;
    expect(await text('iptables')).toMatch(/^-A KUBE-SERVICES .*"lab06\/nginx-service cluster IP"/m);
    expect(await text('routes')).toMatch(/^default via /m);
    expect(await text('interfaces')).toMatch(/eth0/);
    expect((await client.call('GET', path(cluster, '/nodes/node-a/conntrack'))).status).toBe(200);
    const asData = client.with({ accept: 'application/json' });
    const routes = await asData.ok<NodeTable>('GET', path(cluster, '/nodes/node-a/routes'));
    expect(routes).toMatchObject({
      node: 'node-a',
      table: 'routes',
      resourceVersion: expect.stringMatching(/^\d+$/),
    });
    expect(routes.rows.length).toBeGreaterThan(0);
  });

  it('prints what kube-proxy writes in either mode, side by side', async () => {
    const rules = async (mode: string) =>
      client.call('GET', path(cluster, `/nodes/node-a/rules?mode=${mode}`));
    expect((await rules('iptables')).text).toMatch(/^-A KUBE-SERVICES .*"lab06\/nginx-service cluster IP"/m);
    expect((await rules('nftables')).text).toMatch(/: goto service-[A-Z2-7]{8}-lab06\/nginx-service\/tcp\//);
    expect((await rules('ipvs')).status).toBe(422);
    const asData = client.with({ accept: 'application/json' });
    const answer = await asData.ok<NodeRules>('GET', path(cluster, '/nodes/node-a/rules?mode=nftables'));
    expect(answer).toMatchObject({ node: 'node-a', mode: 'nftables', cluster_mode: 'iptables' });
    const other = await client.createCluster({ clock: paused, kube_proxy: { mode: 'nftables' } });
    await client.ok('POST', path(other, '/clock/settle'), { timeout_ms: 60_000 });
    const { text } = await client.call('GET', path(other, '/nodes/node-a/nftables'));
    expect(text).toMatch(/^table ip kube-proxy \{\n\tcomment "rules for kube-proxy"\n/);
    expect((await client.call('GET', path(cluster, '/nodes/node-z/rules?mode=nftables'))).status).toBe(404);
  });

  it('exports what another cluster takes', async () => {
    const { text } = await client.call('GET', path(cluster, '/export'));
    expect(text).not.toMatch(/resourceVersion|uid:|status:|kind: ReplicaSet|kind: Pod\n|clusterIP:/);
    const copy = await client.createCluster({ clock: paused, manifests: text });
    const again = await client.call('GET', path(copy, '/export'));
    expect(again.text).toBe(text);
  });

  it('exports no trace of the controllers that work on it, nothing that is being deleted, and no other moment', async () => {
    const balanced = 'spec: { type: LoadBalancer, ports: [{ port: 80 }] }';
    const manifests = [
      `apiVersion: v1\nkind: Service\nmetadata: { name: lb, finalizers: [example.com/own] }\n${balanced}\n`,
      'apiVersion: v1\nkind: Pod\nmetadata: { name: bare }\nspec: { containers: [{ name: web, image: nginx }] }\n',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: going, finalizers: [example.com/own] }\n',
    ].join('---\n');
    const made = await client.createCluster({ clock: paused, cloud: { enabled: true }, manifests });
    await client.ok('POST', path(made, '/clock/settle'), { timeout_ms: 60_000 });
    const going = `/clusters/${made.id}/api/v1/namespaces/default/configmaps/going`;
    expect((await client.call('DELETE', going)).status).toBe(200);
    const { text } = await client.call('GET', path(made, '/export'));
    expect(parseAllDocuments(text).map((each) => each.get('kind'))).toEqual(['Service', 'Pod']);
    expect(text.match(/example.com\/own/g)).toHaveLength(1);
    expect(text).not.toMatch(/load-balancer-cleanup|kube-api-access|deletion/);
    const past = await client.call('GET', path(made, '/export?resourceVersion=40'));
    expect(past.status).toBe(422);
  });

  it('reads the past', async () => {
    const { resourceVersion } = await client.ok<Cluster>('GET', path(cluster));
    const history = await client.ok<History>('GET', path(cluster, '/history'));
    const versions = history.items.map((entry) => Number(entry.resourceVersion));
    expect(versions).toEqual([...versions].sort((one, other) => one - other));
    const replicasOf = (object: KubernetesObject | undefined) =>
      (object as { spec?: { replicas?: number } })?.spec?.replicas;
    const scaled = history.items.find((entry) => entry.kind === 'revision' && replicasOf(entry.object) === 3);
    const before = String(Number(scaled?.resourceVersion) - 1);
    const replicasAt = async (moment: string) => {
      const { objects } = await client.ok<PastObjects>('GET', path(cluster, `/history/${moment}/objects`));
      return replicasOf(objects.find((object) => object.metadata.name === 'nginx-deployment'));
    };
    expect(await replicasAt(resourceVersion)).toBe(3);
    expect(await replicasAt(before)).toBe(2);
    expect((await client.call('GET', path(cluster, '/history/999999/objects'))).status).toBe(404);
  });
});
