import {
  familyOf,
  isLoopback,
  maskOf,
  parseAddress,
  prefixContains,
  prefixOf,
  unspecifiedAddress,
} from './address';
import type { Address, AddressFamily } from './address';
import { Conntrack } from './conntrack';
import type { HandlerTable } from './handler-table';
import { Iptables } from './iptables/iptables';
import type { HookName } from './iptables/types';
import { Nftables } from './nftables/nftables';
import { queuesByHook } from './packet-queue';
import type { PacketQueue, QueueHandler } from './packet-queue';
import { RouteTable } from './route-table';
import type { CompiledRoute } from './route-table';
import { SocketTable } from './socket-table';
import type { InterfaceState, NamespaceState, RecentList } from './state';
import type { ArpDetail, LinkDetail } from './trace';

/** Flows that one namespace may track unless `net.netfilter.nf_conntrack_max` says otherwise. */
const CONNTRACK_MAXIMUM = 8192;

/** An interface of a namespace, and what is derived of its place on layer 2. */
export class Link {
  /** Who answers for an address on this link; false remembers that nobody does. */
  neighbours: Map<Address, Neighbour | false> | undefined;
  neighbours_of = -1;
  readonly name: string;
  readonly is_loopback: boolean;
  /** Underlay address of a VXLAN. */
  readonly tunnel_source: Address;

  constructor(
    readonly namespace: Namespace,
    readonly state: InterfaceState,
  ) {
    this.name = state.name;
    this.is_loopback = state.kind === 'loopback';
    this.tunnel_source = state.vxlan === undefined ? 0 : parseAddress(state.vxlan.local);
  }

  /** The link's own address in the peer's subnet, else its first one. Models linux net/ipv4/devinet.c inet_select_addr. */
  addressFor(peer: Address): Address | undefined {
    const family = familyOf(peer);
    const own = this.state.addresses
      .map(({ address, prefix_length }) => ({ address: parseAddress(address), prefix_length }))
      .filter(({ address }) => familyOf(address) === family);
    const near = own.find((each) => prefixContains(prefixOf(each.address, each.prefix_length), peer));
    return (near ?? own[0])?.address;
  }
}

/** The next station of a frame: the interface that answers for the address, and what lies between. */
export interface Neighbour {
  readonly link: Link;
  readonly mac: string;
  readonly latency_ms: number;
  readonly jitter_ms: number;
  readonly loss: number;
  /** The bridge of another namespace that the frame passes, which may filter it. */
  readonly bridge: BridgeCrossing | undefined;
  /** Where a VXLAN has to send it instead of onto a wire: the peer's underlay address. */
  readonly remote: Address;
  /** What traces tell of the way there, once one did: the same objects for all of them. */
  arp: ArpDetail | undefined;
  crossed: LinkDetail | undefined;
  bridged: LinkDetail | undefined;
}

export interface BridgeCrossing {
  readonly namespace: Namespace;
  readonly bridge: Link;
  readonly in_port: string;
  readonly out_port: string;
}

/** What a namespace takes from its network. */
export interface NamespaceSurroundings {
  readonly environment: { now(): number };
  /** Something may make a packet fare otherwise. */
  readonly changed: () => void;
  readonly queueHandlers: HandlerTable<QueueHandler>;
}

/** A namespace at work: its state, and what is derived from it and made again after a change. */
export class Namespace {
  readonly iptables: Iptables;
  readonly ip6tables: Iptables;
  readonly nftables: Nftables;
  readonly conntrack: Conntrack;
  readonly queue_handlers: HandlerTable<QueueHandler>;
  readonly id: string;
  readonly sockets: SocketTable;
  private links_by_name = new Map<string, Link>();
  private local = new Set<Address>();
  private broadcast = new Set<number>();
  private routes = new RouteTable([], new Map());
  private is_forwarding = false;
  private is_forwarding_ipv6 = false;
  private is_filtering_bridges = false;
  private is_filtering_bridges_ipv6 = false;
  private stale = true;
  private queues: ReadonlyMap<HookName, readonly PacketQueue[]> | undefined;

  /** `lender`, whose state this one's is a copy of and that rests, lends what is derived until this one changes. */
  constructor(
    readonly state: NamespaceState,
    { environment, changed, queueHandlers }: NamespaceSurroundings,
    private lender?: Namespace,
  ) {
    const now = (): number => environment.now();
    this.queue_handlers = queueHandlers;
    this.id = state.id;
    this.sockets = new SocketTable(lender?.sockets);
    this.loadQueues();
    this.iptables = new Iptables('IPv4', state.tables, changed, lender?.iptables);
    const tables6: NonNullable<NamespaceState['tables6']> = state.tables6 ?? new Map();
    const changed6 = (): void => {
      state.tables6 = tables6;
      changed();
    };
    this.ip6tables = new Iptables('IPv6', tables6, changed6, lender?.ip6tables);
    this.nftables = new Nftables(state, now, changed);
    const maximum = (): number => state.sysctls.get('net.netfilter.nf_conntrack_max') ?? CONNTRACK_MAXIMUM;
    this.conntrack = new Conntrack(state.conntrack, now, maximum, changed);
  }

  /** To be called after a change of interfaces, addresses, routes or sysctls. */
  invalidate(): void {
    this.stale = true;
    this.lender = undefined;
  }

  /** The tables that a packet to `address` goes through. */
  tablesFor(address: Address): Iptables {
    return typeof address === 'number' ? this.iptables : this.ip6tables;
  }

  /** Connections of a family are tracked once there is a rule or a queue to ask about them. */
  tracks(address: Address): boolean {
    return this.tablesFor(address).active || this.nftables.active || this.queues !== undefined;
  }

  /** Replaces the queues; those it had are gone. */
  setQueues(queues: readonly PacketQueue[]): void {
    if (queues.length === 0) delete this.state.queues;
    else this.state.queues = queues;
    this.loadQueues();
  }

  private loadQueues(): void {
    const { queues } = this.state;
    this.queues = queues && queuesByHook(queues);
  }

  /** The queues at a hook in their order; undefined where the namespace has none there. */
  queuesAt(hook: HookName): readonly PacketQueue[] | undefined {
    return this.queues?.get(hook);
  }

  /** Whether packets to `address` that are not for this namespace are sent on. */
  forwards(address: Address): boolean {
    if (this.stale) this.derive();
    return typeof address === 'number' ? this.is_forwarding : this.is_forwarding_ipv6;
  }

  /** Whether frames to `address` that only pass a bridge here go through iptables too. */
  filtersBridges(address: Address): boolean {
    if (this.stale) this.derive();
    return typeof address === 'number' ? this.is_filtering_bridges : this.is_filtering_bridges_ipv6;
  }

  link(name: string): Link | undefined {
    if (this.stale) this.derive();
    return this.links_by_name.get(name);
  }

  links(): Iterable<Link> {
    if (this.stale) this.derive();
    return this.links_by_name.values();
  }

  /** Whether packets for `address` are this namespace's own: the `local` table. */
  isLocal(address: Address): boolean {
    if (this.stale) this.derive();
    return (typeof address === 'number' && address >>> 24 === 127) || this.local.has(address);
  }

  /** IPv6 has none. */
  isBroadcast(address: Address): boolean {
    if (this.stale) this.derive();
    return address === -1 || (typeof address === 'number' && this.broadcast.has(address));
  }

  route(destination: Address): CompiledRoute | undefined {
    if (this.stale) this.derive();
    return this.routes.lookup(destination);
  }

  /** The family's first address that is not a loopback one, to speak with where nothing better is known. */
  firstAddress(family: AddressFamily): Address {
    for (const { state } of this.links()) {
      for (const own of state.addresses) {
        const address = parseAddress(own.address);
        if (familyOf(address) === family && !isLoopback(address)) return address;
      }
    }
    return unspecifiedAddress(family);
  }

  recentList(name: string): RecentList {
    let list = this.state.recent.get(name);
    if (list === undefined) {
      list = new Map();
      this.state.recent.set(name, list);
    }
    return list;
  }

  private derive(): void {
    this.stale = false;
    const { interfaces, routes, sysctls } = this.state;
    this.links_by_name = new Map();
    for (const state of interfaces.values()) this.links_by_name.set(state.name, new Link(this, state));
    if (this.lender !== undefined) return this.borrow(this.lender);
    this.local = new Set();
    this.broadcast = new Set();
    for (const state of interfaces.values()) {
      for (const own of state.addresses) this.deriveAddress(own);
    }
    this.routes = new RouteTable(routes, interfaces);
    this.is_forwarding = sysctls.get('net.ipv4.ip_forward') === 1;
    this.is_forwarding_ipv6 = sysctls.get('net.ipv6.conf.all.forwarding') === 1;
    this.is_filtering_bridges = sysctls.get('net.bridge.bridge-nf-call-iptables') === 1;
    this.is_filtering_bridges_ipv6 = sysctls.get('net.bridge.bridge-nf-call-ip6tables') === 1;
  }

  /** Takes what changes only together with all that it is derived from. */
  private borrow(lender: Namespace): void {
    if (lender.stale) lender.derive();
    this.local = lender.local;
    this.broadcast = lender.broadcast;
    this.routes = lender.routes;
    this.is_forwarding = lender.is_forwarding;
    this.is_forwarding_ipv6 = lender.is_forwarding_ipv6;
    this.is_filtering_bridges = lender.is_filtering_bridges;
    this.is_filtering_bridges_ipv6 = lender.is_filtering_bridges_ipv6;
  }

  private deriveAddress(own: { readonly address: string; readonly prefix_length: number }): void {
    const address = parseAddress(own.address);
    this.local.add(address);
    if (typeof address === 'number' && own.prefix_length < 31) {
      this.broadcast.add(address | ~maskOf(own.prefix_length));
    }
  }
}
