import type {
  ConfigMap,
  Container,
  Deployment,
  Endpoints,
  EndpointSlice,
  Namespace,
  Service,
  ServiceAccount,
} from '@podlab/api';
import type { GroupResource, KubeObject } from '@podlab/apimachinery';
import { DEFAULT_COREFILE } from '@podlab/coredns';
import { addToAddress, formatAddress, parsePrefix } from '@podlab/netstack';
import type { ClusterConfig } from './config';
import { ingressControllerObjects } from './ingress-controller-objects';
import { familiesOf, KUBE_API_PORT, plansOf } from './world';

/** The image that kubeadm 1.36 gives CoreDNS. */
export const COREDNS_IMAGE = 'registry.k8s.io/coredns/coredns:v1.13.1';
const DNS_LABELS = { 'k8s-app': 'kube-dns' };

/** The objects that every cluster begins with, in the order they are written. Models cmd/kubeadm/app/phases/addons/dns. */
export function bootstrapObjects(config: ClusterConfig): [GroupResource, KubeObject][] {
  const namespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];
  return [
    ...namespaces.map((name): [GroupResource, KubeObject] => ['namespaces', namespaceNamed(name)]),
    ...kubernetesServiceObjects(config),
    ['serviceaccounts', serviceAccount('coredns')],
    ['configmaps', corefile()],
    ['services', dnsService(config)],
    ['deployments.apps', dnsDeployment()],
    ...(config.ingress_controller?.enabled ? ingressControllerObjects() : []),
  ];
}

/** The apiserver's own Service, and where it leads. */
export function kubernetesServiceObjects(config: ClusterConfig): [GroupResource, KubeObject][] {
  return [
    ['services', kubernetesService(config)],
    ['endpoints', kubernetesEndpoints(config)],
    ['endpointslices.discovery.k8s.io', kubernetesEndpointSlice(config)],
  ];
}

/** The `n`-th address of the first of a cluster's ranges: 1 is the kubernetes Service, 10 is DNS. */
export function addressInCidr(cidrs: string, n: number): string {
  return formatAddress(addToAddress(parsePrefix(cidrs.split(',')[0]).base, n));
}

function namespaceNamed(name: string): Namespace {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: {} };
}

function kubernetesService(config: ClusterConfig): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { component: 'apiserver', provider: 'kubernetes' },
    },
    spec: {
      type: 'ClusterIP',
      clusterIP: addressInCidr(config.service_cidr, 1),
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: KUBE_API_PORT }],
    },
  };
}

function kubernetesEndpoints(config: ClusterConfig): Endpoints {
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' },
    },
    subsets: [
      {
        addresses: [{ ip: plansOf(config)[0].control_plane }],
        ports: [{ name: 'https', port: KUBE_API_PORT, protocol: 'TCP' }],
      },
    ],
  } as unknown as Endpoints;
}

function kubernetesEndpointSlice(config: ClusterConfig): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': 'kubernetes' },
    },
    addressType: familiesOf(config)[0],
    endpoints: [{ addresses: [plansOf(config)[0].control_plane], conditions: { ready: true } }],
    ports: [{ name: 'https', port: KUBE_API_PORT, protocol: 'TCP' }],
  };
}

function serviceAccount(name: string): ServiceAccount {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'kube-system' } };
}

function corefile(): ConfigMap {
  const metadata = { name: 'coredns', namespace: 'kube-system' };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { Corefile: DEFAULT_COREFILE } };
}

function dnsService(config: ClusterConfig): Service {
  const labels = { ...DNS_LABELS, 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kube-dns',
      namespace: 'kube-system',
      labels,
      annotations: { 'prometheus.io/port': '9153', 'prometheus.io/scrape': 'true' },
    },
    spec: {
      clusterIP: addressInCidr(config.service_cidr, 10),
      selector: DNS_LABELS,
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
        { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
        { name: 'metrics', port: 9153, protocol: 'TCP', targetPort: 9153 },
      ],
    },
  };
}

function dnsDeployment(): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'coredns', namespace: 'kube-system', labels: DNS_LABELS },
    spec: {
      replicas: 2,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
      selector: { matchLabels: DNS_LABELS },
      template: {
        metadata: { labels: DNS_LABELS },
        spec: {
          priorityClassName: 'system-cluster-critical',
          serviceAccountName: 'coredns',
          tolerations: [
            { key: 'CriticalAddonsOnly', operator: 'Exists' },
            { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
          ],
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          affinity: { podAntiAffinity: spreadOverNodes() },
          dnsPolicy: 'Default',
          containers: [dnsContainer()],
          volumes: [
            {
              name: 'config-volume',
              configMap: { name: 'coredns', items: [{ key: 'Corefile', path: 'Corefile' }] },
            },
          ],
        },
      },
    },
  };
}

function spreadOverNodes() {
  const matchExpressions = [{ key: 'k8s-app', operator: 'In', values: ['kube-dns'] }];
  const podAffinityTerm = { labelSelector: { matchExpressions }, topologyKey: 'kubernetes.io/hostname' };
  return { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }] };
}

function dnsContainer(): Container {
  return {
    name: 'coredns',
    image: COREDNS_IMAGE,
    imagePullPolicy: 'IfNotPresent',
    resources: { limits: { memory: '170Mi' }, requests: { cpu: '100m', memory: '70Mi' } },
    args: ['-conf', '/etc/coredns/Corefile'],
    volumeMounts: [{ name: 'config-volume', mountPath: '/etc/coredns', readOnly: true }],
    ports: [
      { containerPort: 53, name: 'dns', protocol: 'UDP' },
      { containerPort: 53, name: 'dns-tcp', protocol: 'TCP' },
      { containerPort: 9153, name: 'metrics', protocol: 'TCP' },
      { containerPort: 8080, name: 'liveness-probe', protocol: 'TCP' },
      { containerPort: 8181, name: 'readiness-probe', protocol: 'TCP' },
    ],
    livenessProbe: {
      httpGet: { path: '/health', port: 'liveness-probe', scheme: 'HTTP' },
      initialDelaySeconds: 60,
      timeoutSeconds: 5,
      successThreshold: 1,
      failureThreshold: 5,
    },
    readinessProbe: { httpGet: { path: '/ready', port: 'readiness-probe', scheme: 'HTTP' } },
  };
}
