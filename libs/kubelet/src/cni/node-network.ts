import type { Match, Network, Rule } from '@podlab/netstack';
import { gatewayOf, networkOf, prefixLengthOf } from './ipam';

/** A node as the pod network sees it. */
export interface NodeNetwork {
  readonly name: string;
  /** Its address on the underlay, and the prefix length there. */
  readonly internal_ip: string;
  readonly internal_prefix_length: number;
  /** A second address, by which the outside may reach it. */
  readonly external_ip: string;
}

export const nodeNamespace = (node: string) => `node/${node}`;

/** Forwarding, iptables for bridged packets, and node ports on the loopback, as kube-proxy sets them. */
const NODE_SYSCTLS = {
  'net.ipv4.ip_forward': 1,
  'net.bridge.bridge-nf-call-iptables': 1,
  'net.ipv4.conf.all.route_localnet': 1,
};

const COMMENT: Match = { kind: 'comment', comment: 'flanneld masq' };

/** Plugs a node into the underlay: what is there before it has a pod CIDR. */
export function addNodeNamespace(network: Network, node: NodeNetwork, wire: string, gateway: string): void {
  const namespace = nodeNamespace(node.name);
  network.addNamespace(namespace, NODE_SYSCTLS);
  const addresses = [
    { address: node.internal_ip, prefix_length: node.internal_prefix_length },
    { address: node.external_ip, prefix_length: 32 },
  ];
  network.addEthernet(namespace, wire, { name: 'eth0', addresses });
  network.setRoute(namespace, { destination: '0.0.0.0/0', via: gateway, interface: 'eth0' });
}

/** Gives a node its bridge and overlay. Models flannel's vxlan backend and the bridge plugin. */
export function addPodNetwork(
  network: Network,
  node: NodeNetwork,
  podCidr: string,
  clusterCidr: string,
): void {
  const namespace = nodeNamespace(node.name);
  const bridge = { address: gatewayOf(podCidr), prefix_length: prefixLengthOf(podCidr) };
  network.addBridge(namespace, { name: 'cni0', mtu: 1450, addresses: [bridge] });
  const overlay = { address: networkOf(podCidr), prefix_length: 32 };
  network.addVxlan(namespace, {
    name: 'flannel.1',
    mtu: 1450,
    vni: 1,
    local: node.internal_ip,
    addresses: [overlay],
  });
  const iptables = network.iptables(namespace);
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

/** Teaches `node` the way to another node's pods. */
export function addPeer(network: Network, node: string, peer: NodeNetwork, peerPodCidr: string): void {
  const gateway = networkOf(peerPodCidr);
  const mac = network.interface(nodeNamespace(peer.name), 'flannel.1')?.mac ?? '';
  network.setVxlanPeer(nodeNamespace(node), 'flannel.1', { gateway, mac, remote: peer.internal_ip });
  const route = { destination: peerPodCidr, via: gateway, interface: 'flannel.1', onlink: true };
  network.setRoute(nodeNamespace(node), route);
}

/** Forgets the way to another node's pods. */
export function removePeer(network: Network, node: string, peerPodCidr: string): void {
  network.removeVxlanPeer(nodeNamespace(node), 'flannel.1', networkOf(peerPodCidr));
  network.removeRoute(nodeNamespace(node), peerPodCidr);
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
    { matches: [from(clusterCidr), to('224.0.0.0/4', true), COMMENT], target: masquerade },
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
