import type { NodeAddresses } from '@podlab/kubelet';
import { addToAddress, canonicalAddress, familyOfText, formatAddress, parseAddress } from '@podlab/netstack';
import type { AddressFamily, Network } from '@podlab/netstack';
import type { ClusterConfig } from './config';

/** The segment on which nodes, the control plane, load balancers and the outside's router meet. */
export const UNDERLAY = 'underlay';
export const EXTERNAL_NAMESPACE = 'external';
export const CONTROL_PLANE_NAMESPACE = 'control-plane';
export const KUBE_API_PORT = 6443;
/** The handler name of sockets that belong to no pod: declared hosts and the control plane. */
export const WORLD_HANDLER = 'world';
/** The handler name of the outside's name server, on the gateway. */
export const OUTSIDE_DNS_HANDLER = 'outside-dns';
export const DNS_PORT = 53;

/** Where everything stands that is no pod and no Service, for one address family. */
interface AddressPlan {
  readonly underlay: string;
  readonly underlay_prefix: number;
  /** The outside's address on the underlay: every node's default gateway. */
  readonly gateway: string;
  readonly control_plane: string;
  readonly first_node: string;
  /** The student's own machine, when a request names no other address. */
  readonly external_client: string;
  readonly first_node_external: string;
  /** Where the cloud takes addresses of load balancers from. */
  readonly load_balancer_pool: { readonly first: string; readonly network: string };
  /** Addresses on the underlay that load balancers have for themselves. */
  readonly load_balancer_underlay: string;
  readonly host_length: number;
  readonly everything: string;
}

export const ADDRESS_PLANS: Readonly<Record<AddressFamily, AddressPlan>> = {
  IPv4: {
    underlay: '172.18.0.0/16',
    underlay_prefix: 16,
    gateway: '172.18.0.1',
    control_plane: '172.18.0.2',
    first_node: '172.18.0.3',
    external_client: '198.51.100.7',
    first_node_external: '192.0.2.11',
    load_balancer_pool: { first: '203.0.113.100', network: '203.0.113.0/24' },
    load_balancer_underlay: '172.18.255.0/24',
    host_length: 32,
    everything: '0.0.0.0/0',
  },
  IPv6: {
    underlay: 'fd00:172:18::/64',
    underlay_prefix: 64,
    gateway: 'fd00:172:18::1',
    control_plane: 'fd00:172:18::2',
    first_node: 'fd00:172:18::3',
    external_client: '2001:db8:198:51::7',
    first_node_external: '2001:db8:192::11',
    load_balancer_pool: { first: '2001:db8:203:113::100', network: '2001:db8:203:113::/64' },
    load_balancer_underlay: 'fd00:172:18:0:255::/120',
    host_length: 128,
    everything: '::/0',
  },
};

/** The address families of a cluster, its default one first: those of its ranges. */
export function familiesOf(config: Pick<ClusterConfig, 'pod_cidr'>): AddressFamily[] {
  return config.pod_cidr.split(',').map(familyOfText);
}

/** The plans for a cluster's families, its default one's first. */
export function plansOf(config: Pick<ClusterConfig, 'pod_cidr'>): AddressPlan[] {
  return familiesOf(config).map((family) => ADDRESS_PLANS[family]);
}

/** What lets a namespace of the cluster speak its families. */
function speaking(config: ClusterConfig, sysctls: Readonly<Record<string, number>> = {}) {
  return familiesOf(config).includes('IPv6') ? { ...sysctls, 'net.ipv6.conf.all.disable_ipv6': 0 } : sysctls;
}

/** Addresses of the node at `index`: its own on the underlay, and the public one that the outside may use. */
export function nodeAddresses(
  config: ClusterConfig,
  index: number,
): NodeAddresses & { secondary?: NodeAddresses } {
  const [first, secondary] = familiesOf(config).map((family) => familyAddresses(config, index, family));
  return secondary ? { ...first, secondary } : first;
}

function familyAddresses(config: ClusterConfig, index: number, family: AddressFamily): NodeAddresses {
  const { first_node, first_node_external, underlay_prefix } = ADDRESS_PLANS[family];
  const after = (first: string) => formatAddress(addToAddress(parseAddress(first), index));
  const { external_ip } = config.nodes[index];
  const named = external_ip !== undefined && familyOfText(external_ip) === family ? external_ip : undefined;
  return {
    internal_ip: after(first_node),
    internal_prefix_length: underlay_prefix,
    external_ip: named === undefined ? after(first_node_external) : canonicalAddress(named),
  };
}

/**
 * Builds what is there before any node: the underlay, the outside with its declared hosts, and the control plane.
 * The outside knows ways to nodes and load balancers only, so that pod and Service addresses have no route from there.
 */
export function buildWorld(network: Network, config: ClusterConfig): void {
  network.addWire(UNDERLAY, { latency_ms: 0.2 });
  buildExternal(network, config);
  network.addNamespace(CONTROL_PLANE_NAMESPACE, speaking(config));
  const addresses = plansOf(config).map(({ control_plane, underlay_prefix }) => ({
    address: control_plane,
    prefix_length: underlay_prefix,
  }));
  network.addEthernet(CONTROL_PLANE_NAMESPACE, UNDERLAY, { name: 'eth0', addresses });
  for (const { everything, gateway } of plansOf(config)) {
    const route = { destination: everything, via: gateway, interface: 'eth0' };
    network.setRoute(CONTROL_PLANE_NAMESPACE, route);
  }
  const data = { host: 'kube-apiserver' };
  network.listen(CONTROL_PLANE_NAMESPACE, {
    protocol: 'TCP',
    port: KUBE_API_PORT,
    handler: WORLD_HANDLER,
    data,
  });
}

function buildExternal(network: Network, config: ClusterConfig): void {
  const families = familiesOf(config);
  const plans = plansOf(config);
  // The student's machine and the nodes' router are one namespace: its errors are the router's.
  const forwarding = { 'net.ipv4.ip_forward': 1, 'net.ipv4.icmp_errors_use_inbound_ifaddr': 1 };
  const sysctls = families.includes('IPv6')
    ? speaking(config, { ...forwarding, 'net.ipv6.conf.all.forwarding': 1 })
    : forwarding;
  network.addNamespace(EXTERNAL_NAMESPACE, sysctls);
  const addresses = plans.map(({ gateway, underlay_prefix }) => ({
    address: gateway,
    prefix_length: underlay_prefix,
  }));
  network.addEthernet(EXTERNAL_NAMESPACE, UNDERLAY, { name: 'eth0', addresses });
  families.forEach((family) => addExternalRoutes(network, config, family));
  for (const protocol of ['UDP', 'TCP'] as const) {
    for (const { gateway } of plans) {
      const listener = { protocol, port: DNS_PORT, address: gateway, handler: OUTSIDE_DNS_HANDLER };
      network.listen(EXTERNAL_NAMESPACE, listener);
    }
  }
  for (const host of config.world.hosts) {
    const { host_length } = ADDRESS_PLANS[familyOfText(host.ip)];
    network.addAddress(EXTERNAL_NAMESPACE, 'lo', { address: host.ip, prefix_length: host_length });
    for (const { port, protocol } of host.listens) {
      const data = { host: host.name };
      network.listen(EXTERNAL_NAMESPACE, { protocol, port, address: host.ip, handler: WORLD_HANDLER, data });
    }
  }
}

/** The student's machine of one family, and its ways to the nodes. */
function addExternalRoutes(network: Network, config: ClusterConfig, family: AddressFamily): void {
  const { external_client, underlay, host_length } = ADDRESS_PLANS[family];
  const toOutside = { interface: 'eth0', source: external_client };
  network.addAddress(EXTERNAL_NAMESPACE, 'lo', { address: external_client, prefix_length: host_length });
  network.setRoute(EXTERNAL_NAMESPACE, { destination: underlay, ...toOutside });
  config.nodes.forEach((_, index) => {
    const { external_ip } = familyAddresses(config, index, family);
    network.setRoute(EXTERNAL_NAMESPACE, { destination: `${external_ip}/${host_length}`, ...toOutside });
  });
}
