import { formatAddress } from './address';
import type { Address } from './address';
import type { ConntrackEntry, ConntrackState } from './conntrack-types';
import type { Link, Namespace } from './namespace';
import type { Topology } from './neighbours';
import type { NftContext } from './nftables/compile';
import type { Header, IcmpError, Packet } from './packet';
import type { WalkCode } from './socket';
import type { RecentList } from './state';
import type { RawStepOf, RuleCitation, StepAction, StepType, TraceRecorder } from './trace';

/** What a router or host sends back when it refuses a packet. */
export type Rejection = IcmpError | 'tcp-reset';

/** Time and chance, as the environment gives them. */
export interface Chance {
  now(): number;
  random(): number;
}

/** The flow that a packet made in answer to another belongs to, whatever its own header says. */
export interface AttachedFlow {
  readonly entry: ConntrackEntry;
  readonly reply: boolean;
  readonly state: ConntrackState;
}

/** Addresses remembered as text; beyond this many the memory is emptied. */
const ADDRESS_TEXT_LIMIT = 65_536;

/** Where a packet is and what is known of it: the fields that rules ask about, and the pen that writes the trace. */
export abstract class Walk implements NftContext {
  packet!: Packet;
  namespace!: Namespace;
  in_interface: string | undefined;
  out_interface: string | undefined;
  conntrack_state: ConntrackState | undefined;
  conntrack_entry: ConntrackEntry | undefined;
  /** Whether the packet goes against the direction of its flow's first packet. */
  reply = false;
  /** How the walk ended. */
  code: WalkCode | 'Local' = 'Local';
  rule: RuleCitation | undefined;
  /** The queue that dropped the packet, with its handler's reason. */
  queue: { readonly handler: string; readonly data: unknown } | undefined;
  rejection: Rejection | undefined;
  latency_ms = 0;
  /** What the packet carries; only captures look at it. */
  payload: Uint8Array | undefined;
  /** Set when chance or memory had a say: then a like packet might fare otherwise. */
  volatile = false;
  protected recorder: TraceRecorder | undefined;
  private header_of: Packet | undefined;
  private header: Header | undefined;
  private readonly address_texts = new Map<Address, string>();

  constructor(
    protected readonly topology: Topology,
    private readonly chance: Chance,
  ) {}

  isLocal(address: Address): boolean {
    return this.namespace.isLocal(address);
  }

  isBroadcast(address: Address): boolean {
    return this.namespace.isBroadcast(address);
  }

  remembers(): void {
    this.volatile = true;
  }

  recentList(name: string): RecentList {
    this.volatile = true;
    return this.namespace.recentList(name);
  }

  now(): number {
    return this.chance.now();
  }

  random(): number {
    this.volatile = true;
    return this.chance.random();
  }

  /** Ends the walk here. Nothing is sent back about packets that are themselves such an answer. */
  protected stop(code: WalkCode, rejection?: Rejection): void {
    this.code = code;
    const answerable = this.packet.kind !== 'icmp-error' && this.packet.kind !== 'rst';
    this.rejection = answerable ? rejection : undefined;
  }

  /** The header of the packet on its way. */
  protected snapshot(): Header {
    return this.headerOf(this.packet);
  }

  /** A packet's header as a trace shows it; the same object as long as nothing changed. */
  headerOf(packet: Packet): Header {
    const { header } = this;
    if (header !== undefined && this.header_of === packet && isHeaderOf(packet, header, this)) return header;
    const made: Header = {
      source: this.addressText(packet.source),
      source_port: packet.source_port,
      destination: this.addressText(packet.destination),
      destination_port: packet.destination_port,
      protocol: packet.protocol,
      ttl: packet.ttl,
    };
    this.header = made;
    this.header_of = packet;
    return made;
  }

  addressText(address: Address): string {
    let text = this.address_texts.get(address);
    if (text === undefined) {
      if (this.address_texts.size >= ADDRESS_TEXT_LIMIT) this.address_texts.clear();
      text = formatAddress(address);
      this.address_texts.set(address, text);
    }
    return text;
  }

  /** Writes a step that left the header as it is. */
  protected note<T extends StepType>(
    type: T,
    action: StepAction,
    detail: RawStepOf<T>['detail'],
    rule?: RuleCitation,
  ): void {
    const header = this.snapshot();
    this.write(type, action, header, header, detail, rule);
  }

  protected write<T extends StepType>(
    type: T,
    action: StepAction,
    before: Header,
    after: Header,
    detail: RawStepOf<T>['detail'],
    rule?: RuleCitation,
  ): void {
    const step = { type, action, before, after, detail, rule } as unknown as Parameters<
      TraceRecorder['step']
    >[0];
    this.recorder?.step(step);
  }

  protected enter(link: Link | undefined): void {
    this.recorder?.enter(this.namespace.id, link?.name);
  }
}

function isHeaderOf(packet: Packet, header: Header, walk: Walk): boolean {
  return (
    packet.ttl === header.ttl &&
    packet.source_port === header.source_port &&
    packet.destination_port === header.destination_port &&
    walk.addressText(packet.source) === header.source &&
    walk.addressText(packet.destination) === header.destination
  );
}
