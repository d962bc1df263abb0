import type { Diagnosis, Request, SendRequest, SendRequestBody } from '@podlab/contracts';
import { RequestAnswer, SendRequest as SendRequestSchema } from '@podlab/contracts';
import { utf8Decode, utf8Encode } from '@podlab/kernel';
import { createCluster } from './cluster';
import type { Cluster } from './cluster';
import type { ClusterConfig } from './config';

/** A small lab for the specs of this library: a cluster with namespaces lab06 and other, and a client pod in lab06. */
const EPOCH_MS = 1_772_442_000_000;
const USER = { name: 'student', groups: ['system:masters'] };

export function newCluster(cloud = { enabled: false, delay_ms: 3_000, quota: 20 }, seed = '42'): Cluster {
  return createCluster({ ...clusterConfig(), cloud, seed });
}

/** Three nodes, one address family, no cloud. */
export function clusterConfig(): ClusterConfig {
  return {
    id: 'test',
    seed: '42',
    epoch_ms: EPOCH_MS,
    nodes: ['node-a', 'node-b', 'node-c'].map((name) => ({ name, labels: {} })),
    service_cidr: '10.96.0.0/16',
    pod_cidr: '10.244.0.0/16',
    cloud: { enabled: false, delay_ms: 3_000, quota: 20 },
    world: { hosts: [{ name: 'example.com', ip: '203.0.113.80', listens: [{ port: 80, protocol: 'TCP' }] }] },
    images: { unknown: 'Run' },
    clock: { mode: 'paused', speed: 1 },
  };
}

export function call(
  cluster: Cluster,
  method: string,
  path: string,
  body: unknown,
  content_type = 'application/json',
) {
  const answer = cluster.kube({
    method,
    path,
    query: '',
    accept: 'application/json',
    content_type,
    body: utf8Encode(body === undefined ? '' : JSON.stringify(body)),
    user: USER,
  });
  if (answer.kind !== 'answer' || answer.status >= 300)
    throw new Error(
      `${method} ${path}: ${answer.kind === 'answer' ? utf8Decode(answer.body as Uint8Array) : answer.kind}`,
    );
  return JSON.parse(utf8Decode(answer.body as Uint8Array)) as {
    spec: Record<string, never>;
    status: Record<string, never>;
    metadata: { name: string };
    items: never[];
  };
}

const GROUPS: Record<string, string> = {
  Deployment: 'apis/apps/v1',
  Ingress: 'apis/networking.k8s.io/v1',
  NetworkPolicy: 'apis/networking.k8s.io/v1',
  Pod: 'api/v1',
  Service: 'api/v1',
};
const resourceOf = (kind: string) =>
  kind.endsWith('y')
    ? `${kind.slice(0, -1).toLowerCase()}ies`
    : `${kind.toLowerCase()}${kind.endsWith('s') ? 'es' : 's'}`;

export function create(
  cluster: Cluster,
  object: { kind: string; metadata: { name: string; namespace?: string } },
) {
  if (object.kind === 'Namespace')
    return call(cluster, 'POST', '/api/v1/namespaces', { apiVersion: 'v1', ...object });
  const path = `/${GROUPS[object.kind]}/namespaces/${object.metadata.namespace}/${resourceOf(object.kind)}`;
  const apiVersion = GROUPS[object.kind].replace(/^apis?\//, '');
  return call(cluster, 'POST', path, { apiVersion, ...object });
}

export function get(cluster: Cluster, path: string) {
  return call(cluster, 'GET', path, undefined);
}

export function settle(cluster: Cluster, ms = 120_000) {
  cluster.runUntilSettled(cluster.now() + ms, 1_000_000);
  cluster.runUntil(cluster.now() + 2_000, 1_000_000);
}

export function deployment(
  name: string,
  options: {
    image?: string;
    replicas?: number;
    namespace?: string;
    template?: object;
    container?: object;
    labels?: Record<string, string>;
  } = {},
) {
  const labels = options.labels ?? { app: name };
  const { image = 'nginx:1.27', replicas = 1, namespace = 'lab06', template = {}, container = {} } = options;
  const containers = [{ name: 'main', image, ports: [{ containerPort: 80, name: 'http' }], ...container }];
  return {
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers, ...template } },
    },
  };
}

export function service(name: string, spec: object, namespace = 'lab06') {
  return { kind: 'Service', metadata: { name, namespace }, spec };
}

export const CLIENT = { kind: 'Pod', namespace: 'lab06', name: 'client' } as const;
export const OUTSIDE = { kind: 'External' } as const;

export function lab(
  objects: { kind: string; metadata: { name: string; namespace?: string } }[] = [],
  cloud?: Parameters<typeof newCluster>[0],
  cluster = newCluster(cloud),
) {
  for (const name of ['lab06', 'other']) create(cluster, { kind: 'Namespace', metadata: { name } });
  settle(cluster, 5_000);
  const client = {
    kind: 'Pod',
    metadata: { name: 'client', namespace: 'lab06' },
    spec: { containers: [{ name: 'main', image: 'curlimages/curl:8.10.1', command: ['sleep', 'infinity'] }] },
  };
  create(cluster, client);
  for (const object of objects) create(cluster, object);
  settle(cluster);
  return cluster;
}

/** Sends a request and gives the whole answer; it must be what the contract says. */
export function sendMany(
  cluster: Cluster,
  from: SendRequestBody['from'],
  to: SendRequestBody['to'],
  more: Partial<SendRequest> = {},
): RequestAnswer {
  const answer = cluster.send(SendRequestSchema.parse({ from, to, ...more }));
  return RequestAnswer.parse(JSON.parse(JSON.stringify(answer)));
}

export function send(...request: Parameters<typeof sendMany>): Request {
  return sendMany(...request).requests[0];
}

export const clusterIP = (cluster: Cluster, name: string) =>
  get(cluster, `/api/v1/namespaces/lab06/services/${name}`).spec['clusterIP'] as string;

export const patch = (cluster: Cluster, path: string, operations: unknown) =>
  call(cluster, 'PATCH', path, operations, 'application/json-patch+json');

export const podsOf = (cluster: Cluster, app: string) =>
  (get(cluster, '/api/v1/namespaces/lab06/pods').items as unknown as PodLike[]).filter(
    ({ metadata }) => metadata.labels?.['app'] === app,
  );

export interface PodLike {
  metadata: { name: string; labels?: Record<string, string> };
  spec: { nodeName: string };
  status: { podIP: string };
}

/** Does what a diagnosis proposes and gives the body of the request to send again. */
export function applyFix(
  cluster: Cluster,
  body: SendRequestBody,
  fix: NonNullable<Diagnosis['fix']>,
): SendRequestBody {
  switch (fix.action) {
    case 'Patch': {
      const { apiVersion, kind, namespace, name } = fix.object;
      const group = apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`;
      const where = namespace === undefined ? '' : `/namespaces/${namespace}`;
      patch(cluster, `/${group}${where}/${resourceOf(kind)}/${name}`, fix.patch);
      break;
    }
    case 'Create':
      create(cluster, fix.manifest as never);
      break;
    case 'Cloud':
      cluster.perform({ kind: 'Cloud', settings: { ...cluster.cloud(), ...fix.cloud } });
      break;
    case 'DeleteFault':
      cluster.heal(fix.fault);
      break;
    case 'Advance':
      cluster.runUntil(cluster.now() + fix.ms, 1_000_000);
      break;
    case 'Request':
      return { ...body, ...fix.request } as SendRequestBody;
  }
  settle(cluster);
  return body;
}
