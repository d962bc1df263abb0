import {
  addToAddress,
  familyOf,
  familyOfText,
  formatAddress,
  formatEndpoint,
  formatPrefix,
  offsetIn,
  parseAddress,
  parsePrefix,
  prefixOf,
  widthOf,
} from '@podlab/netstack';
import type { Iptables, Match, Network, Rule } from '@podlab/netstack';
import { addressesOf } from './settings';
import type { BalancerPort, LoadBalancer } from './settings';

/** Where load balancers stand in the simulated network. */
export interface BalancerPlace {
  /** The segment that the nodes are on. */
  readonly wire: string;
  /** The namespace that stands for the outside: it learns the way to each address. */
  readonly external: string;
  /** One of each family of the cluster. */
  readonly networks: readonly BalancerNetwork[];
}

/** Addresses of load balancers on the wire, of one family. */
export interface BalancerNetwork {
  /** The outside's address on the wire: the way of answers that a load balancer sends itself. */
  readonly gateway: string;
  /** Network of 256 addresses on the wire that load balancers take their own from. */
  readonly own_network: string;
  /** Length of the wire's network prefix. */
  readonly prefix_length: number;
}

/** A healthy node that packets may be handed to. */
export interface Backend {
  readonly node: string;
  /** Its addresses on the wire. */
  readonly addresses: readonly string[];
}

const INTERFACE = 'eth0';

/** The network namespace of a load balancer. */
export function balancerNamespace(id: string): string {
  return `loadbalancer/${id}`;
}

/**
 * The data plane of load balancers. One that preserves the source hands packets to a healthy node with both addresses
 * untouched, a flow always to the same, and the node answers by itself. One that rewrites it sends them from an
 * address of its own to a node port, and the answers come back through it.
 */
export class LoadBalancerNetwork {
  constructor(
    private readonly network: Network,
    private readonly place: BalancerPlace,
  ) {}

  /** Makes the load balancer's namespace if it is missing, and points it at `backends`. */
  program(balancer: LoadBalancer, backends: readonly Backend[]): void {
    const namespace = this.ensure(balancer);
    for (const address of addressesOf(balancer)) {
      const family = familyOfText(address);
      const near = backends.flatMap(({ node, addresses }) => {
        const own = addresses.find((each) => familyOfText(each) === family);
        return own === undefined ? [] : [{ node, address: own }];
      });
      this.programAddress(namespace, balancer, address, near);
    }
  }

  private programAddress(
    namespace: string,
    balancer: LoadBalancer,
    address: string,
    backends: readonly NearBackend[],
  ): void {
    const { source } = balancer;
    const destination = hostPrefix(address);
    if (backends.length === 0 || source === 'rewrite')
      this.network.setRoute(namespace, { destination, kind: 'blackhole', interface: INTERFACE });
    else {
      const nexthops = backends.map((backend) => ({ via: backend.address, interface: INTERFACE }));
      this.network.setRoute(namespace, { destination, nexthops });
    }
    const iptables = this.tables(namespace, address);
    if (source === 'rewrite') {
      iptables.restore('nat', translation(address, balancer.ports, backends));
      iptables.restore('filter', { FORWARD: admission(address, balancer) });
      return;
    }
    const accept = balancer.ports.map(({ protocol, port }) =>
      rule([{ kind: 'destination', address }, ...portMatches(protocol, port)]),
    );
    iptables.restore('filter', { FORWARD: accept });
  }

  /** Makes the load balancer's namespace if it is missing; its name. */
  ensure(balancer: LoadBalancer): string {
    const namespace = balancerNamespace(balancer.id);
    if (!this.network.hasNamespace(namespace)) this.build(namespace);
    for (const address of addressesOf(balancer)) this.addAddress(namespace, balancer, address);
    return namespace;
  }

  remove(balancer: LoadBalancer): void {
    const namespace = balancerNamespace(balancer.id);
    if (!this.network.hasNamespace(namespace)) return;
    for (const address of addressesOf(balancer))
      this.network.removeRoute(this.place.external, hostPrefix(address));
    this.network.removeNamespace(namespace);
  }

  private build(namespace: string): void {
    const { wire, networks } = this.place;
    const hasIpv6 = networks.some(({ gateway }) => familyOfText(gateway) === 'IPv6');
    this.network.addNamespace(namespace, { 'net.ipv4.ip_forward': 1, ...(hasIpv6 ? IPV6_SYSCTLS : {}) });
    this.network.addEthernet(namespace, wire, { name: INTERFACE });
  }

  /** Gives a load balancer what it needs to have an address, unless it has it. */
  private addAddress(namespace: string, balancer: LoadBalancer, address: string): void {
    const family = familyOfText(address);
    const place = this.place.networks.find(({ gateway }) => familyOfText(gateway) === family);
    if (place === undefined) return;
    const { own_network, prefix_length, gateway } = place;
    const own = formatAddress(addToAddress(parsePrefix(own_network).base, numberOf(address)));
    if (this.network.isLocalAddress(namespace, own)) return;
    this.network.addAddress(namespace, INTERFACE, { address: own, prefix_length });
    const destination = family === 'IPv4' ? '0.0.0.0/0' : '::/0';
    if (balancer.source === 'rewrite')
      this.network.setRoute(namespace, { destination, via: gateway, interface: INTERFACE });
    const toBalancer = { destination: hostPrefix(address), via: own, interface: INTERFACE };
    this.network.setRoute(this.place.external, toBalancer);
    this.tables(namespace, address).setPolicy('filter', 'FORWARD', 'DROP');
  }

  /** The tables of an address's family. */
  private tables(namespace: string, address: string): Iptables {
    return familyOfText(address) === 'IPv4'
      ? this.network.iptables(namespace)
      : this.network.ip6tables(namespace);
  }
}

const IPV6_SYSCTLS = { 'net.ipv6.conf.all.disable_ipv6': 0, 'net.ipv6.conf.all.forwarding': 1 };

interface NearBackend {
  readonly node: string;
  readonly address: string;
}

/** The range of one address. */
function hostPrefix(address: string): string {
  return formatPrefix(parsePrefix(address));
}

/** The last byte of a balancer's address, by which its own address goes too. */
function numberOf(text: string): number {
  const address = parseAddress(text);
  return offsetIn(prefixOf(address, widthOf(familyOf(address)) - 8), address);
}

/** Each port of the address becomes the node port of one of the backends, each as likely as the others. */
function translation(address: string, ports: LoadBalancer['ports'], backends: readonly NearBackend[]) {
  const chains: Record<string, Rule[]> = {
    PREROUTING: [],
    POSTROUTING: [{ matches: [{ kind: 'out-interface', name: INTERFACE }], target: { kind: 'MASQUERADE' } }],
  };
  for (const { protocol, port, node_port } of backends.length === 0 ? [] : ports) {
    const chain = `NODES-${protocol}-${port}`;
    const matches: Match[] = [{ kind: 'destination', address }, ...portMatches(protocol, port)];
    chains['PREROUTING'].push({ matches, target: { kind: 'JUMP', chain } });
    chains[chain] = backends.map((backend, index) => {
      const left = backends.length - index;
      const share: Match[] = left === 1 ? [] : [{ kind: 'statistic', probability: 1 / left }];
      const comment: Match = {
        kind: 'comment',
        comment: `${backend.node} -> ${formatEndpoint(backend.address, node_port)}`,
      };
      return {
        matches: [protocolMatch(protocol), comment, ...share],
        target: { kind: 'DNAT', address: backend.address, port: node_port },
      };
    });
  }
  return chains;
}

/** Answers, and new connections from where clients may come from. */
function admission(address: string, { ports, source_ranges }: LoadBalancer): Rule[] {
  const answers: Match = { kind: 'conntrack-state', states: ['RELATED', 'ESTABLISHED'] };
  const near = source_ranges.filter((range) => familyOfText(range) === familyOfText(address));
  const from = source_ranges.length === 0 ? [undefined] : near;
  const admitted = ports.flatMap(({ protocol, port }) =>
    from.map((range) =>
      rule([
        ...(range === undefined ? [] : [{ kind: 'source', address: range } as const]),
        protocolMatch(protocol),
        { kind: 'conntrack-original-destination', address },
        { kind: 'conntrack-original-destination-port', port },
      ]),
    ),
  );
  return [rule([answers]), ...admitted];
}

const rule = (matches: readonly Match[]): Rule => ({ matches, target: { kind: 'ACCEPT' } });

function protocolMatch(protocol: BalancerPort['protocol']): Match {
  return { kind: 'protocol', protocol: protocol.toLowerCase() as 'tcp' | 'udp' | 'sctp' };
}

function portMatches(protocol: BalancerPort['protocol'], port: number): Match[] {
  return [protocolMatch(protocol), { kind: 'destination-port', port }];
}
