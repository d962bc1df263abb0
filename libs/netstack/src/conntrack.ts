import { familyOf, hashAddress, parseAddress } from './address';
import type { Address, AddressFamily, HeaderTuple } from './address';
import type { ConntrackEntry, ConntrackFilter, FlowState } from './conntrack-types';
import { lifetimeMs } from './conntrack-timeouts';
import type { Packet, Protocol } from './packet';
import { describeEntry, renderEntry } from './render-conntrack';
import type { ConntrackDescription } from './render-conntrack';
import type { ConntrackTableState } from './state';

/** The entries behind one hash: nearly always a single one. */
type Bucket = ConntrackEntry | readonly ConntrackEntry[];

/** How many entries are looked at for one that may go when the table is full. */
const EVICTION_SCAN = 64;
/** How many entries are looked at for expired ones when a new one comes. */
const SWEEP_SCAN = 2;

/** The connection tracking of one namespace: entries as state, an index over both directions of each beside it. */
export class Conntrack {
  /** Direction in which the last {@link lookup} found its entry. */
  found_reply = false;
  // Absent until there is a flow: most namespaces of an idle cluster have none.
  private index: Map<number, Bucket> | undefined;

  constructor(
    private readonly state: ConntrackTableState,
    private readonly now: () => number,
    /** Entries the table may hold (`net.netfilter.nf_conntrack_max`). */
    private readonly maximum: () => number,
    private readonly changed: () => void,
  ) {
    for (const entry of state.entries.values()) this.link(entry);
  }

  /** The flow that a tuple belongs to; {@link found_reply} tells in which direction. An expired one is forgotten. */
  lookup(
    protocol: Protocol,
    source: Address,
    source_port: number,
    destination: Address,
    destination_port: number,
  ): ConntrackEntry | undefined {
    const bucket = this.index?.get(hashTuple(protocol, source, source_port, destination, destination_port));
    if (bucket === undefined) return undefined;
    const entries = isSingle(bucket) ? [bucket] : bucket;
    for (let at = 0; at < entries.length; at++) {
      const entry = entries[at];
      const forth = isTuple(entry.original, protocol, source, source_port, destination, destination_port);
      if (!forth && !isTuple(entry.reply, protocol, source, source_port, destination, destination_port)) {
        continue;
      }
      if (this.expired(entry)) {
        this.drop(entry);
        return undefined;
      }
      this.found_reply = !forth;
      return entry;
    }
    return undefined;
  }

  /** Whether an answer with this tuple would already belong to another flow. */
  replyTaken(reply: HeaderTuple): boolean {
    return (
      this.lookup(
        reply.protocol,
        reply.source,
        reply.source_port,
        reply.destination,
        reply.destination_port,
      ) !== undefined
    );
  }

  /** An entry for a first packet, not yet in the table: {@link confirm} puts it there when the packet got through. */
  create(packet: Packet): ConntrackEntry {
    const { protocol, source, source_port, destination, destination_port } = packet;
    return {
      id: 0,
      original: { protocol, source, source_port, destination, destination_port },
      reply: {
        protocol,
        source: destination,
        source_port: destination_port,
        destination: source,
        destination_port: source_port,
      },
      state: firstState(packet),
      seen_at_ms: this.now(),
      replied_at_ms: -1,
      mark: 0,
    };
  }

  /** Puts a new entry into the table; false when the table is full of flows that live. */
  confirm(entry: ConntrackEntry): boolean {
    const { state } = this;
    this.sweep();
    if (state.entries.size >= this.maximum() && !this.evict()) return false;
    entry.id = state.next_id++;
    state.entries.set(entry.id, entry);
    this.link(entry);
    return true;
  }

  /** Takes a closed entry away at once, as a new SYN on the same ports does. */
  forget(entry: ConntrackEntry): void {
    this.drop(entry);
  }

  /** The flows that have not expired, oldest first. */
  list(filter: ConntrackFilter = {}): ConntrackEntry[] {
    const fits = compileFilter(filter);
    return [...this.state.entries.values()].filter((entry) => !this.expired(entry) && fits(entry));
  }

  /** Forgets the flows that fit, and how many those were: `conntrack -D`. */
  remove(filter: ConntrackFilter): number {
    const found = this.list(filter);
    for (const entry of found) this.drop(entry);
    if (found.length > 0) this.changed();
    return found.length;
  }

  /** What `conntrack -L -f ipv4` or `ipv6` prints (both without `family`), without the closing line on standard error. */
  render(family?: AddressFamily): string {
    const now = this.now();
    return this.list()
      .filter((entry) => family === undefined || familyOf(entry.original.source) === family)
      .map((entry) => `${renderEntry(entry, now)}\n`)
      .join('');
  }

  /** The flows as data, with addresses written out. */
  describe(filter: ConntrackFilter = {}): ConntrackDescription[] {
    const now = this.now();
    return this.list(filter).map((entry) => describeEntry(entry, now));
  }

  private expired(entry: ConntrackEntry): boolean {
    return this.now() - entry.seen_at_ms >= lifetimeMs(entry);
  }

  /** Looks at a few entries and forgets the expired ones: twice as many as come, so that the table shrinks. */
  private sweep(): void {
    for (let looked = 0; looked < SWEEP_SCAN; looked++) {
      const entry = this.nextAged();
      if (entry !== undefined && this.expired(entry)) this.drop(entry);
    }
  }

  /** The entry that the round through the table comes to next, if that one is still there. */
  private nextAged(): ConntrackEntry | undefined {
    const { state } = this;
    if (state.evict_from >= state.next_id)
      state.evict_from = state.entries.keys().next().value ?? state.next_id;
    return state.entries.get(state.evict_from++);
  }

  /** Makes room as linux nf_conntrack early_drop does: expired, closed and unanswered flows go, the oldest first. */
  private evict(): boolean {
    const { state } = this;
    const { entries } = state;
    for (let scanned = 0; scanned < EVICTION_SCAN;) {
      if (state.evict_from >= state.next_id) state.evict_from = entries.keys().next().value ?? 1;
      const entry = entries.get(state.evict_from++);
      if (entry === undefined) continue;
      scanned++;
      if (!this.expired(entry) && !mayBeDropped(entry.state)) continue;
      this.drop(entry);
      this.changed();
      return true;
    }
    return false;
  }

  private drop(entry: ConntrackEntry): void {
    this.state.entries.delete(entry.id);
    this.unlink(entry, hashOf(entry.original));
    this.unlink(entry, hashOf(entry.reply));
  }

  private link(entry: ConntrackEntry): void {
    this.add(entry, hashOf(entry.original));
    this.add(entry, hashOf(entry.reply));
  }

  private add(entry: ConntrackEntry, hash: number): void {
    const index = (this.index ??= new Map());
    const bucket = index.get(hash);
    if (bucket === undefined) index.set(hash, entry);
    else if (bucket !== entry) index.set(hash, [entry, ...(isSingle(bucket) ? [bucket] : bucket)]);
  }

  private unlink(entry: ConntrackEntry, hash: number): void {
    const bucket = this.index?.get(hash);
    if (bucket === undefined || bucket === entry) {
      this.index?.delete(hash);
    } else if (!isSingle(bucket)) {
      const kept = bucket.filter((other) => other !== entry);
      this.index?.set(hash, kept.length === 1 ? kept[0] : kept);
    }
  }
}

function isSingle(bucket: Bucket): bucket is ConntrackEntry {
  return !Array.isArray(bucket);
}

function isTuple(
  tuple: HeaderTuple,
  protocol: Protocol,
  source: Address,
  source_port: number,
  destination: Address,
  destination_port: number,
): boolean {
  return (
    tuple.source === source &&
    tuple.destination === destination &&
    tuple.source_port === source_port &&
    tuple.destination_port === destination_port &&
    tuple.protocol === protocol
  );
}

function firstState(packet: Packet): FlowState {
  if (packet.protocol === 'UDP' || packet.protocol === 'ICMP') return 'UNREPLIED';
  // A segment of a flow that was forgotten is picked up in the middle (nf_conntrack_tcp_loose).
  return packet.kind === 'syn' ? 'SYN_SENT' : 'ESTABLISHED';
}

function mayBeDropped(state: FlowState): boolean {
  return state !== 'ESTABLISHED' && state !== 'ASSURED' && state !== 'REPLIED';
}

function hashOf(tuple: HeaderTuple): number {
  return hashTuple(
    tuple.protocol,
    tuple.source,
    tuple.source_port,
    tuple.destination,
    tuple.destination_port,
  );
}

/** Thirty bits, so that the key stays a small integer. */
function hashTuple(
  protocol: Protocol,
  source: Address,
  source_port: number,
  destination: Address,
  destination_port: number,
): number {
  let hash = Math.imul(hashAddress(source) ^ 0x9e3779b9, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13) ^ hashAddress(destination), 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16) ^ (source_port | (destination_port << 16)), 0x27d4eb2f);
  return (hash ^ (hash >>> 15) ^ protocol.charCodeAt(0)) & 0x3fffffff;
}

function compileFilter(filter: ConntrackFilter): (entry: ConntrackEntry) => boolean {
  const address = (text: string | undefined): Address | undefined =>
    text === undefined ? undefined : parseAddress(text);
  const source = address(filter.original_source);
  const destination = address(filter.original_destination);
  const replySource = address(filter.reply_source);
  const same = <T>(wanted: T | undefined, actual: T): boolean => wanted === undefined || wanted === actual;
  return ({ original, reply }) =>
    same(filter.protocol, original.protocol) &&
    same(source, original.source) &&
    same(destination, original.destination) &&
    same(filter.original_destination_port, original.destination_port) &&
    same(replySource, reply.source) &&
    same(filter.reply_source_port, reply.source_port);
}
