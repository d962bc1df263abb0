import { formatAddress, parseIpv4, parsePrefix } from '@podlab/netstack';
import type { Match, Network, Rule } from '@podlab/netstack';
import type { LoadBalancer } from './settings';

/** Where load balancers stand in the simulated network. */
export interface BalancerPlace {
  /** The segment that the nodes are on. */
  readonly wire: string;
  /** The namespace that stands for the outside: it learns the way to each address. */
  readonly external: string;
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
 * The data plane of load balancers that keep addresses as they are (`ipMode: VIP`): packets for the address are handed
 * to a healthy node, a flow always to the same, with source and destination untouched; the node answers by itself.
 */
export class LoadBalancerNetwork {
  constructor(
    private readonly network: Network,
    private readonly place: BalancerPlace,
  ) {}

  /** Makes the load balancer's namespace if it is missing, and points it at `backends`. */
  program(balancer: LoadBalancer, backends: readonly Backend[]): void {
    const namespace = balancerNamespace(balancer.id);
    if (!this.network.hasNamespace(namespace)) this.build(namespace, balancer);
    const { address, ports } = balancer;
    const nexthops = backends.map((backend) => ({ via: backend.address, interface: INTERFACE }));
    const destination = `${address}/32`;
    if (nexthops.length === 0)
      this.network.setRoute(namespace, { destination, kind: 'blackhole', interface: INTERFACE });
    else this.network.setRoute(namespace, { destination, nexthops });
    this.network
      .iptables(namespace)
      .restore('filter', { FORWARD: ports.map((port) => accept(address, port)) });
  }

  remove(balancer: LoadBalancer): void {
    const namespace = balancerNamespace(balancer.id);
    if (!this.network.hasNamespace(namespace)) return;
    this.network.removeRoute(this.place.external, `${balancer.address}/32`);
    this.network.removeNamespace(namespace);
  }

  private build(namespace: string, balancer: LoadBalancer): void {
    const { wire, external, own_network, prefix_length } = this.place;
    this.network.addNamespace(namespace, { 'net.ipv4.ip_forward': 1 });
    const own = formatAddress(
      (parsePrefix(own_network).base as number) + (parseIpv4(balancer.address) & 0xff),
    );
    const addresses = [{ address: own, prefix_length }];
    this.network.addEthernet(namespace, wire, { name: INTERFACE, addresses });
    this.network.setRoute(external, {
      destination: `${balancer.address}/32`,
      via: own,
      interface: INTERFACE,
    });
    this.network.iptables(namespace).setPolicy('filter', 'FORWARD', 'DROP');
  }
}

function accept(address: string, { protocol, port }: LoadBalancer['ports'][number]): Rule {
  const matches: Match[] = [
    { kind: 'destination', address },
    { kind: 'protocol', protocol: protocol.toLowerCase() as 'tcp' | 'udp' | 'sctp' },
    { kind: 'destination-port', port },
  ];
  return { matches, target: { kind: 'ACCEPT' } };
}
