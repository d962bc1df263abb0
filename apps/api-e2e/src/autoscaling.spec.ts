/** What stock kubectl does around load and nodes: autoscale, top, drain, cordon, taint, ReplicationControllers. */
import type { Cluster } from '@podlab/contracts';
import { Client } from './support/client';
import { Kubectl } from './support/kubectl';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';

let server: TestServer;
let client: Client;
let cluster: Cluster;
let kubectl: Kubectl;

const OBJECTS = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: main
          image: registry.k8s.io/hpa-example
          resources: { requests: { cpu: 20m }, limits: { cpu: 60m } }
        - { name: beside, image: 'busybox:1.36', command: [sleep, infinity], resources: { requests: { cpu: 1m } } }
      volumes: [{ name: scratch, emptyDir: {} }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: ReplicationController
metadata: { name: old }
spec:
  replicas: 2
  selector: { app: old }
  template:
    metadata: { labels: { app: old } }
    spec: { containers: [{ name: main, image: 'nginx:1.27' }] }
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent }
spec:
  selector: { matchLabels: { app: agent } }
  template:
    metadata: { labels: { app: agent } }
    spec: { containers: [{ name: main, image: 'nginx:1.27' }] }
---
apiVersion: v1
kind: Pod
metadata: { name: spinner }
spec: { containers: [{ name: main, image: 'busybox:1.36', command: [sh, -c, 'while true; do :; done'] }] }
`;

beforeAll(async () => {
  server = await startServer(newDataFolder());
  client = new Client(server);
  const clock = { mode: 'paused' as const, epoch: '2026-01-05T09:00:00Z' };
  cluster = await client.createCluster({ name: 'autoscaling', seed: '42', clock });
  kubectl = await Kubectl.for(client, cluster.id);
  await client.settle(cluster.id);
  await kubectl.ok('apply -f -', OBJECTS);
  await client.settle(cluster.id);
});

afterAll(async () => {
  await server?.stop();
  removeDataFolder(server?.folder);
});

const advance = (seconds: number) =>
  client.ok('POST', `/api/v1/clusters/${cluster.id}/clock/advance`, { ms: seconds * 1_000 });
const rows = (text: string): string[][] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/\s{2,}/));

describe('kubectl top', () => {
  it('has nothing to show of pods that have just begun', async () => {
    const { code, stderr } = await kubectl.run('top pod spinner');
    expect([code, stderr]).toEqual([
      1,
      'Error from server (NotFound): pods.metrics.k8s.io "spinner" not found\n',
    ]);
  });

  it('shows pods, the busiest first when it is asked so', async () => {
    await advance(60);
    const [header, ...pods] = rows(await kubectl.ok('top pod --sort-by=cpu'));
    expect(header).toEqual(['NAME', 'CPU(cores)', 'MEMORY(bytes)']);
    expect(pods[0]).toEqual(['spinner', expect.stringMatching(/^(9\d\d|1000)m$/), '0Mi']);
    expect(pods).toHaveLength(7);
    const web = await kubectl.ok('top pod -l app=web --no-headers');
    expect(web).toMatch(/^web-\S+ +1m +1[1-3]Mi +\n$/);
  });

  it('shows containers, nodes and all namespaces', async () => {
    const containers = rows(await kubectl.ok('top pod -l app=web --containers'));
    expect(containers.map(([, name]) => name)).toEqual(['NAME', 'beside', 'main']);
    const nodes = rows(await kubectl.ok('top node'));
    expect(nodes[0]).toEqual(['NAME', 'CPU(cores)', 'CPU(%)', 'MEMORY(bytes)', 'MEMORY(%)']);
    expect(nodes.slice(1).map(([name]) => name)).toEqual(['node-a', 'node-b', 'node-c']);
    expect(await kubectl.ok('top pod -A')).toMatch(/^kube-system +coredns-/m);
  });

  it('reads an API that is discovered, explained and only read', async () => {
    expect(await kubectl.ok('api-resources --api-group=metrics.k8s.io --no-headers')).toMatch(
      /^nodes +metrics\.k8s\.io\/v1beta1 +false +NodeMetrics\npods +metrics\.k8s\.io\/v1beta1 +true +PodMetrics\n$/,
    );
    const explained = await kubectl.ok('explain pods.containers.usage --api-version=metrics.k8s.io/v1beta1');
    expect(explained).toContain('The memory usage is the memory working set.');
    const [header, row] = rows(await kubectl.ok('get pods.metrics.k8s.io spinner'));
    expect(header).toEqual(['NAME', 'CPU', 'MEMORY', 'WINDOW']);
    expect(row[0]).toBe('spinner');
    const raw = JSON.parse(
      await kubectl.ok('get --raw /apis/metrics.k8s.io/v1beta1/namespaces/default/pods/spinner'),
    ) as object;
    expect(raw).toMatchObject({
      kind: 'PodMetrics',
      timestamp: '2026-01-05T09:01:00Z',
      window: '15s',
      containers: [{ name: 'main', usage: { cpu: expect.stringMatching(/^\d+n$/) } }],
    });
    const deleted = await kubectl.run('delete pods.metrics.k8s.io spinner');
    expect(deleted.stderr).toContain('the server does not allow this method on the requested resource');
    expect((await kubectl.run('top pod nobody')).stderr).toContain('NotFound');
    await kubectl.ok('delete pod spinner --wait=false');
  });
});

describe('kubectl autoscale', () => {
  it('makes an autoscaler, once', async () => {
    const line = 'autoscale deployment web --cpu=50% --min=1 --max=5';
    expect(await kubectl.ok(line)).toBe('horizontalpodautoscaler.autoscaling/web autoscaled\n');
    expect((await kubectl.run(line)).stderr).toContain(
      'horizontalpodautoscalers.autoscaling "web" already exists',
    );
    expect(rows(await kubectl.ok('get hpa'))).toEqual([
      ['NAME', 'REFERENCE', 'TARGETS', 'MINPODS', 'MAXPODS', 'REPLICAS', 'AGE'],
      ['web', 'Deployment/web', 'cpu: <unknown>/50%', '1', '5', '0', '0s'],
    ]);
    await advance(30);
    expect(rows(await kubectl.ok('get hpa --no-headers'))[0][2]).toBe('cpu: 4%/50%');
  });

  it('gives it more pods under load, and says why', async () => {
    const loop = 'while sleep 0.1; do wget -q -O- http://web; done';
    const pod = { containers: [{ name: 'main', image: 'busybox:1.36', command: ['sh', '-c', loop] }] };
    const manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'load' }, spec: pod };
    await kubectl.ok('apply -f -', JSON.stringify(manifest));
    await advance(90);
    expect(rows(await kubectl.ok('get hpa --no-headers'))[0][5]).toBe('5');
    const described = await kubectl.ok('describe hpa web');
    expect(described).toContain('resource cpu on pods  (as a percentage of request)');
    expect(described).toMatch(/ScalingLimited +True +TooManyReplicas/);
    expect(described).toMatch(/Normal +SuccessfulRescale .* New size: \d; reason: cpu resource utilization/);
    await kubectl.ok('delete pod load --grace-period=0 --force');
  });

  it('is patched, and its rules are checked', async () => {
    const rules = { scaleDown: { stabilizationWindowSeconds: 0, selectPolicy: 'Disabled' } };
    await kubectl.ok(`patch hpa web --type=merge -p ${JSON.stringify({ spec: { behavior: rules } })}`);
    const shown = JSON.parse(await kubectl.ok('get hpa web -o json')) as { spec: { behavior: object } };
    expect(shown.spec.behavior).toMatchObject({
      scaleDown: { policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }], selectPolicy: 'Disabled' },
    });
    const refused = await kubectl.run('patch hpa web --type=merge -p {"spec":{"maxReplicas":0}}');
    expect(refused.stderr).toContain('spec.maxReplicas: Invalid value: 0: must be greater than 0');
    await kubectl.ok('delete hpa web');
    await kubectl.ok('scale deployment web --replicas=2');
    await client.settle(cluster.id);
  });
});

describe('a ReplicationController', () => {
  it('is shown with its pods, scaled, and deleted with or without them', async () => {
    expect(rows(await kubectl.ok('get rc -o wide'))).toEqual([
      ['NAME', 'DESIRED', 'CURRENT', 'READY', 'AGE', 'CONTAINERS', 'IMAGES', 'SELECTOR'],
      ['old', '2', '2', '2', expect.any(String), 'main', 'nginx:1.27', 'app=old'],
    ]);
    expect(await kubectl.ok('scale rc old --replicas=3')).toBe('replicationcontroller/old scaled\n');
    await client.settle(cluster.id);
    expect(await kubectl.ok('describe rc old')).toMatch(/Pods Status: +3 Running \/ 0 Waiting/);
    expect(await kubectl.ok('get all -o name')).toContain('replicationcontroller/old\n');
    await kubectl.ok('delete rc old --cascade=orphan --wait=false');
    await client.settle(cluster.id);
    expect(rows(await kubectl.ok('get pods -l app=old --no-headers'))).toHaveLength(3);
    await kubectl.ok('apply -f -', OBJECTS.split('---\n')[2]);
    await client.settle(cluster.id);
    expect(rows(await kubectl.ok('get pods -l app=old --no-headers'))).toHaveLength(2);
  });
});

describe('a node that is taken out of service', () => {
  it('is cordoned, drained but for its daemons, and comes back', async () => {
    expect(await kubectl.ok('cordon node-a')).toBe('node/node-a cordoned\n');
    expect(await kubectl.ok('get node node-a --no-headers')).toContain('Ready,SchedulingDisabled');
    const refused = await kubectl.run('drain node-a --delete-emptydir-data');
    expect(refused.stderr).toContain(
      'cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)',
    );
    const drain = kubectl.start('drain node-a --ignore-daemonsets --delete-emptydir-data --timeout=60s');
    let done = false;
    void drain.ended.then(() => (done = true));
    while (!done) await advance(5);
    const { code, stdout, stderr } = await drain.ended;
    expect([code, stderr]).toEqual([0, expect.stringContaining('Warning: ignoring DaemonSet-managed Pods:')]);
    expect(stdout).toContain('node/node-a drained');
    const left = await kubectl.ok('get pods -A --field-selector=spec.nodeName=node-a -o name');
    expect(left).toMatch(/^pod\/agent-\w{5}\n$/);
    expect(await kubectl.ok('uncordon node-a')).toBe('node/node-a uncordoned\n');
  });

  it('is tainted: pods that do not bear it go, and the taint goes by its name', async () => {
    expect(await kubectl.ok('taint node node-b room=dark:NoExecute')).toBe('node/node-b tainted\n');
    await client.settle(cluster.id);
    expect(await kubectl.ok('get pods --field-selector=spec.nodeName=node-b -o name')).toBe('');
    const again = await kubectl.run('taint node node-b room=bright:NoExecute');
    expect(again.stderr).toContain('already has room taint(s) with same effect(s) and --overwrite is false');
    expect(await kubectl.ok('taint node node-b room-')).toBe('node/node-b untainted\n');
    expect((await kubectl.run('taint node node-b room-')).stderr).toContain('taint "room" not found');
  });
});
