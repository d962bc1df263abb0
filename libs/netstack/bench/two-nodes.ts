import { Prng, seedPrng } from '@podlab/kernel';
import { createNetworkState, Network, orMark, xorMark } from '../src';
import type { Match, NetworkState, Rule } from '../src';

/** A clock that a test moves by hand, and chance from one seed. */
export class Bench {
  now_ms = 0;
  readonly prng: Prng;
  constructor(seed = 'netstack') {
    this.prng = new Prng(seedPrng(seed, 'netstack'));
  }

  network(state: NetworkState = createNetworkState()): Network {
    return new Network(state, { now: () => this.now_ms, random: () => this.prng.float() });
  }
}

export const POD_A = 'pod/a';
export const POD_A2 = 'pod/a2';
export const POD_B = 'pod/b';
export const NODE_A = 'node/node-a';
export const NODE_B = 'node/node-b';
export const OUTSIDE = 'external';

/** Two nodes with a bridge and a VXLAN each, pods behind them, and the outside at the same wire. */
export function buildTwoNodes(network: Network): void {
  network.addWire('underlay', { latency_ms: 1 });
  network.addNamespace(OUTSIDE, { 'net.ipv4.ip_forward': 1 });
  network.addEthernet(OUTSIDE, 'underlay', {
    name: 'eth0',
    addresses: [{ address: '192.168.0.1', prefix_length: 24 }],
  });
  network.addAddress(OUTSIDE, 'lo', { address: '198.51.100.7', prefix_length: 32 });
  addNode(network, NODE_A, '192.168.0.11', 1);
  addNode(network, NODE_B, '192.168.0.12', 2);
  addOverlay(network, NODE_A, 2, '192.168.0.12');
  addOverlay(network, NODE_B, 1, '192.168.0.11');
  addPod(network, POD_A, NODE_A, '10.244.1.5', '10.244.1.1');
  addPod(network, POD_A2, NODE_A, '10.244.1.6', '10.244.1.1');
  addPod(network, POD_B, NODE_B, '10.244.2.7', '10.244.2.1');
}

function addNode(network: Network, id: string, address: string, subnet: number): void {
  network.addNamespace(id, {
    'net.ipv4.ip_forward': 1,
    'net.bridge.bridge-nf-call-iptables': 1,
    'net.ipv4.conf.all.route_localnet': 1,
  });
  network.addEthernet(id, 'underlay', { name: 'eth0', addresses: [{ address, prefix_length: 24 }] });
  network.setRoute(id, { destination: '0.0.0.0/0', via: '192.168.0.1', interface: 'eth0' });
  network.addBridge(id, {
    name: 'cni0',
    addresses: [{ address: `10.244.${subnet}.1`, prefix_length: 24 }],
  });
  network.addVxlan(id, {
    name: 'flannel.1',
    vni: 1,
    local: address,
    addresses: [{ address: `10.244.${subnet}.0`, prefix_length: 32 }],
  });
}

function addOverlay(network: Network, node: string, subnet: number, remote: string): void {
  const gateway = `10.244.${subnet}.0`;
  network.setVxlanPeer(node, 'flannel.1', { gateway, mac: `0a:00:00:00:00:0${subnet}`, remote });
  network.setRoute(node, {
    destination: `10.244.${subnet}.0/24`,
    via: gateway,
    interface: 'flannel.1',
    onlink: true,
  });
}

/** A pod's namespace as a CNI plugin makes it. */
export function addPod(network: Network, id: string, node: string, address: string, gateway: string): void {
  network.addNamespace(id);
  network.addVethPair(
    { namespace: node, name: `veth${address.replaceAll('.', '')}`.slice(0, 15), master: 'cni0' },
    { namespace: id, name: 'eth0', addresses: [{ address, prefix_length: 24 }] },
  );
  network.setRoute(id, { destination: '0.0.0.0/0', via: gateway, interface: 'eth0' });
}

const TCP: Match = { kind: 'protocol', protocol: 'tcp' };
const comment = (text: string): Match => ({ kind: 'comment', comment: text });
const jump = (chain: string, ...matches: Match[]): Rule => ({ matches, target: { kind: 'JUMP', chain } });

/** One virtual address balanced over backends. */
export interface Balanced {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly node_port?: number;
  readonly backends: readonly { readonly address: string; readonly port: number }[];
}

/** Writes rules of the shape that kube-proxy's iptables mode has, for these virtual addresses. */
export function writeBalancing(network: Network, node: string, balanced: readonly Balanced[]): void {
  const nat: Record<string, Rule[]> = { 'KUBE-SERVICES': [], 'KUBE-NODEPORTS': [] };
  nat['KUBE-MARK-MASQ'] = [{ matches: [], target: orMark(0x4000) }];
  nat['KUBE-POSTROUTING'] = [
    {
      matches: [{ kind: 'mark', value: 0x4000, mask: 0x4000, invert: true }],
      target: { kind: 'RETURN' },
    },
    { matches: [], target: xorMark(0x4000) },
    {
      matches: [comment('kubernetes service traffic requiring SNAT')],
      target: { kind: 'MASQUERADE', random_fully: true },
    },
  ];
  const filter: Record<string, Rule[]> = {
    'KUBE-SERVICES': [],
    'KUBE-FORWARD': [
      { matches: [{ kind: 'conntrack-state', states: ['INVALID'] }], target: { kind: 'DROP' } },
      {
        matches: [comment('kubernetes forwarding rules'), { kind: 'mark', value: 0x4000, mask: 0x4000 }],
        target: { kind: 'ACCEPT' },
      },
      {
        matches: [
          comment('kubernetes forwarding conntrack rule'),
          { kind: 'conntrack-state', states: ['RELATED', 'ESTABLISHED'] },
        ],
        target: { kind: 'ACCEPT' },
      },
    ],
  };
  for (const one of balanced) writeOne(nat, filter, one);
  const local: Match = { kind: 'address-type', destination_type: 'LOCAL' };
  nat['KUBE-SERVICES'].push(jump('KUBE-NODEPORTS', comment('kubernetes service nodeports'), local));
  nat.PREROUTING = [jump('KUBE-SERVICES', comment('kubernetes service portals'))];
  nat.OUTPUT = [jump('KUBE-SERVICES', comment('kubernetes service portals'))];
  nat.POSTROUTING = [jump('KUBE-POSTROUTING', comment('kubernetes postrouting rules'))];
  const fresh: Match = { kind: 'conntrack-state', states: ['NEW'] };
  filter.INPUT = [jump('KUBE-SERVICES', fresh, comment('kubernetes service portals'))];
  filter.FORWARD = [
    jump('KUBE-FORWARD', comment('kubernetes forwarding rules')),
    jump('KUBE-SERVICES', fresh, comment('kubernetes service portals')),
  ];
  filter.OUTPUT = [jump('KUBE-SERVICES', fresh, comment('kubernetes service portals'))];
  network.iptables(node).restore('nat', nat);
  network.iptables(node).restore('filter', filter);
}

function writeOne(nat: Record<string, Rule[]>, filter: Record<string, Rule[]>, one: Balanced): void {
  const destination: Match = { kind: 'destination', address: one.address };
  const port: Match = { kind: 'destination-port', port: one.port };
  const said = comment(`${one.name} cluster IP`);
  const service = `KUBE-SVC-${one.name.toUpperCase()}`;
  if (one.backends.length === 0) {
    const matches = [destination, TCP, comment(`${one.name} has no endpoints`), port];
    filter['KUBE-SERVICES'].push({ matches, target: { kind: 'REJECT' } });
    return;
  }
  nat['KUBE-SERVICES'].push(jump(service, destination, TCP, said, port));
  const outsiders: Match = { kind: 'source', address: '10.244.0.0/16', invert: true };
  nat[service] = [jump('KUBE-MARK-MASQ', outsiders, destination, TCP, said, port)];
  if (one.node_port !== undefined) {
    const external = `KUBE-EXT-${one.name.toUpperCase()}`;
    const nodePort: Match = { kind: 'destination-port', port: one.node_port };
    nat['KUBE-NODEPORTS'].push(jump(external, TCP, comment(one.name), nodePort));
    nat[external] = [jump('KUBE-MARK-MASQ', comment(`masquerade traffic for ${one.name}`)), jump(service)];
  }
  one.backends.forEach((backend, index) => {
    const left = one.backends.length - index;
    const endpoint = `KUBE-SEP-${one.name.toUpperCase()}-${index}`;
    const chance: Match[] = left === 1 ? [] : [{ kind: 'statistic', probability: 1 / left }];
    nat[service].push(
      jump(endpoint, comment(`${one.name} -> ${backend.address}:${backend.port}`), ...chance),
    );
    nat[endpoint] = [
      jump('KUBE-MARK-MASQ', { kind: 'source', address: backend.address }, comment(one.name)),
      { matches: [TCP, comment(one.name)], target: { kind: 'DNAT', ...backend } },
    ];
  });
}
