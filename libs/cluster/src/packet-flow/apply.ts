import type { Endpoint, EndpointSlice, ServicePort, ServiceSpec } from '@podlab/api';
import type { Cluster } from '../cluster';
import { call } from '../test-support';
import type { FlowCase } from './row';
import { inFamily, type Family } from './family';
import { inFamilyOf, NAMESPACE, type Topology } from './topology';

export const CLUSTER_IP = '10.96.100.100';
export const LOAD_BALANCER_IP = '203.0.113.200';
export const EXTERNAL_IP = '203.0.113.210';
export const NODE_PORT = 30080;
export const HEALTH_PORT = 30999;

/** Virtual time in which a Service and its slices become rules. */
const RULES_MS = 1_000;

/** A fork of the topology with the Service and the endpoints of a case. */
export function applyCase(topology: Topology, written: FlowCase): Cluster {
  const { cluster, addresses, family } = topology;
  const flow = inFamilyOf({ ...written, rows: [] }, family);
  const fork = cluster.fork();
  if (flow.service) createService(fork, flow.service, { family, ipMode: flow.balancer ?? 'VIP' });
  const ports = flow.service?.ports ?? DEFAULT_PORTS;
  if (flow.endpoints) createSlice(fork, flow.endpoints, ports, topology);
  if (flow.mirrored) createEndpoints(fork, flow.mirrored, ports, addresses);
  fork.runUntil(fork.now() + RULES_MS, 100_000);
  return fork;
}

const DEFAULT_PORTS: ServicePort[] = [{ port: 80, targetPort: 80, protocol: 'TCP' }];

function createService(
  cluster: Cluster,
  given: Partial<ServiceSpec>,
  { family, ipMode }: { family: Family; ipMode: string },
): void {
  const external = given.type === 'NodePort' || given.type === 'LoadBalancer';
  const noPorts = given.allocateLoadBalancerNodePorts === false || !external;
  const ports = (given.ports ?? DEFAULT_PORTS).map((port, index) =>
    noPorts ? port : { nodePort: NODE_PORT + index, ...port },
  );
  const health = given.type === 'LoadBalancer' && given.externalTrafficPolicy === 'Local';
  const spec = {
    ...(given.type !== 'ExternalName' && { clusterIP: inFamily(CLUSTER_IP, family) }),
    ...(health && { healthCheckNodePort: HEALTH_PORT }),
    ...given,
    ...(given.type !== 'ExternalName' && { ports }),
  };
  const path = `/api/v1/namespaces/${NAMESPACE}/services`;
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec };
  const created = call(cluster, 'POST', path, service);
  if (given.type !== 'LoadBalancer') return;
  const status = { loadBalancer: { ingress: [{ ip: inFamily(LOAD_BALANCER_IP, family), ipMode }] } };
  call(cluster, 'PUT', `${path}/web/status`, { ...created, status });
}

function createSlice(
  cluster: Cluster,
  text: string,
  ports: readonly ServicePort[],
  { addresses, family }: Topology,
): void {
  const slice: EndpointSlice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'web-1', namespace: NAMESPACE, labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: family,
    ports: ports.map(({ name = '', port, targetPort = port, protocol = 'TCP' }) => ({
      name,
      port: Number(targetPort),
      protocol,
    })),
    endpoints: text.split(' ').map((word) => endpointOf(word, addresses)),
  };
  call(cluster, 'POST', `/apis/discovery.k8s.io/v1/namespaces/${NAMESPACE}/endpointslices`, slice);
}

const STATES: Readonly<Record<string, Endpoint['conditions']>> = {
  ready: { ready: true, serving: true, terminating: false },
  unready: { ready: false, serving: false, terminating: false },
  draining: { ready: false, serving: true, terminating: true },
  gone: { ready: false, serving: false, terminating: true },
};

function endpointOf(word: string, addresses: Topology['addresses']): Endpoint {
  const match = /^([^/@]+)(?:\/([a-z]+))?(?:@([a-z0-9-]+))?$/.exec(word);
  const [, name, state = 'ready', hint] = match ?? [];
  const letter = /^(?:([a-c])\d|.*-([a-c]))$/.exec(name);
  const node = letter ? `node-${letter[1] ?? letter[2]}` : undefined;
  return {
    addresses: [addresses.get(name) ?? name],
    conditions: STATES[state],
    ...(node && { nodeName: node }),
    ...(hint && {
      hints: hint.startsWith('node-') ? { forNodes: [{ name: hint }] } : { forZones: [{ name: hint }] },
    }),
  };
}

function createEndpoints(
  cluster: Cluster,
  text: string,
  ports: readonly ServicePort[],
  addresses: Topology['addresses'],
): void {
  const subset = {
    addresses: text.split(' ').map((name) => ({ ip: addresses.get(name) ?? name })),
    ports: ports.map(({ name, port, targetPort = port, protocol }) => ({
      name,
      port: Number(targetPort),
      protocol,
    })),
  };
  const endpoints = { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'web' }, subsets: [subset] };
  call(cluster, 'POST', `/api/v1/namespaces/${NAMESPACE}/endpoints`, endpoints);
}
