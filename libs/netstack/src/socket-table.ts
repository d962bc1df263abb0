import { isUnspecified, parseAddress } from './address';
import type { Address } from './address';
import type { Protocol } from './packet';
import type { Listener } from './socket';

/** Every address of both families, as Linux has it with net.ipv6.bindv6only=0. */
const ANY = 0;
const PROTOCOL_CODE: Readonly<Record<Protocol, number>> = { TCP: 0, UDP: 1, SCTP: 2, ICMP: 3 };

interface Bound {
  readonly address: Address;
  readonly listener: Listener;
}

/** Which sockets of a namespace hold which ports: derived from the network's listeners and connections. */
export class SocketTable {
  private bound: Map<number, readonly Bound[]>;
  /** Connections by client port; absent until there is one. */
  private client_ports: Map<number, number> | undefined;

  /** With the listeners of `lender`, and without its connections. */
  constructor(private lender?: SocketTable) {
    this.bound = lender?.bound ?? new Map();
  }

  /** What is lent is not changed. */
  private own(): Map<number, readonly Bound[]> {
    if (this.lender !== undefined) this.bound = new Map(this.bound);
    this.lender = undefined;
    return this.bound;
  }

  /** The listener for a destination: one bound to the very address before one bound to all. */
  find(protocol: Protocol, address: Address, port: number): Listener | undefined {
    const candidates = this.bound.get(key(protocol, port));
    if (candidates === undefined) return undefined;
    let any: Listener | undefined;
    for (const candidate of candidates) {
      if (candidate.address === address) return candidate.listener;
      if (candidate.address === ANY) any = candidate.listener;
    }
    return any;
  }

  /** Whether a new listener would take what another has. */
  conflicts(protocol: Protocol, address: Address, port: number): boolean {
    const candidates = this.bound.get(key(protocol, port)) ?? [];
    return candidates.some((other) => other.address === address || other.address === ANY || address === ANY);
  }

  add(listener: Listener): void {
    const at = key(listener.protocol, listener.port);
    const others = this.bound.get(at) ?? [];
    this.own().set(at, others.concat({ address: boundAddress(listener.address), listener }));
  }

  remove(listener: Listener): void {
    const at = key(listener.protocol, listener.port);
    const rest = (this.bound.get(at) ?? []).filter((other) => other.listener.id !== listener.id);
    if (rest.length === 0) this.own().delete(at);
    else this.own().set(at, rest);
  }

  /** All listeners in the order they were opened. */
  listeners(): Listener[] {
    const all = [...this.bound.values()].flat().map((bound) => bound.listener);
    return all.sort((a, b) => a.id - b.id);
  }

  get size(): number {
    let size = 0;
    for (const candidates of this.bound.values()) size += candidates.length;
    return size;
  }

  takePort(protocol: Protocol, port: number): void {
    const at = key(protocol, port);
    const ports = (this.client_ports ??= new Map());
    ports.set(at, (ports.get(at) ?? 0) + 1);
  }

  freePort(protocol: Protocol, port: number): void {
    const at = key(protocol, port);
    const count = this.client_ports?.get(at) ?? 0;
    if (count <= 1) this.client_ports?.delete(at);
    else this.client_ports?.set(at, count - 1);
  }

  /** Whether a client or a listener holds the port. */
  isTaken(protocol: Protocol, port: number): boolean {
    const at = key(protocol, port);
    return this.client_ports?.has(at) === true || this.bound.has(at);
  }
}

/** What a listener is bound to; either family's unspecified address is {@link ANY}. */
export function boundAddress(text: string): Address {
  const address = parseAddress(text);
  return isUnspecified(address) ? ANY : address;
}

function key(protocol: Protocol, port: number): number {
  return port * 4 + PROTOCOL_CODE[protocol];
}
