import type { Network } from '@podlab/netstack';
import type { ClusterConfig } from './config';

/** The segment on which nodes, the control plane, load balancers and the outside's router meet. */
export const UNDERLAY = 'underlay';
export const EXTERNAL_NAMESPACE = 'external';
export const CONTROL_PLANE_NAMESPACE = 'control-plane';
/** The outside's address on the underlay: every node's default gateway. */
export const GATEWAY_IP = '172.18.0.1';
export const CONTROL_PLANE_IP = '172.18.0.2';
export const KUBE_API_PORT = 6443;
/** The student's own machine, when a request names no other address. */
export const EXTERNAL_CLIENT_IP = '198.51.100.7';
/** The handler name of sockets that belong to no pod: declared hosts and the control plane. */
export const WORLD_HANDLER = 'world';
/** The handler name of the outside's name server, on the gateway. */
export const OUTSIDE_DNS_HANDLER = 'outside-dns';
export const DNS_PORT = 53;
/** Where the cloud takes addresses of load balancers from: 203.0.113.100 is the first. */
export const LOAD_BALANCER_POOL = { first: '203.0.113.100', network: '203.0.113.0/24' };
/** Addresses on the underlay that load balancers have for themselves. */
export const LOAD_BALANCER_UNDERLAY = '172.18.255.0/24';

export const UNDERLAY_PREFIX = 16;
const FIRST_NODE_HOST = 3;
const FIRST_EXTERNAL_HOST = 11;

/** Addresses of the node at `index`: its own on the underlay, and the public one that the outside may use. */
export function nodeAddresses(
  config: ClusterConfig,
  index: number,
): { internal_ip: string; external_ip: string } {
  const host = FIRST_NODE_HOST + index;
  return {
    internal_ip: `172.18.${host >> 8}.${host & 255}`,
    external_ip: config.nodes[index].external_ip ?? `192.0.2.${FIRST_EXTERNAL_HOST + index}`,
  };
}

/**
 * Builds what is there before any node: the underlay, the outside with its declared hosts, and the control plane.
 * The outside knows ways to nodes and load balancers only, so that pod and Service addresses have no route from there.
 */
export function buildWorld(network: Network, config: ClusterConfig): void {
  network.addWire(UNDERLAY, { latency_ms: 0.2 });
  buildExternal(network, config);
  network.addNamespace(CONTROL_PLANE_NAMESPACE);
  const address = { address: CONTROL_PLANE_IP, prefix_length: UNDERLAY_PREFIX };
  network.addEthernet(CONTROL_PLANE_NAMESPACE, UNDERLAY, { name: 'eth0', addresses: [address] });
  network.setRoute(CONTROL_PLANE_NAMESPACE, { destination: '0.0.0.0/0', via: GATEWAY_IP, interface: 'eth0' });
  const data = { host: 'kube-apiserver' };
  network.listen(CONTROL_PLANE_NAMESPACE, {
    protocol: 'TCP',
    port: KUBE_API_PORT,
    handler: WORLD_HANDLER,
    data,
  });
}

function buildExternal(network: Network, config: ClusterConfig): void {
  network.addNamespace(EXTERNAL_NAMESPACE, { 'net.ipv4.ip_forward': 1 });
  const address = { address: GATEWAY_IP, prefix_length: UNDERLAY_PREFIX };
  network.addEthernet(EXTERNAL_NAMESPACE, UNDERLAY, { name: 'eth0', addresses: [address] });
  const toOutside = { interface: 'eth0', source: EXTERNAL_CLIENT_IP };
  network.addAddress(EXTERNAL_NAMESPACE, 'lo', { address: EXTERNAL_CLIENT_IP, prefix_length: 32 });
  network.setRoute(EXTERNAL_NAMESPACE, { destination: `172.18.0.0/${UNDERLAY_PREFIX}`, ...toOutside });
  config.nodes.forEach((_, index) => {
    const { external_ip } = nodeAddresses(config, index);
    network.setRoute(EXTERNAL_NAMESPACE, { destination: `${external_ip}/32`, ...toOutside });
  });
  for (const protocol of ['UDP', 'TCP'] as const) {
    const listener = { protocol, port: DNS_PORT, address: GATEWAY_IP, handler: OUTSIDE_DNS_HANDLER };
    network.listen(EXTERNAL_NAMESPACE, listener);
  }
  for (const host of config.world.hosts) {
    network.addAddress(EXTERNAL_NAMESPACE, 'lo', { address: host.ip, prefix_length: 32 });
    for (const { port, protocol } of host.listens) {
      const data = { host: host.name };
      network.listen(EXTERNAL_NAMESPACE, { protocol, port, address: host.ip, handler: WORLD_HANDLER, data });
    }
  }
}
