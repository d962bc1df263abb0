/** StatefulSets, DaemonSets, Jobs and CronJobs with stock kubectl. */
import type { Cluster } from '@podlab/contracts';
import { Client } from './support/client';
import { Kubectl } from './support/kubectl';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';

let server: TestServer;
let client: Client;
let cluster: Cluster;
let kubectl: Kubectl;

const POD = `{ containers: [{ name: main, image: 'nginx:1.25' }] }`;
const OBJECTS = `apiVersion: v1
kind: Service
metadata: { name: web }
spec: { clusterIP: None, selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web, annotations: { kubernetes.io/change-cause: first } }
spec:
  serviceName: web
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: ${POD}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent }
spec:
  selector: { matchLabels: { app: agent } }
  template:
    metadata: { labels: { app: agent } }
    spec: ${POD}
---
apiVersion: v1
kind: Pod
metadata: { name: client }
spec: { containers: [{ name: main, image: 'busybox:1.36', command: [sleep, infinity] }] }
`;
const BATCH = `apiVersion: batch/v1
kind: Job
metadata: { name: sum }
spec:
  completions: 3
  parallelism: 3
  completionMode: Indexed
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: main, image: 'busybox:1.36', command: [sh, -c, 'echo index $JOB_COMPLETION_INDEX on $(hostname)'] }]
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly }
spec:
  schedule: '0 3 * * *'
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: OnFailure
          containers: [{ name: main, image: 'busybox:1.36', command: [sh, -c, 'echo done'] }]
`;

beforeAll(async () => {
  server = await startServer(newDataFolder());
  client = new Client(server);
  const clock = { mode: 'paused' as const, epoch: '2026-01-05T09:00:00Z' };
  cluster = await client.createCluster({ name: 'kinds', seed: '42', clock });
  kubectl = await Kubectl.for(client, cluster.id);
  await client.settle(cluster.id);
});

afterAll(async () => {
  await server.stop();
  removeDataFolder(server.folder);
});

const settle = () => client.settle(cluster.id);
const advance = (ms: number) => client.ok('POST', `/api/v1/clusters/${cluster.id}/clock/advance`, { ms });
const cells = async (line: string) =>
  (await kubectl.ok(`${line} --no-headers`))
    .trim()
    .split('\n')
    .map((row) => row.split(/\s{2,}/));

describe('a StatefulSet', () => {
  it('is applied, listed and rolled out', async () => {
    expect(await kubectl.ok('apply -f -', OBJECTS)).toContain('statefulset.apps/web created\n');
    await settle();
    expect(await kubectl.ok('rollout status statefulset/web')).toMatch(
      /^(statefulset rolling update complete 2 pods at revision web-\w+\.\.\.|partitioned roll out complete: .*)\n$/,
    );
    expect(await cells('get sts -o wide')).toEqual([
      ['web', '2/2', expect.any(String), 'main', 'nginx:1.25'],
    ]);
    expect((await cells('get pods -l app=web')).map(([name, ready]) => [name, ready])).toEqual([
      ['web-0', '1/1'],
      ['web-1', '1/1'],
    ]);
    expect(await kubectl.ok('explain statefulset.spec.podManagementPolicy')).toContain('OrderedReady');
  });

  it('has stable names in DNS', async () => {
    const answer = await client.ok('POST', `/api/v1/clusters/${cluster.id}/exec`, {
      target: { kind: 'Pod', namespace: 'default', name: 'client' },
      command: ['nslookup', 'web-1.web.default.svc.cluster.local'],
    });
    const address = await kubectl.ok('get pod web-1 -o jsonpath={.status.podIP}');
    expect(JSON.stringify(answer)).toContain(address);
  });

  it('is changed, told and taken back', async () => {
    await kubectl.ok('set image statefulset/web main=nginx:1.27');
    await kubectl.ok('annotate statefulset/web kubernetes.io/change-cause=second --overwrite');
    await settle();
    const image = () => kubectl.ok('get pod web-0 -o jsonpath={.spec.containers[0].image}');
    expect(await image()).toBe('nginx:1.27');
    expect(await kubectl.ok('rollout history statefulset/web')).toMatch(/^statefulset.apps\/web \nREVISION/);
    expect(await kubectl.ok('rollout history statefulset/web --revision=1')).toContain('nginx:1.25');
    expect(await kubectl.ok('rollout undo statefulset/web')).toBe('statefulset.apps/web rolled back\n');
    await settle();
    expect(await image()).toBe('nginx:1.25');
    expect(
      (await cells('get controllerrevisions')).filter(([, owner]) => owner === 'statefulset.apps/web'),
    ).toHaveLength(2);
  });

  it('is scaled, restarted and described', async () => {
    expect(await kubectl.ok('scale statefulset/web --replicas=3')).toBe('statefulset.apps/web scaled\n');
    await settle();
    expect(await kubectl.ok('rollout restart statefulset/web')).toBe('statefulset.apps/web restarted\n');
    await settle();
    expect(await kubectl.ok('describe statefulset web')).toContain(
      'Pods Status:        3 Running / 0 Waiting / 0 Succeeded / 0 Failed',
    );
  });

  it('is refused as upstream refuses it', async () => {
    const manifest = OBJECTS.split('---\n')[1];
    const renamed = await kubectl.run(
      'apply -f -',
      manifest.replace('serviceName: web', 'serviceName: other'),
    );
    expect(renamed.stderr).toContain(
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    );
  });
});

describe('a DaemonSet', () => {
  it('has a pod on each node, and is rolled out and taken back', async () => {
    expect(await cells('get ds -o wide')).toEqual([
      ['agent', '3', '3', '3', '3', '3', '<none>', expect.any(String), 'main', 'nginx:1.25', 'app=agent'],
    ]);
    await kubectl.ok('set image daemonset/agent main=nginx:1.27');
    await settle();
    expect(await kubectl.ok('rollout status daemonset/agent')).toBe(
      'daemon set "agent" successfully rolled out\n',
    );
    expect(await kubectl.ok('rollout undo daemonset/agent')).toBe('daemonset.apps/agent rolled back\n');
    await settle();
    expect(await kubectl.ok('get pods -l app=agent -o jsonpath={.items[*].spec.containers[0].image}')).toBe(
      'nginx:1.25 nginx:1.25 nginx:1.25',
    );
  });

  it('stays on a node that is drained', async () => {
    const [node] = (await kubectl.ok('get nodes -o name')).trim().split('\n');
    const drained = await kubectl.run(`drain ${node} --force`);
    expect(drained.stderr).toContain(
      'cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)',
    );
    await kubectl.ok(`uncordon ${node}`);
  });
});

describe('a Job', () => {
  it('runs to its end, once an index', async () => {
    await kubectl.ok('apply -f -', BATCH);
    await settle();
    expect(await cells('get job sum')).toEqual([
      ['sum', 'Complete', '3/3', expect.any(String), expect.any(String)],
    ]);
    expect(await kubectl.ok('wait --for=condition=complete job/sum')).toBe('job.batch/sum condition met\n');
    const logs = await kubectl.ok('logs -l batch.kubernetes.io/job-completion-index=1');
    expect(logs).toBe('index 1 on sum-1\n');
    expect(await kubectl.ok('describe job sum')).toContain('Completed Indexes:  0-2');
    expect(await kubectl.ok('delete job sum')).toContain('job.batch "sum" deleted');
    await settle();
    expect(await kubectl.ok('get pods -l job-name=sum -o name')).toBe('');
  });

  it('is made by hand of a CronJob', async () => {
    expect(await cells('get cronjob')).toEqual([
      ['nightly', '0 3 * * *', '<none>', 'False', '0', '<none>', expect.any(String)],
    ]);
    expect(await kubectl.ok('create job --from=cronjob/nightly by-hand')).toBe('job.batch/by-hand created\n');
    await settle();
    expect(await kubectl.ok('get job by-hand -o jsonpath={.status.succeeded}')).toBe('1');
  });

  it('comes by the clock of its CronJob', async () => {
    await advance(19 * 3_600_000);
    const jobs = await kubectl.ok('get jobs -o name');
    expect(jobs).toMatch(/^job.batch\/by-hand\njob.batch\/nightly-\d+\n$/);
    expect(await kubectl.ok('describe cronjob nightly')).toContain(
      'Last Schedule Time:  Tue, 06 Jan 2026 03:00:00 +0000',
    );
  });

  it('is refused as upstream refuses it', async () => {
    const refused = await kubectl.run(
      'create -f -',
      BATCH.replace('restartPolicy: Never', 'restartPolicy: Always').replace('0 3 * * *', '0 25 * * *'),
    );
    expect(refused.stderr).toContain(
      'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    );
    expect(refused.stderr).toContain(
      'spec.schedule: Invalid value: "0 25 * * *": end of range (25) above maximum (23): 25',
    );
  });
});

describe('what holds them', () => {
  it('lets a namespace go with pods that are at work', async () => {
    await kubectl.ok('create namespace lab06');
    await settle();
    const busy = BATCH.replace('echo index', 'sleep 3600; echo index');
    await kubectl.ok('apply -n lab06 -f -', `${busy}---\n${OBJECTS}`);
    await advance(30_000);
    expect((await cells('get pods -n lab06')).map(([, , status]) => status)).not.toContain('Pending');
    await kubectl.ok('delete namespace lab06 --wait=false');
    await advance(120_000);
    expect((await kubectl.run('get namespace lab06')).stderr).toContain('namespaces "lab06" not found');
  });

  it('keeps the claims of a StatefulSet when it is scaled away', async () => {
    const storage = `apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: standard, annotations: { storageclass.kubernetes.io/is-default-class: 'true' } }
provisioner: podlab.dev/simulated
`;
    const claims = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  replicas: 2
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: main, image: 'redis:7.4', volumeMounts: [{ name: data, mountPath: /data }] }] }
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;
    await kubectl.ok('apply -f -', storage);
    await kubectl.ok('apply -f -', claims);
    await settle();
    expect(await kubectl.ok('get sts db -o jsonpath={.status.readyReplicas}')).toBe('2');
    await kubectl.ok('scale sts db --replicas=1');
    await settle();
    expect((await cells('get pvc')).map(([name, status]) => [name, status])).toEqual([
      ['data-db-0', 'Bound'],
      ['data-db-1', 'Bound'],
    ]);
    expect(await kubectl.ok('apply -f -', claims)).toBe('statefulset.apps/db configured\n');
  });
});
