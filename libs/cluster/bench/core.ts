// `npm run bench:core`: what the pure core costs, as JSON. Ratios count, digits depend on the machine.
import type { SendRequest } from '@podlab/contracts';
import { createCluster, type Cluster, type ClusterConfig } from '@podlab/cluster';

const EPOCH_MS = 1_772_442_000_000;
const NAMESPACE = 'bench';

function configOf(id: string, nodes: number): ClusterConfig {
  return {
    id,
    seed: '42',
    epoch_ms: EPOCH_MS,
    nodes: Array.from({ length: nodes }, (_, index) => ({ name: `node-${index}`, labels: {} })),
    service_cidr: '10.96.0.0/16',
    pod_cidr: '10.244.0.0/16',
    cloud: { enabled: false, delay_ms: 3000, quota: 20 },
    world: { hosts: [] },
    images: { unknown: 'Run' },
    clock: { mode: 'paused', speed: 1 },
  };
}

function settled(cluster: Cluster): Cluster {
  cluster.runUntilSettled(cluster.now() + 3_600_000, 10_000_000);
  return cluster;
}

function write(cluster: Cluster, path: string, object: object): void {
  const answer = cluster.kube({
    method: 'POST',
    path,
    query: '',
    accept: 'application/json',
    content_type: 'application/json',
    body: new TextEncoder().encode(JSON.stringify(object)),
    user: { name: 'bench', groups: ['system:masters'] },
  });
  if (answer.kind !== 'answer' || answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer)}`);
}

const meta = (name: string) => ({ name, namespace: NAMESPACE });

function deployment(name: string, replicas: number): object {
  const labels = { app: name };
  const containers = [{ name: 'nginx', image: 'nginx:1.27', ports: [{ containerPort: 80 }] }];
  const template = { metadata: { labels }, spec: { containers } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: meta(name),
    spec: { replicas, selector: { matchLabels: labels }, template },
  };
}

function service(name: string, app: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta(name),
    spec: { selector: { app }, ports: [{ port: 80 }] },
  };
}

const timed = (act: () => unknown): number => {
  const start = process.hrtime.bigint();
  act();
  return Number(process.hrtime.bigint() - start) / 1e6;
};

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

function creation(): number {
  for (let i = 0; i < 50; i++) createCluster(configOf(`warm-${i}`, 3));
  return median(
    Array.from({ length: 100 }, (_, index) => timed(() => createCluster(configOf(`c-${index}`, 3)))),
  );
}

/** Resident memory per idle cluster: the slope over the second half of 500, each settled with its CoreDNS. */
function memory(): number {
  const clusters: Cluster[] = [];
  const grow = (count: number) => {
    for (let i = 0; i < count; i++)
      clusters.push(settled(createCluster(configOf(`idle-${clusters.length}`, 3))));
    global.gc?.();
    global.gc?.();
    return process.memoryUsage().rss;
  };
  const middle = grow(250);
  const end = grow(250);
  return (end - middle) / 250 / 1024;
}

function thousandPods(): number {
  const cluster = settled(createCluster(configOf('pods', 20)));
  write(cluster, '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: NAMESPACE },
  });
  settled(cluster);
  const took = timed(() => {
    write(cluster, `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`, deployment('web', 1000));
    settled(cluster);
  });
  const ready = cluster.list<{ status?: { conditions?: { type: string; status: string }[] } } & never>(
    'pods',
    NAMESPACE,
  );
  const count = (ready as readonly { status?: { conditions?: { type: string; status: string }[] } }[]).filter(
    (pod) => pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
  ).length;
  if (count !== 1000) throw new Error(`${count} of 1000 pods are Ready`);
  return took;
}

function requestCluster(services: number): Cluster {
  const cluster = settled(createCluster(configOf(`requests-${services}`, 3)));
  write(cluster, '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: NAMESPACE },
  });
  settled(cluster);
  write(cluster, `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`, deployment('web', 10));
  for (let i = 0; i < services; i++)
    write(cluster, `/api/v1/namespaces/${NAMESPACE}/services`, service(`web-${i}`, 'web'));
  return settled(cluster);
}

function requestsPerSecond(cluster: Cluster, traces: SendRequest['traces'], rounds: number): number {
  const target = cluster.list<{ metadata: { name: string }; spec: { clusterIP: string } } & never>(
    'services',
    NAMESPACE,
  );
  const ip = (target[0] as { spec: { clusterIP: string } }).spec.clusterIP;
  const pods = cluster.list<never>('pods', NAMESPACE) as readonly { metadata: { name: string } }[];
  const from = { kind: 'Pod', namespace: NAMESPACE, name: pods[0].metadata.name } as const;
  const request: SendRequest = {
    from,
    to: `http://${ip}:80/`,
    method: 'GET',
    headers: {},
    body: '',
    count: 1000,
    interval_ms: 0,
    timeout_ms: 5000,
    traces,
  };
  const once = () => {
    const { summary } = cluster.send(request);
    if (summary.by_disposition.Delivered !== 1000) throw new Error(JSON.stringify(summary));
  };
  for (let i = 0; i < 5; i++) once();
  const took = median(Array.from({ length: rounds }, () => timed(once)));
  return 1_000_000 / took;
}

/** The floor: a loop that only allocates a trace of the same shape, by copying one. */
function allocationsPerSecond(cluster: Cluster): number {
  const pods = cluster.list<never>('pods', NAMESPACE) as readonly { metadata: { name: string } }[];
  const services = cluster.list<never>('services', NAMESPACE) as readonly { spec: { clusterIP: string } }[];
  const [request] = cluster.send({
    from: { kind: 'Pod', namespace: NAMESPACE, name: pods[0].metadata.name },
    to: `http://${services[0].spec.clusterIP}:80/`,
    method: 'GET',
    headers: {},
    body: '',
    count: 1,
    interval_ms: 0,
    timeout_ms: 5000,
    traces: 'all',
  }).requests;
  const copy = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(copy);
    const result: Record<string, unknown> = {};
    for (const key in value) result[key] = copy((value as Record<string, unknown>)[key]);
    return result;
  };
  let kept: unknown;
  const took = median(
    Array.from({ length: 10 }, () =>
      timed(() => {
        for (let i = 0; i < 1000; i++) kept = copy(request);
      }),
    ),
  );
  if (!kept) throw new Error('nothing was allocated');
  return 1_000_000 / took;
}

const round = (value: number) => Math.round(value * 100) / 100;
const idle_cluster_rss_kb = round(memory());
const creation_ms = round(creation());
const thousand_pods_ms = round(median(Array.from({ length: 3 }, thousandPods)));
const few = requestCluster(5);
const many = requestCluster(5000);
const figures = {
  without_trace_5: requestsPerSecond(few, 'first', 30),
  without_trace_5000: requestsPerSecond(many, 'first', 30),
  with_trace_5: requestsPerSecond(few, 'all', 15),
  with_trace_5000: requestsPerSecond(many, 'all', 15),
};
const floor = allocationsPerSecond(few);
console.log(
  JSON.stringify(
    {
      creation_ms,
      idle_cluster_rss_kb,
      thousand_pods_ms,
      requests_per_second: Object.fromEntries(
        Object.entries(figures).map(([name, value]) => [name, Math.round(value)]),
      ),
      ratio_5_to_5000_without_trace: round(figures.without_trace_5 / figures.without_trace_5000),
      ratio_5_to_5000_with_trace: round(figures.with_trace_5 / figures.with_trace_5000),
      trace_allocations_per_second_floor: Math.round(floor),
      ratio_floor_to_with_trace: round(floor / figures.with_trace_5),
    },
    null,
    2,
  ),
);
