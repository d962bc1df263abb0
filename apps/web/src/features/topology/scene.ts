import type { EndpointSlice, Node, Pod, Service } from '@podlab/api';
import { groupBy } from '../../lib/group-by';
import { keyOf, nameKey } from '../../lib/kube-object';
import { summarizePod, type PodSummary } from '../../lib/pod-status';

/** What the picture shows, taken from the cluster's objects and from nothing else. */
export interface Scene {
  nodes: SceneNode[];
  services: SceneService[];
  /** Pods that no node has been chosen for. */
  waiting: ScenePod[];
  dns: { address: string; ready: number } | null;
}
export interface SceneNode {
  name: string;
  address: string;
  ready: boolean;
  pods: ScenePod[];
}
export interface ScenePod {
  key: string;
  namespace: string;
  name: string;
  /** The workload that made it, and what tells it from its siblings. */
  owner: string;
  workload: { kind: string; name: string } | null;
  suffix: string;
  address: string | null;
  summary: PodSummary;
}
export interface SceneService {
  key: string;
  namespace: string;
  name: string;
  type: string;
  clusterIP: string | null;
  /** The name that an ExternalName Service stands for. */
  externalName: string | null;
  ports: { port: number; targetPort: string; nodePort?: number; protocol: string }[];
  /** Addresses that a load balancer gave; null where the Service asks for none. */
  balancer: string[] | null;
  /** What the cloud calls its load balancer, as traces do. */
  balancerName: string;
  endpoints: SceneEndpoint[];
}
export interface SceneEndpoint {
  pod: string | null;
  address: string;
  ready: boolean;
}

export interface SceneObjects {
  nodes: Iterable<Node>;
  pods: Iterable<Pod>;
  services: Iterable<Service>;
  endpointSlices: Iterable<EndpointSlice>;
}
export interface SceneFilter {
  /** Only this namespace; null: all of them. */
  namespace: string | null;
  /** Also what the cluster itself runs. */
  system: boolean;
}

const SYSTEM_NAMESPACES = new Set(['kube-system', 'kube-public', 'kube-node-lease']);

export const isSystem = (object: { metadata: { name: string; namespace?: string } }): boolean =>
  SYSTEM_NAMESPACES.has(object.metadata.namespace ?? '') || keyOf(object) === 'default/kubernetes';

const byName = (a: { name: string }, b: { name: string }): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;

export function buildScene(objects: SceneObjects, filter: SceneFilter): Scene {
  const shown = (object: { metadata: { name: string; namespace?: string } }): boolean =>
    (filter.system || !isSystem(object)) &&
    (filter.namespace === null || object.metadata.namespace === filter.namespace);
  const allPods = [...objects.pods];
  const pods = allPods.filter(shown);
  const byNode = groupBy(pods, (pod) => pod.spec?.nodeName ?? '');
  const endpoints = endpointsByService(objects.endpointSlices);
  const services = [...objects.services];
  const sceneNodes = [...objects.nodes].map((node) => sceneNode(node, byNode.get(node.metadata.name) ?? []));
  return {
    nodes: sceneNodes.sort(byName),
    services: services
      .filter(shown)
      .map((service) => sceneService(service, endpoints.get(keyOf(service)) ?? []))
      .sort(byName),
    waiting: (byNode.get('') ?? []).map(scenePod).sort(byName),
    dns: dnsOf(services, endpoints),
  };
}

function dnsOf(services: Service[], endpoints: Map<string, SceneEndpoint[]>): Scene['dns'] {
  const service = services.find((candidate) => keyOf(candidate) === 'kube-system/kube-dns');
  if (!service?.spec?.clusterIP) return null;
  const ready = (endpoints.get('kube-system/kube-dns') ?? []).filter((endpoint) => endpoint.ready).length;
  return { address: service.spec.clusterIP, ready };
}

function sceneNode(node: Node, pods: Pod[]): SceneNode {
  const addresses = node.status?.addresses ?? [];
  return {
    name: node.metadata.name,
    address: addresses.find(({ type }) => type === 'InternalIP')?.address ?? '',
    ready:
      node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false,
    pods: pods.map(scenePod).sort(byName),
  };
}

export function scenePod(pod: Pod): ScenePod {
  const { name, namespace = '' } = pod.metadata;
  const workload = workloadOf(pod);
  return {
    key: keyOf(pod),
    namespace,
    name,
    owner: workload?.name ?? name,
    workload,
    suffix: workload ? suffixOf(pod, workload.name) : '',
    address: pod.status?.podIP ?? null,
    summary: summarizePod(pod),
  };
}

/** A Deployment by its template's hash in the names of what it makes; any other by the pod's own word. */
function workloadOf({ metadata }: Pod): ScenePod['workload'] {
  const { name, labels, ownerReferences } = metadata;
  const controller = ownerReferences?.find((reference) => reference.controller);
  const hash = labels?.['pod-template-hash'];
  if (hash !== undefined) {
    if (controller?.name.endsWith(`-${hash}`))
      return { kind: 'Deployment', name: controller.name.slice(0, -hash.length - 1) };
    const marker = name.lastIndexOf(`-${hash}-`);
    if (marker > 0) return { kind: 'Deployment', name: name.slice(0, marker) };
  }
  return controller ? { kind: controller.kind, name: controller.name } : null;
}

/** Models kubernetes staging/src/k8s.io/apiserver/pkg/storage/names/generate.go randomLength. */
const RANDOM_LENGTH = 5;

/** What tells a pod from its siblings: the random end of a generated name, or the number in its set. */
function suffixOf({ metadata: { name, labels } }: Pod, workload: string): string {
  const ordinal = labels?.['apps.kubernetes.io/pod-index'];
  return ordinal !== undefined && name === `${workload}-${ordinal}` ? ordinal : name.slice(-RANDOM_LENGTH);
}

function sceneService(service: Service, endpoints: SceneEndpoint[]): SceneService {
  const { spec, status } = service;
  const ingress = status?.loadBalancer?.ingress ?? [];
  const headless = spec?.clusterIP === 'None' || !spec?.clusterIP;
  return {
    key: keyOf(service),
    namespace: service.metadata.namespace ?? '',
    name: service.metadata.name,
    type: spec?.type ?? 'ClusterIP',
    clusterIP: headless ? null : (spec?.clusterIP ?? null),
    externalName: spec?.type === 'ExternalName' ? (spec.externalName ?? '') : null,
    ports: (spec?.ports ?? []).map(({ port, targetPort, nodePort, protocol }) => ({
      port,
      targetPort: String(targetPort ?? port),
      nodePort,
      protocol: protocol ?? 'TCP',
    })),
    balancer:
      spec?.type === 'LoadBalancer' ? ingress.flatMap(({ ip, hostname }) => ip ?? hostname ?? []) : null,
    balancerName: balancerName(service.metadata.uid ?? ''),
    endpoints,
  };
}

/** Models kubernetes staging/src/k8s.io/cloud-provider/cloud.go DefaultLoadBalancerName. */
const balancerName = (uid: string): string => `a${uid.replaceAll('-', '')}`.slice(0, 32);

function endpointsByService(slices: Iterable<EndpointSlice>): Map<string, SceneEndpoint[]> {
  const services = new Map<string, SceneEndpoint[]>();
  for (const slice of slices) {
    const name = slice.metadata.labels?.['kubernetes.io/service-name'];
    if (!name) continue;
    const key = nameKey(slice.metadata.namespace, name);
    const endpoints = (slice.endpoints ?? []).map(({ addresses, conditions, targetRef }) => ({
      pod: targetRef?.kind === 'Pod' && targetRef.name ? nameKey(targetRef.namespace, targetRef.name) : null,
      address: addresses[0] ?? '',
      ready: conditions?.ready ?? true,
    }));
    services.set(key, [...(services.get(key) ?? []), ...endpoints]);
  }
  return services;
}
