import { matchesFilter } from './packet-filter';
import type { PacketFilter } from './packet-filter';
import type { Header, IcmpError, PacketKind } from './packet';
import type { Walk } from './walk';

/** A packet as it passed an interface: in before the first hook, out after the last, as a packet socket sees it. */
export interface CapturedPacket {
  /** Virtual milliseconds since the Unix epoch, the latency on the way included. */
  readonly at_ms: number;
  readonly interface: string;
  readonly direction: 'In' | 'Out';
  readonly header: Header;
  readonly kind: PacketKind;
  /** What it carries; undefined for a bare segment. */
  readonly payload: Uint8Array | undefined;
  readonly error?: IcmpError;
  /** The header that an ICMP error is about. */
  readonly inner?: Header;
}

/** Somebody who listens on the interfaces of a namespace. */
export interface CaptureState {
  readonly id: number;
  readonly namespace: string;
  /** Undefined: all of them. */
  readonly interface: string | undefined;
  readonly filter: PacketFilter;
  /** Seen and not taken yet. */
  packets: CapturedPacket[];
  /** How many did not fit. */
  dropped: number;
  /** Bytes sent so far by flow, for sequence numbers. */
  sequences: Map<string, number>;
}

/** The part of the network's state that holds captures; absent while there never was one. */
export interface CaptureStore {
  captures?: Map<number, CaptureState>;
  next_capture?: number;
  /** The virtual instant at which packets passed last, and how much of latency those before took in it. */
  capture_clock?: { instant_ms: number; spent_ms: number; walk_ms: number };
}

/** Captures of one network, and packets of one that wait to be taken. */
const CAPTURES_LIMIT = 64;
const WAITING_PACKETS_LIMIT = 1000;

/** What listens on interfaces: costs a comparison a hop while nobody does. */
export class Captures {
  /** Is told when a capture has a packet and had none before. */
  listener: ((capture: number) => void) | undefined;

  constructor(
    private readonly store: CaptureStore,
    private readonly now: () => number,
  ) {}

  get size(): number {
    return this.store.captures?.size ?? 0;
  }

  /** Starts to listen; undefined where too many do. */
  open(namespace: string, interfaceName: string | undefined, filter: PacketFilter): number | undefined {
    const { store } = this;
    if (this.size >= CAPTURES_LIMIT) return undefined;
    store.captures ??= new Map();
    const id = store.next_capture ?? 1;
    store.next_capture = id + 1;
    store.captures.set(id, {
      id,
      namespace,
      interface: interfaceName,
      filter,
      packets: [],
      dropped: 0,
      sequences: new Map(),
    });
    return id;
  }

  close(id: number): void {
    this.store.captures?.delete(id);
  }

  find(id: number): CaptureState | undefined {
    return this.store.captures?.get(id);
  }

  /** Takes what was seen so far. */
  take(id: number): CapturedPacket[] {
    const capture = this.find(id);
    if (capture === undefined) return [];
    const { packets } = capture;
    capture.packets = [];
    return packets;
  }

  /** A packet starts after the one before it has arrived, though an exchange happens at one virtual instant. */
  begin(): void {
    const now = this.now();
    const clock = (this.store.capture_clock ??= { instant_ms: now, spent_ms: 0, walk_ms: 0 });
    clock.spent_ms = Math.max(clock.instant_ms - now + clock.spent_ms + clock.walk_ms, 0);
    clock.instant_ms = now;
    clock.walk_ms = 0;
  }

  /** The packet takes so long over one link. */
  cross(latency_ms: number): void {
    if (this.store.capture_clock) this.store.capture_clock.walk_ms += latency_ms;
  }

  /** Notes the packet of a walk where somebody listens. */
  pass(walk: Walk, namespace: string, interfaceName: string, direction: 'In' | 'Out'): void {
    for (const capture of this.store.captures?.values() ?? []) {
      if (capture.namespace !== namespace) continue;
      if (capture.interface !== undefined && capture.interface !== interfaceName) continue;
      const packet = this.packetOf(walk, interfaceName, direction);
      if (!matchesFilter(capture.filter, packet)) continue;
      if (capture.packets.length >= WAITING_PACKETS_LIMIT) {
        capture.dropped++;
        continue;
      }
      capture.packets.push(packet);
      if (capture.packets.length === 1) this.listener?.(capture.id);
    }
  }

  private packetOf(walk: Walk, interfaceName: string, direction: 'In' | 'Out'): CapturedPacket {
    const { packet, payload, latency_ms } = walk;
    const { kind, error, inner } = packet;
    return {
      at_ms: this.now() + (this.store.capture_clock?.spent_ms ?? 0) + latency_ms,
      interface: interfaceName,
      direction,
      header: walk.headerOf(packet),
      kind,
      payload,
      ...(error && { error }),
      ...(inner && { inner: walk.headerOf({ ...packet, ...inner }) }),
    };
  }
}
