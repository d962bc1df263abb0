import type { Diagnosis, SendRequest, SendRequestBody } from '@podlab/contracts';
import { RequestAnswer, SendRequest as SendRequestSchema } from '@podlab/contracts';
import { createCluster } from './cluster';
import type { Cluster } from './cluster';

const EPOCH_MS = 1_772_442_000_000;
const USER = { name: 'student', groups: ['system:masters'] };

function newCluster(cloud = { enabled: false, delay_ms: 3_000, quota: 20 }): Cluster {
  return createCluster({
    id: 'test',
    seed: '42',
    epoch_ms: EPOCH_MS,
    nodes: ['node-a', 'node-b', 'node-c'].map((name) => ({ name, labels: {} })),
    service_cidr: '10.96.0.0/16',
    pod_cidr: '10.244.0.0/16',
    cloud,
    world: { hosts: [{ name: 'example.com', ip: '203.0.113.80', listens: [{ port: 80, protocol: 'TCP' }] }] },
    images: { unknown: 'Run' },
    clock: { mode: 'paused', speed: 1 },
  });
}

function call(cluster: Cluster, method: string, path: string, body: unknown, content_type = 'application/json') {
  const answer = cluster.kube({
    method,
    path,
    query: '',
    accept: 'application/json',
    content_type,
    body: new TextEncoder().encode(JSON.stringify(body)),
    user: USER,
  });
  if (answer.kind !== 'answer' || answer.status >= 300) throw new Error(`${method} ${path}: ${answer.kind === 'answer' ? new TextDecoder().decode(answer.body as Uint8Array) : answer.kind}`);
  return JSON.parse(new TextDecoder().decode(answer.body as Uint8Array)) as { spec: Record<string, never>; status: Record<string, never>; metadata: { name: string }; items: never[] };
}

const PLURALS: Record<string, string> = { Deployment: 'apis/apps/v1', Pod: 'api/v1', Service: 'api/v1' };

function create(cluster: Cluster, object: { kind: string; metadata: { name: string; namespace?: string } }) {
  if (object.kind === 'Namespace') return call(cluster, 'POST', '/api/v1/namespaces', { apiVersion: 'v1', ...object });
  const path = `/${PLURALS[object.kind]}/namespaces/${object.metadata.namespace}/${object.kind.toLowerCase()}s`;
  const apiVersion = PLURALS[object.kind].replace(/^apis?\//, '');
  return call(cluster, 'POST', path, { apiVersion, ...object });
}

function get(cluster: Cluster, path: string) {
  return call(cluster, 'GET', path, undefined);
}

function settle(cluster: Cluster, ms = 120_000) {
  cluster.runUntilSettled(cluster.now() + ms, 1_000_000);
  cluster.runUntil(cluster.now() + 2_000, 1_000_000);
}

function deployment(name: string, options: { image?: string; replicas?: number; namespace?: string; template?: object; container?: object; labels?: Record<string, string> } = {}) {
  const labels = options.labels ?? { app: name };
  const { image = 'nginx:1.27', replicas = 1, namespace = 'lab06', template = {}, container = {} } = options;
  const containers = [{ name: 'main', image, ports: [{ containerPort: 80, name: 'http' }], ...container }];
  return {
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers, ...template } } },
  };
}

function service(name: string, spec: object, namespace = 'lab06') {
  return { kind: 'Service', metadata: { name, namespace }, spec };
}

const CLIENT = { kind: 'Pod', namespace: 'lab06', name: 'client' } as const;
const OUTSIDE = { kind: 'External' } as const;

function lab(objects: { kind: string; metadata: { name: string; namespace?: string } }[] = [], cloud?: Parameters<typeof newCluster>[0]) {
  const cluster = newCluster(cloud);
  for (const name of ['lab06', 'other']) create(cluster, { kind: 'Namespace', metadata: { name } });
  settle(cluster, 5_000);
  const client = { kind: 'Pod', metadata: { name: 'client', namespace: 'lab06' }, spec: { containers: [{ name: 'main', image: 'curlimages/curl:8.10.1', command: ['sleep', 'infinity'] }] } };
  create(cluster, client);
  for (const object of objects) create(cluster, object);
  settle(cluster);
  return cluster;
}

function send(cluster: Cluster, from: SendRequestBody['from'], to: SendRequestBody['to'], more: Partial<SendRequest> = {}) {
  const answer = cluster.send(SendRequestSchema.parse({ from, to, ...more }));
  RequestAnswer.parse(JSON.parse(JSON.stringify(answer)));
  return answer.requests[0];
}

const clusterIP = (cluster: Cluster, name: string) => get(cluster, `/api/v1/namespaces/lab06/services/${name}`).spec['clusterIP'] as string;

describe('try', () => {
  it('delivers', () => {
    const cluster = lab([deployment('web', { replicas: 2 }), service('web', { selector: { app: 'web' }, ports: [{ port: 80 }] })]);
    const pods = get(cluster, '/api/v1/namespaces/lab06/pods');
    console.log(pods.items.map((p: any) => [p.metadata.name, p.status.phase, p.status.podIP, p.spec.nodeName]));
    const r = send(cluster, CLIENT, 'http://web/');
    console.log(r.disposition, r.elapsed_ms, r.backend, r.source_seen_by_backend, r.dns, JSON.stringify(r.response)?.slice(0, 200), JSON.stringify(r.diagnosis));
    for (const hop of r.trace!.hops) { console.log(hop.direction, JSON.stringify(hop.where)); for (const s of hop.steps) console.log('   ', s.type, s.action, s.message.text, s.rule?.text ?? '', s.objects.map((o) => `${o.kind}/${o.name}`).join()); }
  });
});
export type { Diagnosis };
void OUTSIDE; void clusterIP;
