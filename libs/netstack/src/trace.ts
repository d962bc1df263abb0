import type { ConntrackState } from './conntrack-types';
import type { HookName } from './iptables/types';
import type { Header, IcmpError } from './packet';

export type StepType =
  | 'Socket'
  | 'Routing'
  | 'Conntrack'
  | 'Iptables'
  | 'Nftables'
  | 'LoadBalancing'
  | 'DestinationNat'
  | 'SourceNat'
  | 'Queue'
  | 'Encapsulation'
  | 'Link'
  | 'Arp'
  | 'Application';

export type StepAction = 'Forwarded' | 'Translated' | 'Delivered' | 'Dropped' | 'Rejected' | 'Answered';

/**
 * The rule that decided, as its tool prints it; `index` counts from 0 in its chain, -1 is the chain's policy. `table` is
 * one of iptables or, as `ip NAME`, one of nftables: then the text tells behind a # which element of a map led there.
 */
export interface RuleCitation {
  readonly table: string;
  readonly chain: string;
  readonly text: string;
  readonly index: number;
}

/** A flow as a tool would print it. */
export interface TupleText {
  readonly source: string;
  readonly source_port: number;
  readonly destination: string;
  readonly destination_port: number;
}

export interface SocketDetail {
  /** Sent: leaves its socket. Accepted/Received: reached a socket. NoListener: none on that address and port. */
  readonly event:
    'Sent' | 'Accepted' | 'Received' | 'NoListener' | 'Refused' | 'Unreachable' | 'AddressInUse';
  readonly kind: string;
  /** Of what is sent again: how long nothing was heard, in virtual ms. */
  readonly waited_ms?: number;
  readonly listener?: number;
  readonly handler?: string;
  readonly error?: IcmpError | 'tcp-reset';
}

export interface RoutingDetail {
  readonly result:
    | 'Local'
    | 'Unicast'
    | 'NoRoute'
    | 'Unreachable'
    | 'Blackhole'
    | 'Prohibited'
    | 'Martian'
    | 'ForwardingDisabled'
    | 'TtlExceeded';
  /** The route that won, as `ip route` prints it; undefined where none did. */
  readonly route?: string;
  readonly table?: 'local' | 'main' | 'override';
  readonly interface?: string;
  readonly gateway?: string;
}

export interface ConntrackDetail {
  /** New and Found look a flow up; Applied and Undone rewrite the packet as the entry says; Full means no room. */
  readonly event: 'New' | 'Found' | 'Applied' | 'Undone' | 'Invalid' | 'Full';
  readonly state: ConntrackState;
  readonly original?: TupleText;
  readonly reply?: TupleText;
}

export interface IptablesDetail {
  readonly hook: HookName;
  /** The chains walked to the rule, outermost first. */
  readonly path: readonly string[];
  readonly verdict: 'ACCEPT' | 'DROP' | 'REJECT' | 'MARK';
  readonly mark?: string;
  readonly reject_with?: string;
}

/**
 * One choice out of several, by `-m statistic` or `numgen random`: the candidates in rule order with the probability each
 * is reached with. A candidate is a chain or, where nftables maps a number to it at once, `address:port`.
 */
export interface LoadBalancingDetail {
  readonly hook: HookName;
  readonly path: readonly string[];
  readonly chosen: string;
  readonly candidates: readonly { readonly chain: string; readonly probability: number }[];
  /** Probability with which the chosen one is reached from the start of the chain. */
  readonly probability: number;
  /** Set when an earlier choice for this client was remembered (`-m recent`). */
  readonly sticky?: boolean;
}

export interface NatDetail {
  readonly hook: HookName;
  readonly path: readonly string[];
  readonly target: 'DNAT' | 'SNAT' | 'MASQUERADE';
  readonly to: string;
}

/** What the handler of a queue noted about the packet: its own data, as it wrote it. */
export interface QueueDetail {
  readonly hook: HookName;
  readonly handler: string;
  readonly data: unknown;
}

export interface EncapsulationDetail {
  readonly event: 'Encapsulated' | 'Decapsulated';
  readonly interface: string;
  readonly vni: number;
  readonly outer: TupleText;
}

export interface LinkDetail {
  readonly event: 'Crossed' | 'Down' | 'Lost' | 'NoCarrier';
  readonly interface: string;
  /** Interfaces of the same namespace passed through on layer 2, such as the port of a bridge. */
  readonly via?: string;
  readonly to?: { readonly namespace: string; readonly interface: string };
  readonly latency_ms: number;
}

export interface ArpDetail {
  readonly event: 'Resolved' | 'Failed';
  /** Set where IPv6 neighbour discovery asked, not ARP. */
  readonly protocol?: 'NeighbourDiscovery';
  readonly interface: string;
  readonly address: string;
  readonly mac?: string;
}

export interface ApplicationDetail {
  readonly handler: string;
  /** Decided: what the application will do, in its own words (`facts`), before it answers. */
  readonly event: 'Answered' | 'Closed' | 'Reset' | 'Silent' | 'Decided';
  readonly bytes: number;
  readonly facts?: Readonly<Record<string, string>>;
}

interface StepDetails {
  Socket: SocketDetail;
  Routing: RoutingDetail;
  Conntrack: ConntrackDetail;
  Iptables: IptablesDetail;
  Nftables: IptablesDetail;
  LoadBalancing: LoadBalancingDetail;
  DestinationNat: NatDetail;
  SourceNat: NatDetail;
  Queue: QueueDetail;
  Encapsulation: EncapsulationDetail;
  Link: LinkDetail;
  Arp: ArpDetail;
  Application: ApplicationDetail;
}

export type RawStepOf<T extends StepType> = {
  readonly type: T;
  readonly action: StepAction;
  readonly before: Header;
  readonly after: Header;
  readonly detail: StepDetails[T];
  readonly rule?: RuleCitation;
};

/** One thing that happened to the packet; `detail` is typed by `type`. Unchanged headers are one shared object. */
export type RawStep = { [T in StepType]: RawStepOf<T> }[StepType];

/** Everything that happened in one namespace from an arrival to the next departure. */
export interface RawHop {
  readonly namespace: string;
  /** The interface it came in by; `lo` is loopback and undefined a packet that starts here. */
  readonly interface: string | undefined;
  readonly direction: 'request' | 'reply';
  readonly steps: RawStep[];
}

/** Collects the hops of one exchange in the order they happened; hand it to `connect`, `sendDatagram` or `ping`. */
export class TraceRecorder {
  readonly hops: RawHop[] = [];
  direction: 'request' | 'reply' = 'request';
  /** The hop in which the peer's socket took the request: the application's answer is noted there. */
  accepting: RawHop | undefined;
  private current: RawHop | undefined;

  /** Opens a hop; steps go there until the next one. */
  enter(namespace: string, interfaceName: string | undefined): void {
    this.current = { namespace, interface: interfaceName, direction: this.direction, steps: [] };
    this.hops.push(this.current);
  }

  step(step: RawStep): void {
    this.current?.steps.push(step);
  }

  /** Remembers the hop that is open now as the one that took the request. */
  markAccepting(): void {
    this.accepting = this.current;
  }
}
