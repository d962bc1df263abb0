// `npm run bench:core`: what the pure core costs, as JSON. Ratios count, digits depend on the machine. Each figure is
// measured in a process of its own, so that none pays for what another left behind; `best` is the one of a machine that
// does nothing else, `median` the one of this machine now.
import { spawnSync } from 'node:child_process';
import type { SendRequest } from '@podlab/contracts';
import { createCluster, type Cluster, type ClusterConfig } from '@podlab/cluster';
import { kubeRequests } from './kube-requests';

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

/** What rounds of one measure gave. */
interface Figure {
  readonly best: number;
  readonly median: number;
}

const times = (count: number, act: (round: number) => unknown): number[] =>
  Array.from({ length: count }, (_, round) => timed(() => act(round)));

function figureOf(took: readonly number[]): Figure {
  const sorted = [...took].sort((a, b) => a - b);
  return { best: sorted[0], median: sorted[Math.floor(sorted.length / 2)] };
}

const rounds = (count: number, act: (round: number) => unknown): Figure => figureOf(times(count, act));

/** How often a second something happens that happened 1,000 times in each round. */
function perSecond({ best, median }: Figure): Figure {
  return { best: Math.round(1_000_000 / best), median: Math.round(1_000_000 / median) };
}

function creation(): Figure {
  for (let i = 0; i < 50; i++) createCluster(configOf(`warm-${i}`, 3));
  return rounds(100, (round) => createCluster(configOf(`c-${round}`, 3)));
}

/** Resident memory per idle cluster: the slope over the second half of 500, each settled with its CoreDNS. */
function idleClusterRss(): number {
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

interface Named {
  readonly metadata: { readonly name: string };
}

const listed = <T>(cluster: Cluster, resource: 'pods' | 'services') =>
  cluster.list<never>(resource, NAMESPACE) as readonly T[];

function withNamespace(cluster: Cluster): Cluster {
  write(cluster, '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: NAMESPACE },
  });
  return settled(cluster);
}

const deploy = (cluster: Cluster, replicas: number) =>
  write(cluster, `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`, deployment('web', replicas));

interface Conditioned {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

function isReady({ status }: Conditioned): boolean {
  return (
    status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ===
    true
  );
}

function thousandPods(): Figure {
  const clusters = Array.from({ length: 5 }, (_, round) =>
    withNamespace(settled(createCluster(configOf(`pods-${round}`, 20)))),
  );
  const figure = rounds(clusters.length, (round) => {
    deploy(clusters[round], 1000);
    settled(clusters[round]);
  });
  for (const cluster of clusters) {
    const ready = listed<Conditioned>(cluster, 'pods').filter(isReady).length;
    if (ready !== 1000) throw new Error(`${ready} of 1000 pods are Ready`);
  }
  return figure;
}

function requestCluster(services: number): Cluster {
  const cluster = withNamespace(settled(createCluster(configOf(`requests-${services}`, 3))));
  deploy(cluster, 10);
  for (let i = 0; i < services; i++)
    write(cluster, `/api/v1/namespaces/${NAMESPACE}/services`, service(`web-${i}`, 'web'));
  return settled(cluster);
}

function requestTo(cluster: Cluster, count: number, traces: SendRequest['traces']): SendRequest {
  const [target] = listed<{ spec: { clusterIP: string } }>(cluster, 'services');
  const [sender] = listed<Named>(cluster, 'pods');
  return {
    from: { kind: 'Pod', namespace: NAMESPACE, name: sender.metadata.name },
    to: `http://${target.spec.clusterIP}:80/`,
    method: 'GET',
    headers: {},
    body: '',
    count,
    interval_ms: 0,
    timeout_ms: 5000,
    traces,
  };
}

/** Milliseconds of each round of 1,000 requests. */
function requests(services: number, traces: SendRequest['traces']): number[] {
  const cluster = requestCluster(services);
  const request = requestTo(cluster, 1000, traces);
  const once = () => {
    const { summary } = cluster.send(request);
    if (summary.by_disposition.Delivered !== 1000) throw new Error(JSON.stringify(summary));
  };
  for (let i = 0; i < 10; i++) once();
  return times(100, once);
}

function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  const result: Record<string, unknown> = {};
  for (const key in value) result[key] = copyOf((value as Record<string, unknown>)[key]);
  return result;
}

/** The floor: a loop that only allocates a trace of the same shape, by copying one. */
function allocations(): Figure {
  const cluster = requestCluster(5);
  const [request] = cluster.send(requestTo(cluster, 1, 'all')).requests;
  let kept: unknown[] = [];
  const figure = rounds(20, () => {
    kept = Array.from({ length: 1000 }, () => copyOf(request));
  });
  if (kept.length !== 1000) throw new Error('nothing was allocated');
  return perSecond(figure);
}

function kubeRequestFigures(): Record<string, Figure> {
  const took = kubeRequests(settled(createCluster(configOf('kube', 3))), timed);
  return Object.fromEntries(Object.entries(took).map(([name, each]) => [name, rounded(figureOf(each))]));
}

const MEASURES = {
  creation_ms: creation,
  idle_cluster_rss_kb: idleClusterRss,
  thousand_pods_ms: thousandPods,
  without_trace_5: () => requests(5, 'first'),
  without_trace_5000: () => requests(5000, 'first'),
  with_trace_5: () => requests(5, 'all'),
  with_trace_5000: () => requests(5000, 'all'),
  trace_allocations_per_second_floor: allocations,
  kube_request_us: kubeRequestFigures,
};
type Measure = keyof typeof MEASURES;

/** Measures in a process of its own. */
function measured<M extends Measure>(measure: M): ReturnType<(typeof MEASURES)[M]> {
  const { status, stdout } = spawnSync(process.execPath, [...process.execArgv, process.argv[1], measure], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`${measure} could not be measured`);
  return JSON.parse(stdout) as ReturnType<(typeof MEASURES)[M]>;
}

const round = (value: number) => Math.round(value * 100) / 100;
const rounded = ({ best, median }: Figure) => ({ best: round(best), median: round(median) });

function ratio(one: Figure, other: Figure): Figure {
  return rounded({ best: one.best / other.best, median: one.median / other.median });
}

type RequestMeasure = `with${'' | 'out'}_trace_${5 | 5000}`;

/** Two measures to be compared, in turns, so that what else this machine does falls on both; their rounds are pooled. */
function inTurns(one: RequestMeasure, other: RequestMeasure): [Figure, Figure] {
  const took: [number[], number[]] = [[], []];
  for (let turn = 0; turn < 3; turn++) {
    took[0].push(...measured(one));
    took[1].push(...measured(other));
  }
  return [perSecond(figureOf(took[0])), perSecond(figureOf(took[1]))];
}

function report(): object {
  const [without_trace_5, without_trace_5000] = inTurns('without_trace_5', 'without_trace_5000');
  const [with_trace_5, with_trace_5000] = inTurns('with_trace_5', 'with_trace_5000');
  const floor = measured('trace_allocations_per_second_floor');
  return {
    creation_ms: rounded(measured('creation_ms')),
    idle_cluster_rss_kb: round(measured('idle_cluster_rss_kb')),
    thousand_pods_ms: rounded(measured('thousand_pods_ms')),
    requests_per_second: { without_trace_5, without_trace_5000, with_trace_5, with_trace_5000 },
    ratio_5_to_5000_without_trace: ratio(without_trace_5, without_trace_5000),
    ratio_5_to_5000_with_trace: ratio(with_trace_5, with_trace_5000),
    trace_allocations_per_second_floor: floor,
    ratio_floor_to_with_trace: ratio(floor, with_trace_5),
    kube_request_us: measured('kube_request_us'),
  };
}

const asked = process.argv[2] as Measure | undefined;
console.log(asked ? JSON.stringify(MEASURES[asked]()) : JSON.stringify(report(), null, 2));
