import type {
  Deployment,
  Namespace,
  Node,
  Pod,
  PodSpec,
  ReplicaSet,
  Service,
  ServicePort,
} from '@podlab/api';

/** Objects as a client sends them, filled as upstream's defaulting fills them; a test names only what it is about. */

export function buildNamespace(name: string): Namespace {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
    spec: { finalizers: ['kubernetes'] },
  };
}

export interface NodeOptions {
  labels?: Record<string, string>;
  cpu?: string;
  memory?: string;
  pods?: string;
  spec?: Partial<Node['spec']>;
}

/** A node that is Ready. */
export function buildNode(name: string, options: NodeOptions = {}): Node {
  const capacity = { cpu: options.cpu ?? '4', memory: options.memory ?? '8Gi', pods: options.pods ?? '110' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...options.labels } },
    spec: { ...options.spec },
    status: {
      capacity,
      allocatable: capacity,
      conditions: [
        { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
      ],
    },
  };
}

export interface PodOptions {
  labels?: Record<string, string>;
  spec?: Partial<PodSpec>;
  status?: Pod['status'];
  requests?: Record<string, string>;
}

export function buildPod(namespace: string, name: string, options: PodOptions = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: options.labels ?? { app: name } },
    spec: { ...podSpec(options.requests), ...options.spec },
    ...(options.status ? { status: options.status } : {}),
  };
}

function podSpec(requests?: Record<string, string>): PodSpec {
  return {
    containers: [
      {
        name: 'nginx',
        image: 'nginx:1.25',
        ports: [{ containerPort: 80, protocol: 'TCP' }],
        ...(requests ? { resources: { requests } } : {}),
      },
    ],
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    schedulerName: 'default-scheduler',
  };
}

export function buildReplicaSet(namespace: string, name: string, replicas: number): ReplicaSet {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec() },
    },
    status: { replicas: 0 },
  };
}

export function buildDeployment(
  namespace: string,
  name: string,
  replicas: number,
  spec: Partial<Deployment['spec']> = {},
): Deployment {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec() },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      ...spec,
    },
    status: {},
  };
}

export function buildService(
  namespace: string,
  name: string,
  selector: Record<string, string> | undefined,
  ports: ServicePort[] = [{ port: 80, targetPort: 80, protocol: 'TCP' }],
  spec: Partial<Service['spec']> = {},
): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.100',
      clusterIPs: ['10.96.0.100'],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      selector,
      ports,
      ...spec,
    },
  };
}
