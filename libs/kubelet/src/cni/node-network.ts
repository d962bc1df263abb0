import { familyOfText } from '@podlab/netstack';
import type { AddressFamily, Iptables, Match, Network, Rule } from '@podlab/netstack';
import { gatewayOf, networkOf, prefixLengthOf } from './ipam';

/** A node's addresses of one family. */
export interface NodeAddresses {
  /** Its address on the underlay, and the prefix length there. */
  readonly internal_ip: string;
  readonly internal_prefix_length: number;
  /** A second address, by which the outside may reach it. */
  readonly external_ip: string;
}

/** A node as the pod network sees it. */
export interface NodeNetwork extends NodeAddresses {
  readonly name: string;
  /** Those of the cluster's second family, where it has two. */
  readonly secondary?: NodeAddresses;
}

export const nodeNamespace = (node: string) => `node/${node}`;

/** A node's addresses of each family of the cluster, the first family first. */
export function addressesOf(node: NodeNetwork): NodeAddresses[] {
  return node.secondary ? [node, node.secondary] : [node];
}

/** A node's addresses on the underlay, the first family's first. */
export function internalIps(node: NodeNetwork): string[] {
  return addressesOf(node).map(({ internal_ip }) => internal_ip);
}

export const DEFAULT_ROUTES: Readonly<Record<AddressFamily, string>> = { IPv4: '0.0.0.0/0', IPv6: '::/0' };

/** What lets a namespace speak IPv6 at all. */
export const IPV6_SYSCTLS = { 'net.ipv6.conf.all.disable_ipv6': 0 };

/** Forwarding, and iptables for bridged packets. */
const NODE_SYSCTLS = {
  'net.ipv4.ip_forward': 1,
  'net.bridge.bridge-nf-call-iptables': 1,
};
const IPV6_NODE_SYSCTLS = {
  ...IPV6_SYSCTLS,
  'net.ipv6.conf.all.forwarding': 1,
  'net.bridge.bridge-nf-call-ip6tables': 1,
};

/** Names of flannel's devices, what the overlay leaves of 1500 bytes, and what is never masqueraded, by family. */
const OVERLAYS = {
  IPv4: { device: 'flannel.1', mtu: 1450, host_length: 32, multicast: '224.0.0.0/4' },
  IPv6: { device: 'flannel-v6.1', mtu: 1430, host_length: 128, multicast: 'ff00::/8' },
} as const;

const COMMENT: Match = { kind: 'comment', comment: 'flanneld masq' };

/** Plugs a node into the underlay, with a router of each family: what is there before it has a pod CIDR. */
export function addNodeNamespace(
  network: Network,
  node: NodeNetwork,
  wire: string,
  gateways: readonly string[],
): void {
  const namespace = nodeNamespace(node.name);
  const speaksIpv6 = gateways.some((gateway) => familyOfText(gateway) === 'IPv6');
  network.addNamespace(namespace, speaksIpv6 ? { ...NODE_SYSCTLS, ...IPV6_NODE_SYSCTLS } : NODE_SYSCTLS);
  const addresses = addressesOf(node).flatMap(({ internal_ip, internal_prefix_length, external_ip }) => [
    { address: internal_ip, prefix_length: internal_prefix_length },
    { address: external_ip, prefix_length: OVERLAYS[familyOfText(external_ip)].host_length },
  ]);
  network.addEthernet(namespace, wire, { name: 'eth0', addresses });
  for (const via of gateways) {
    const destination = DEFAULT_ROUTES[familyOfText(via)];
    network.setRoute(namespace, { destination, via, interface: 'eth0' });
  }
}

/**
 * Gives a node its bridge and overlays, one a family; those of an earlier life of the node go first. Models flannel's
 * vxlan backend and the bridge plugin.
 */
export function addPodNetwork(
  network: Network,
  node: NodeNetwork,
  podCidrs: readonly string[],
  clusterCidrs: readonly string[],
): void {
  const namespace = nodeNamespace(node.name);
  const bridges = podCidrs.map((cidr) => ({ address: gatewayOf(cidr), prefix_length: prefixLengthOf(cidr) }));
  const mtu = OVERLAYS[familyOfText(podCidrs[0])].mtu;
  network.removeInterface(namespace, 'cni0');
  network.addBridge(namespace, { name: 'cni0', mtu, addresses: bridges });
  for (const podCidr of podCidrs) {
    const family = familyOfText(podCidr);
    const clusterCidr = clusterCidrs.find((cidr) => familyOfText(cidr) === family) ?? podCidr;
    addOverlay(network, node, podCidr);
    const tables = family === 'IPv4' ? network.iptables(namespace) : network.ip6tables(namespace);
    addFlannelRules(tables, podCidr, clusterCidr);
  }
}

function addOverlay(network: Network, node: NodeNetwork, podCidr: string): void {
  const { device, mtu, host_length } = OVERLAYS[familyOfText(podCidr)];
  network.removeInterface(nodeNamespace(node.name), device);
  network.addVxlan(nodeNamespace(node.name), {
    name: device,
    mtu,
    vni: 1,
    local: internalIpFor(node, podCidr),
    addresses: [{ address: networkOf(podCidr), prefix_length: host_length }],
  });
}

/** The underlay address of the same family as a range of pods. */
function internalIpFor(node: NodeNetwork, podCidr: string): string {
  const family = familyOfText(podCidr);
  return internalIps(node).find((address) => familyOfText(address) === family) ?? node.internal_ip;
}

function addFlannelRules(iptables: Iptables, podCidr: string, clusterCidr: string): void {
  iptables.restore('nat', { 'FLANNEL-POSTRTG': masqueradeRules(podCidr, clusterCidr) });
  iptables.ensureRule(
    'nat',
    'POSTROUTING',
    { matches: [COMMENT], target: jump('FLANNEL-POSTRTG') },
    'append',
  );
  iptables.restore('filter', { 'FLANNEL-FWD': forwardRules(clusterCidr) });
  const forward: Match = { kind: 'comment', comment: 'flanneld forward' };
  iptables.ensureRule('filter', 'FORWARD', { matches: [forward], target: jump('FLANNEL-FWD') }, 'append');
}

/** Teaches `node` the ways to another node's pods. */
export function addPeer(
  network: Network,
  node: string,
  peer: NodeNetwork,
  peerPodCidrs: readonly string[],
): void {
  for (const podCidr of peerPodCidrs) {
    const { device } = OVERLAYS[familyOfText(podCidr)];
    const gateway = networkOf(podCidr);
    const mac = network.interface(nodeNamespace(peer.name), device)?.mac ?? '';
    const remote = internalIpFor(peer, podCidr);
    network.setVxlanPeer(nodeNamespace(node), device, { gateway, mac, remote });
    const route = { destination: podCidr, via: gateway, interface: device, onlink: true };
    network.setRoute(nodeNamespace(node), route);
  }
}

/** Forgets the ways to another node's pods. */
export function removePeer(network: Network, node: string, peerPodCidrs: readonly string[]): void {
  for (const podCidr of peerPodCidrs) {
    const { device } = OVERLAYS[familyOfText(podCidr)];
    network.removeVxlanPeer(nodeNamespace(node), device, networkOf(podCidr));
    network.removeRoute(nodeNamespace(node), podCidr);
  }
}

const jump = (chain: string): Rule['target'] => ({ kind: 'JUMP', chain });
const from = (address: string, invert = false): Match => ({
  kind: 'source',
  address,
  ...(invert && { invert }),
});
const to = (address: string, invert = false): Match => ({
  kind: 'destination',
  address,
  ...(invert && { invert }),
});

/** Models flannel pkg/trafficmngr/iptables masqRules. */
function masqueradeRules(podCidr: string, clusterCidr: string): Rule[] {
  const masquerade: Rule['target'] = { kind: 'MASQUERADE', random_fully: true };
  const back: Rule['target'] = { kind: 'RETURN' };
  return [
    { matches: [{ kind: 'mark', value: 0x4000, mask: 0x4000 }, COMMENT], target: back },
    { matches: [from(podCidr), to(clusterCidr), COMMENT], target: back },
    { matches: [from(clusterCidr), to(podCidr), COMMENT], target: back },
    { matches: [from(clusterCidr, true), to(podCidr), COMMENT], target: back },
    {
      matches: [from(clusterCidr), to(OVERLAYS[familyOfText(clusterCidr)].multicast, true), COMMENT],
      target: masquerade,
    },
    { matches: [from(clusterCidr, true), to(clusterCidr), COMMENT], target: masquerade },
  ];
}

/** Models flannel pkg/trafficmngr/iptables forwardRules. */
function forwardRules(clusterCidr: string): Rule[] {
  const comment: Match = { kind: 'comment', comment: 'flanneld forward' };
  return [
    { matches: [from(clusterCidr), comment], target: { kind: 'ACCEPT' } },
    { matches: [to(clusterCidr), comment], target: { kind: 'ACCEPT' } },
  ];
}
