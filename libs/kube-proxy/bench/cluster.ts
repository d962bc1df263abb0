import type { EndpointSlice, Service } from '@podlab/api';
import { createNetworkState, Network } from '@podlab/netstack';
import type { ProxyMode } from '../src/modes';
import type { ProxyTarget, ProxyView } from '../src/proxier';

export const ENDPOINTS_PER_SERVICE = 10;
const NODES = ['node-a', 'node-b', 'node-c'];
const NODE_ADDRESS = '172.18.0.';

/** Nodes on one wire with their pods directly behind them, each pod listening on port 80. */
export function buildNetwork(random: () => number): Network {
  const network = new Network(createNetworkState(), { now: () => 0, random });
  network.handlers.set('bench', {});
  network.addWire('underlay');
  NODES.forEach((name, at) => {
    const node = `node/${name}`;
    network.addNamespace(node, { 'net.ipv4.ip_forward': 1, 'net.bridge.bridge-nf-call-iptables': 1 });
    const addresses = [{ address: `${NODE_ADDRESS}${3 + at}`, prefix_length: 16 }];
    network.addEthernet(node, 'underlay', { name: 'eth0', addresses });
    network.addBridge(node, { name: 'cni0', addresses: [{ address: `10.244.${at}.1`, prefix_length: 24 }] });
  });
  NODES.forEach((name, at) => {
    NODES.forEach((_, other) => {
      if (other === at) return;
      const route = {
        destination: `10.244.${other}.0/24`,
        via: `${NODE_ADDRESS}${3 + other}`,
        interface: 'eth0',
      };
      network.setRoute(`node/${name}`, route);
    });
  });
  for (let pod = 0; pod <= ENDPOINTS_PER_SERVICE; pod++) addPod(network, pod);
  return network;
}

const podAddress = (pod: number) => `10.244.${pod % NODES.length}.${10 + pod}`;

/** The pod that asks; the others answer. */
export const CLIENT = 'pod/0';

function addPod(network: Network, pod: number): void {
  const node = `node/${NODES[pod % NODES.length]}`;
  const id = `pod/${pod}`;
  network.addNamespace(id);
  const addresses = [{ address: podAddress(pod), prefix_length: 24 }];
  network.addVethPair(
    { namespace: node, name: `veth${pod}`, master: 'cni0' },
    { namespace: id, name: 'eth0', addresses },
  );
  network.setRoute(id, {
    destination: '0.0.0.0/0',
    via: `10.244.${pod % NODES.length}.1`,
    interface: 'eth0',
  });
  if (id !== CLIENT) network.listen(id, { protocol: 'TCP', port: 80, handler: 'bench' });
}

export const TARGETS: readonly ProxyTarget[] = NODES.map((name, at) => ({
  name,
  namespace: `node/${name}`,
  address: `${NODE_ADDRESS}${3 + at}`,
  zone: '',
}));

export const serviceKey = (index: number) => `bench/web-${index}`;
export const serviceAddress = (index: number) => `10.96.${index >> 8}.${index & 255}`;

/** Services of ten endpoints each, as objects of the API. */
export class BenchView implements ProxyView {
  private readonly objects = new Map<string, Service>();
  private readonly slices = new Map<string, EndpointSlice[]>();

  constructor(count: number) {
    for (let index = 0; index < count; index++) {
      this.objects.set(serviceKey(index), serviceOf(index));
      this.setEndpoints(index, ENDPOINTS_PER_SERVICE);
    }
  }

  services(): Service[] {
    return [...this.objects.values()];
  }

  service(key: string): Service | undefined {
    return this.objects.get(key);
  }

  endpointSlices(key: string): readonly EndpointSlice[] {
    return this.slices.get(key) ?? [];
  }

  /** Gives a Service the first `count` of its endpoints. */
  setEndpoints(index: number, count: number): void {
    const endpoints = Array.from({ length: count }, (_, at) => {
      const pod = at + 1;
      return { addresses: [podAddress(pod)], nodeName: NODES[pod % NODES.length] };
    });
    const slice = {
      addressType: 'IPv4',
      endpoints,
      ports: [{ name: '', port: 80, protocol: 'TCP' }],
    } as unknown as EndpointSlice;
    this.slices.set(serviceKey(index), [slice]);
  }
}

function serviceOf(index: number): Service {
  const [namespace, name] = serviceKey(index).split('/');
  const clusterIP = serviceAddress(index);
  const spec = {
    type: 'ClusterIP',
    clusterIP,
    clusterIPs: [clusterIP],
    ports: [{ port: 80, protocol: 'TCP' }],
  };
  return { apiVersion: 'v1', kind: 'Service', metadata: { namespace, name }, spec } as unknown as Service;
}

export const MODES: readonly ProxyMode[] = ['iptables', 'nftables'];
