import {
  addToAddress,
  compareAddresses,
  familyOfText,
  formatAddress,
  parseAddress,
  parsePrefix,
  prefixContains,
  tryParseAddress,
} from '@podlab/netstack';
import type { Address, AddressFamily, Prefix } from '@podlab/netstack';
import type { LoadBalancerNetwork } from './load-balancer-network';
import { addressesOf, CloudError } from './settings';
import type { CloudSwitch, LoadBalancer } from './settings';

export interface SimulatedCloudState {
  switch: CloudSwitch;
  /** By key of the Service. */
  balancers: Map<string, LoadBalancer>;
}

export interface AddressPool {
  /** The first address given out. */
  readonly first: string;
  /** The network that the addresses lie in. */
  readonly network: string;
  /** Addresses in it that are somebody else's. */
  readonly taken: readonly string[];
}

/** What a Service asks of the cloud. */
export interface BalancerRequest {
  readonly service: string;
  readonly uid: string;
  /** Families of the Service; the first pool's where it has none yet. */
  readonly families: readonly AddressFamily[];
  readonly address?: string;
  readonly ports: LoadBalancer['ports'];
  readonly source_ranges: LoadBalancer['source_ranges'];
  readonly check: LoadBalancer['check'];
  readonly hosts: readonly string[];
}

/** A cloud's load balancer API: addresses from a pool, a quota, a delay. Models k8s.io/cloud-provider cloud.go LoadBalancer. */
export class SimulatedCloud {
  constructor(
    readonly state: SimulatedCloudState,
    /** One of each family of the cluster, its default family's first. */
    private readonly pools: readonly AddressPool[],
    private readonly network: LoadBalancerNetwork,
    private readonly now: () => number,
  ) {}

  get(service: string): LoadBalancer | undefined {
    return this.state.balancers.get(service);
  }

  /** Makes a load balancer, or brings the one there is up to date. Throws {@link CloudError}. */
  ensure(request: BalancerRequest): LoadBalancer {
    this.answer();
    const source = this.state.switch.source ?? 'preserve';
    if (source === 'rewrite') requireNodePorts(request);
    const { service, ports, source_ranges, check, hosts } = request;
    const existing = this.get(service);
    if (existing) {
      if (existing.source !== source) this.network.remove(existing);
      if (existing.check.port !== check.port) existing.settled = false;
      Object.assign(existing, { source, ports, source_ranges, check, hosts });
      this.setSecondary(existing, request);
      return existing;
    }
    const { quota, delay_ms } = this.state.switch;
    if (this.state.balancers.size >= quota) {
      throw new CloudError(
        `QuotaExceeded: the account has ${this.state.balancers.size} of ${quota} load balancers; delete one or raise the quota`,
      );
    }
    const balancer: LoadBalancer = {
      id: balancerId(request.uid),
      service,
      address: this.allocate(request.families[0], request.address),
      source,
      ports,
      source_ranges,
      check,
      hosts,
      health: new Map(),
      settled: false,
      ready_at: this.now() + delay_ms,
    };
    this.state.balancers.set(service, balancer);
    this.setSecondary(balancer, request);
    return balancer;
  }

  /** Gives a load balancer an address of the Service's second family, or takes it away. */
  private setSecondary(balancer: LoadBalancer, { families }: BalancerRequest): void {
    const family = families[1];
    if (family === undefined && balancer.secondary_address !== undefined) {
      this.network.remove(balancer);
      delete balancer.secondary_address;
    }
    const has = balancer.secondary_address !== undefined;
    if (family !== undefined && !has && this.poolOf(family))
      balancer.secondary_address = this.allocate(family);
  }

  private poolOf(family: AddressFamily): AddressPool | undefined {
    return this.pools.find(({ network }) => familyOfText(network) === family);
  }

  /** Gives a load balancer other hosts. Throws {@link CloudError}. */
  setHosts(balancer: LoadBalancer, hosts: readonly string[]): void {
    this.answer();
    balancer.hosts = hosts;
  }

  /** Throws {@link CloudError}. */
  delete(service: string): void {
    const balancer = this.get(service);
    if (!balancer) return;
    this.answer();
    this.network.remove(balancer);
    this.state.balancers.delete(service);
  }

  /** A call that reaches the cloud's API, which fails while the cloud does. */
  private answer(): void {
    if (this.state.switch.failing)
      throw new CloudError('InternalError: the cloud can not serve the request now; try again later');
  }

  private allocate(family: AddressFamily | undefined, wanted?: string): string {
    const pool = (family && this.poolOf(family)) ?? this.pools[0];
    const taken = new Set([...pool.taken, ...[...this.state.balancers.values()].flatMap(addressesOf)]);
    const network = parsePrefix(pool.network);
    const first = parseAddress(pool.first);
    if (wanted !== undefined && wanted !== '') {
      if (!isBetween(wanted, first, network) || taken.has(wanted))
        throw new CloudError(`AddressNotAvailable: ${wanted} is not free in this account`);
      return wanted;
    }
    for (let address = first; isUsable(address, network); address = addToAddress(address, 1)) {
      const text = formatAddress(address);
      if (!taken.has(text)) return text;
    }
    throw new CloudError(`AddressPoolExhausted: every address from ${pool.first} on is in use`);
  }
}

/** A load balancer that ends connections sends them on to node ports: without one it has nowhere to send to. */
function requireNodePorts({ ports }: BalancerRequest): void {
  const lacking = ports.find(({ node_port }) => node_port === 0);
  if (!lacking) return;
  throw new CloudError(
    `NodePortRequired: port ${lacking.port} has no node port, and load balancers of this account send to node ports`,
  );
}

function isBetween(text: string, first: Address, network: Prefix): boolean {
  const address = tryParseAddress(text);
  return address !== undefined && compareAddresses(address, first) >= 0 && isUsable(address, network);
}

/** The last address of a network, where IPv4 has its broadcast, is nobody's. */
function isUsable(address: Address, network: Prefix): boolean {
  return prefixContains(network, address) && prefixContains(network, addToAddress(address, 1));
}

/** Models k8s.io/cloud-provider cloud.go DefaultLoadBalancerName. */
function balancerId(uid: string): string {
  return `a${uid.replace(/-/g, '')}`.slice(0, 32);
}
