import type { EndpointSlice, Node, Service } from '@podlab/api';
import { copyData } from '@podlab/kernel';
import { createNetworkState, Network } from '@podlab/netstack';
import { buildNode, buildService, ComponentHarness } from '@podlab/testkit';
import { createKubeProxy } from './kube-proxy';
import type { KubeProxySettings } from './kube-proxy';

export const NODES = ['node-a', 'node-b'];

/** Two nodes and their kube-proxies, with neither pods nor anything that makes endpoints. */
export function createHarness(settings: Partial<KubeProxySettings> = {}) {
  const network = new Network(createNetworkState(), { now: () => 0, random: () => 0.4 });
  network.addWire('underlay');
  NODES.forEach((name, index) => {
    network.addNamespace(`node/${name}`, { 'net.ipv4.ip_forward': 1 });
    const addresses = [{ address: `172.18.0.${3 + index}`, prefix_length: 16 }];
    network.addEthernet(`node/${name}`, 'underlay', { name: 'eth0', addresses });
  });
  const factory = createKubeProxy(network, { cluster_cidr: '10.0.0.0/8', ...settings });
  const harness = new ComponentHarness({ 'kube-proxy': factory });
  NODES.forEach((name, index) => {
    const node = buildNode(name);
    const addresses = [{ type: 'InternalIP', address: `172.18.0.${3 + index}` }];
    harness.client.create<Node>('nodes', { ...node, status: { ...node.status, addresses } });
  });
  return { network, harness };
}

export type Harness = ReturnType<typeof createHarness>['harness'];

export function addService(
  harness: Harness,
  key: string,
  spec: Partial<Service['spec']>,
  endpoints: EndpointSlice['endpoints'] = [],
  ingress?: string[],
) {
  const [namespace, name] = key.split('/');
  const ports = spec.ports ?? [{ name: 'p80', port: 80, protocol: 'TCP' }];
  const service = buildService(namespace, name, {}, ports, spec);
  if (ingress) service.status = { loadBalancer: { ingress: ingress.map((ip) => ({ ip })) } };
  harness.store.create('services', copyData(service));
  if (endpoints.length > 0) {
    harness.client.create<EndpointSlice>('endpointslices.discovery.k8s.io', slice(key, endpoints, ports));
  }
}

export function slice(
  key: string,
  endpoints: EndpointSlice['endpoints'],
  ports: Service['spec']['ports'] = [{ name: 'p80', port: 80, protocol: 'TCP' }],
): EndpointSlice {
  const [namespace, name] = key.split('/');
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${name}-1`, namespace, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints,
    ports: ports.map((port) => ({
      name: port.name,
      port: Number(port.targetPort ?? port.port),
      protocol: port.protocol,
    })),
  };
}

export const addresses = (...list: string[]) => list.map((address) => ({ addresses: [address] }));
