import { formatAddress, parseAddress, parsePrefix } from '@podlab/netstack';
import type { Match, Network, Rule } from '@podlab/netstack';
import type { BalancerPort, LoadBalancer } from './settings';

/** Where load balancers stand in the simulated network. */
export interface BalancerPlace {
  /** The segment that the nodes are on. */
  readonly wire: string;
  /** The namespace that stands for the outside: it learns the way to each address. */
  readonly external: string;
  /** The outside's address on the wire: the way of answers that a load balancer sends itself. */
  readonly gateway: string;
  /** Network of 256 addresses (a /24) on the wire that load balancers take their own from. */
  readonly own_network: string;
  /** Length of the wire's network prefix. */
  readonly prefix_length: number;
}

/** A healthy node that packets may be handed to. */
export interface Backend {
  readonly node: string;
  /** Its address on the wire. */
  readonly address: string;
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
    const { address, source } = balancer;
    const destination = `${address}/32`;
    if (backends.length === 0 || source === 'rewrite')
      this.network.setRoute(namespace, { destination, kind: 'blackhole', interface: INTERFACE });
    else {
      const nexthops = backends.map((backend) => ({ via: backend.address, interface: INTERFACE }));
      this.network.setRoute(namespace, { destination, nexthops });
    }
    const iptables = this.network.iptables(namespace);
    if (source === 'rewrite') {
      iptables.restore('nat', translation(balancer, backends));
      iptables.restore('filter', { FORWARD: admission(balancer) });
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
    if (!this.network.hasNamespace(namespace)) this.build(namespace, balancer);
    return namespace;
  }

  remove(balancer: LoadBalancer): void {
    const namespace = balancerNamespace(balancer.id);
    if (!this.network.hasNamespace(namespace)) return;
    this.network.removeRoute(this.place.external, `${balancer.address}/32`);
    this.network.removeNamespace(namespace);
  }

  private build(namespace: string, balancer: LoadBalancer): void {
    const { wire, external, gateway, own_network, prefix_length } = this.place;
    this.network.addNamespace(namespace, { 'net.ipv4.ip_forward': 1 });
    const base = parsePrefix(own_network).base as number;
    const own = formatAddress(base + ((parseAddress(balancer.address) as number) & 0xff));
    const addresses = [{ address: own, prefix_length }];
    this.network.addEthernet(namespace, wire, { name: INTERFACE, addresses });
    if (balancer.source === 'rewrite')
      this.network.setRoute(namespace, { destination: '0.0.0.0/0', via: gateway, interface: INTERFACE });
    this.network.setRoute(external, {
      destination: `${balancer.address}/32`,
      via: own,
      interface: INTERFACE,
    });
    this.network.iptables(namespace).setPolicy('filter', 'FORWARD', 'DROP');
  }
}

/** Each port of the address becomes the node port of one of the backends, each as likely as the others. */
function translation({ address, ports }: LoadBalancer, backends: readonly Backend[]) {
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
        comment: `${backend.node} -> ${backend.address}:${node_port}`,
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
function admission({ address, ports, source_ranges }: LoadBalancer): Rule[] {
  const answers: Match = { kind: 'conntrack-state', states: ['RELATED', 'ESTABLISHED'] };
  const from = source_ranges.length === 0 ? [undefined] : source_ranges;
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
