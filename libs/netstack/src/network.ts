import { InvariantViolation } from '@podlab/kernel';
import type { Conntrack } from './conntrack';
import type { Iptables } from './iptables/iptables';
import type { InterfaceAddress, InterfaceState, NetworkState, Route, VxlanPeer } from './state';
import type {
  ClientConnection,
  ConnectOptions,
  ConnectResult,
  DatagramOptions,
  DatagramResult,
  Listener,
  ListenOptions,
  ListenResult,
  PingOptions,
  PingResult,
  ServerConnection,
  SocketHandler,
} from './socket';

/** What the network takes from the cluster around it. */
export interface NetworkEnvironment {
  /** Virtual time in milliseconds. */
  now(): number;
  /** A number from 0 up to, not including, 1, from the cluster's generator. */
  random(): number;
}

export interface InterfaceOptions {
  readonly name: string;
  readonly mac?: string;
  readonly mtu?: number;
  readonly addresses?: readonly InterfaceAddress[];
}

/** One end of a veth pair; `master` makes it a port of that bridge. */
export interface VethEnd extends InterfaceOptions {
  readonly namespace: string;
  readonly master?: string;
}

export interface LinkSettings {
  readonly up?: boolean;
  readonly latency_ms?: number;
  readonly loss?: number;
}

/** The simulated network: plain state, and the operations that `ip`, `iptables`, `conntrack` and sockets have. */
export class Network {
  /** What listens under which name: registered by the composition root, not state. */
  readonly handlers = new Map<string, SocketHandler>();

  constructor(
    readonly state: NetworkState,
    readonly environment: NetworkEnvironment,
  ) {}

  /** Makes a namespace with `lo` up; `sysctls` such as `{'net.ipv4.ip_forward': 1}`. */
  addNamespace(id: string, sysctls: Readonly<Record<string, number>> = {}): void {
    throw new InvariantViolation(`${id} ${sysctls}`);
  }
  /** Removes it with its interfaces, the other ends of its veth pairs, sockets and connections (peers see a silence). */
  removeNamespace(id: string): void {
    throw new InvariantViolation(id);
  }
  hasNamespace(id: string): boolean {
    return this.state.namespaces.has(id);
  }
  setSysctl(namespace: string, name: string, value: number): void {
    throw new InvariantViolation(namespace + name + value);
  }

  addWire(id: string, settings: { readonly latency_ms?: number; readonly loss?: number } = {}): void {
    throw new InvariantViolation(`${id} ${settings}`);
  }
  addEthernet(namespace: string, wire: string, options: InterfaceOptions): InterfaceState {
    throw new InvariantViolation(namespace + wire + options.name);
  }
  addVethPair(one: VethEnd, other: VethEnd): void {
    throw new InvariantViolation(one.name + other.name);
  }
  addBridge(namespace: string, options: InterfaceOptions): InterfaceState {
    throw new InvariantViolation(namespace + options.name);
  }
  addVxlan(
    namespace: string,
    options: InterfaceOptions & { readonly vni: number; readonly local: string; readonly port?: number },
  ): InterfaceState {
    throw new InvariantViolation(namespace + options.name);
  }
  /** Sets or replaces the peer for `peer.gateway`. */
  setVxlanPeer(namespace: string, name: string, peer: VxlanPeer): void {
    throw new InvariantViolation(namespace + name + peer.gateway);
  }
  removeVxlanPeer(namespace: string, name: string, gateway: string): void {
    throw new InvariantViolation(namespace + name + gateway);
  }
  /** Removes an interface, a veth's other end with it, and the routes through it. */
  removeInterface(namespace: string, name: string): void {
    throw new InvariantViolation(namespace + name);
  }
  interface(namespace: string, name: string): InterfaceState | undefined {
    return this.state.namespaces.get(namespace)?.interfaces.get(name);
  }
  /** Link up or down, latency and loss: what a fault changes. */
  setLink(namespace: string, name: string, settings: LinkSettings): void {
    throw new InvariantViolation(namespace + name + settings.up);
  }
  /** Adds an address, and the route of its network unless it is a /32. */
  addAddress(namespace: string, name: string, address: InterfaceAddress): void {
    throw new InvariantViolation(namespace + name + address.address);
  }
  removeAddress(namespace: string, name: string, address: string): void {
    throw new InvariantViolation(namespace + name + address);
  }
  /** Whether `address` is delivered to this namespace itself. */
  isLocalAddress(namespace: string, address: string): boolean {
    throw new InvariantViolation(namespace + address);
  }

  /** Adds a route, or replaces the one with the same destination and metric. */
  setRoute(namespace: string, route: Route): void {
    throw new InvariantViolation(namespace + route.destination);
  }
  removeRoute(namespace: string, destination: string): void {
    throw new InvariantViolation(namespace + destination);
  }
  routes(namespace: string): readonly Route[] {
    throw new InvariantViolation(namespace);
  }

  iptables(namespace: string): Iptables {
    throw new InvariantViolation(namespace);
  }
  conntrack(namespace: string): Conntrack {
    throw new InvariantViolation(namespace);
  }

  listen(namespace: string, options: ListenOptions): ListenResult {
    throw new InvariantViolation(namespace + options.port);
  }
  /** Closes a listener; its open connections are reset. */
  closeListener(id: number): void {
    throw new InvariantViolation(String(id));
  }
  /** What listens in a namespace, in the order it was opened. */
  listeners(namespace: string): readonly Listener[] {
    throw new InvariantViolation(namespace);
  }
  connect(namespace: string, options: ConnectOptions): ConnectResult {
    throw new InvariantViolation(namespace + options.port);
  }
  sendDatagram(namespace: string, options: DatagramOptions): DatagramResult {
    throw new InvariantViolation(namespace + options.port);
  }
  /** An ICMP echo. */
  ping(namespace: string, options: PingOptions): PingResult {
    throw new InvariantViolation(namespace + options.destination);
  }
  /** The client's end of a connection that is still open. */
  clientConnection(id: number): ClientConnection | undefined {
    throw new InvariantViolation(String(id));
  }
  /** The server's end of a connection that is still open. */
  serverConnection(id: number): ServerConnection | undefined {
    throw new InvariantViolation(String(id));
  }
}
