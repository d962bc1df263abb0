import type { CaptureStore } from './capture';
import type { Address } from './address';
import type { ConntrackEntry } from './conntrack-types';
import type { TableName, TableState } from './iptables/types';
import type { PacketQueue } from './packet-queue';
import type { NftRulesetState } from './nftables/types';
import type { Listener, SocketData } from './socket';

export type InterfaceKind = 'loopback' | 'ethernet' | 'veth' | 'bridge' | 'vxlan';

/** An address of an interface, with the prefix length of its network. */
export interface InterfaceAddress {
  readonly address: string;
  readonly prefix_length: number;
}

/** Where a VXLAN sends what is routed to one gateway: flannel's permanent neighbour and forwarding entries in one. */
export interface VxlanPeer {
  readonly gateway: string;
  readonly mac: string;
  /** Underlay address of the peer. */
  readonly remote: string;
}

export interface InterfaceState {
  readonly name: string;
  readonly index: number;
  readonly kind: InterfaceKind;
  readonly mac: string;
  readonly mtu: number;
  up: boolean;
  /** Added to every crossing of this end of the link, in and out, in virtual milliseconds. */
  latency_ms: number;
  /** By how much that latency differs from crossing to crossing, up or down. */
  jitter_ms?: number;
  /** Probability that a crossing of this end loses the packet. */
  loss: number;
  addresses: InterfaceAddress[];
  /** A veth's other end. */
  peer?: { readonly namespace: string; readonly interface: string };
  /** The shared segment that an ethernet interface is plugged into. */
  wire?: string;
  /** The bridge that this veth is a port of. */
  master?: string;
  vxlan?: { readonly vni: number; readonly local: string; readonly port: number; peers: VxlanPeer[] };
}

export type RouteKind = 'unicast' | 'blackhole' | 'unreachable' | 'prohibit';

/** A route of the main table; those of connected networks (`protocol: kernel`) come with the addresses. */
export interface Route {
  /** `default` is written `0.0.0.0/0` or `::/0`. */
  readonly destination: string;
  readonly kind?: RouteKind;
  readonly via?: string;
  readonly interface?: string;
  /** Several ways at once, of which each flow keeps to one: equal-cost multipath, instead of `via`. */
  readonly nexthops?: readonly { readonly via: string; readonly interface: string }[];
  /** Preferred source address. */
  readonly source?: string;
  readonly onlink?: boolean;
  readonly metric?: number;
  readonly protocol?: 'kernel' | 'boot' | 'static';
  readonly scope?: 'global' | 'link' | 'host';
}

/** A shared layer 2 segment: every interface plugged into it hears every other. */
export interface WireState {
  latency_ms: number;
  loss: number;
  members: { readonly namespace: string; readonly interface: string }[];
}

/** One address remembered by `-m recent`: when it was last seen. */
export type RecentList = Map<Address, number>;

export interface ConntrackTableState {
  entries: Map<number, ConntrackEntry>;
  next_id: number;
  /** Where the search for an entry that may make room goes on. */
  evict_from: number;
}

export interface NamespaceState {
  readonly id: string;
  interfaces: Map<string, InterfaceState>;
  next_interface_index: number;
  routes: Route[];
  /** Names with dots, such as `net.ipv4.ip_forward`. */
  sysctls: Map<string, number>;
  tables: Map<TableName, TableState>;
  /** Those of ip6tables; absent until there is one. */
  tables6?: Map<TableName, TableState>;
  recent: Map<string, RecentList>;
  conntrack: ConntrackTableState;
  next_ephemeral_port: number;
  /** Only there while the namespace has a table of nftables. */
  nftables?: NftRulesetState;
  /** Only there while the namespace has any. */
  queues?: readonly PacketQueue[];
}

/** One end-to-end connection with its two sockets. */
export interface ConnectionState {
  readonly id: number;
  readonly protocol: 'TCP' | 'SCTP';
  readonly client_namespace: string;
  readonly client_address: Address;
  readonly client_port: number;
  /** What the client asked for, before any translation. */
  readonly remote_address: Address;
  readonly remote_port: number;
  /** Next hop given by the client, 0 for none. */
  readonly via: Address;
  readonly listener: Listener;
  readonly server_namespace: string;
  readonly server_address: Address;
  readonly server_port: number;
  /** The client as the server sees it. */
  readonly seen_address: Address;
  readonly seen_port: number;
  timeout_ms: number;
  /** The client said that it sends no more. */
  client_finished: boolean;
  client_status: 'Open' | 'ClosedByPeer' | 'Reset' | 'TimedOut' | 'Closed';
  server_status: 'Open' | 'ClosedByPeer' | 'Closed' | 'Reset';
  client_inbox: Uint8Array[];
  /** The handler's own; null until it writes some, so that the property keeps its place when written and read. */
  server_data: SocketData;
  elapsed_ms: number;
}

/** The whole simulated network as plain data. */
export interface NetworkState extends CaptureStore {
  namespaces: Map<string, NamespaceState>;
  wires: Map<string, WireState>;
  listeners: Map<number, Listener>;
  connections: Map<number, ConnectionState>;
  next_listener: number;
  next_connection: number;
  next_mac: number;
}

/** A network without namespaces. */
export function createNetworkState(): NetworkState {
  return {
    namespaces: new Map(),
    wires: new Map(),
    listeners: new Map(),
    connections: new Map(),
    next_listener: 1,
    next_connection: 1,
    next_mac: 1,
  };
}
