import { deepFreeze, invariant, withinLimit } from '@podlab/kernel';
import { familyOf, formatAddress, formatPrefix, parseAddress, parsePrefix, widthOf } from './address';
import type { Address, AddressFamily } from './address';
import { Captures } from './capture';
import type { Conntrack } from './conntrack';
import { Connections } from './connections';
import { ping, sendDatagram } from './datagrams';
import { Exchange } from './exchange';
import { HandlerTable } from './handler-table';
import type { Iptables } from './iptables/iptables';
import { Namespace } from './namespace';
import type { Topology } from './neighbours';
import { boundAddress } from './socket-table';
import type { Nftables } from './nftables/nftables';
import type { PacketQueue, QueueHandler } from './packet-queue';
import { renderRoutes } from './render-route';
import { renderAddresses } from './render-addresses';
import { networkOf } from './route-table';
import type {
  InterfaceAddress,
  InterfaceKind,
  InterfaceState,
  NamespaceState,
  NetworkState,
  Route,
  VxlanPeer,
  WireState,
} from './state';
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
  readonly jitter_ms?: number;
  readonly loss?: number;
}

const NAMESPACES_LIMIT = 20_000;
const INTERFACES_LIMIT = 4096;
const ROUTES_LIMIT = 20_000;
const LISTENERS_LIMIT = 4096;
const VXLAN_PORT = 8472;
const DEFAULT_MTU = 1500;
const LOOPBACK_MTU = 65_536;
const VXLAN_OVERHEAD = 50;

/** The simulated network: plain state, and the operations that `ip`, `iptables`, `conntrack` and sockets have. */
export class Network implements Topology {
  /** What listens under which name. */
  readonly handlers = new HandlerTable<SocketHandler>();
  /** Who judges the packets of queues under which name. */
  readonly queueHandlers = new HandlerTable<QueueHandler>();
  /** Grows with every change of interfaces, addresses and links. */
  generation = 0;
  /** Grows with every change at all that could make a packet fare otherwise, traffic left out. */
  changes = 0;
  /** Who listens on interfaces. */
  readonly captures: Captures;
  /** Those that somebody asked for. */
  private readonly namespaces = new Map<string, Namespace>();
  /** The listeners of namespaces that nobody has asked for yet. */
  private waiting: Map<string, Listener[]> | undefined;
  private readonly exchange: Exchange;
  private readonly connections: Connections;
  private readonly changed = (): void => {
    this.changes++;
  };

  /** `lender`, whose state this one's is a copy of and that rests, has derived already what need not be derived again. */
  constructor(
    readonly state: NetworkState,
    readonly environment: NetworkEnvironment,
    private readonly lender?: Network,
  ) {
    const { handlers } = this;
    this.exchange = new Exchange({ state, topology: this, chance: environment, handlers });
    this.connections = new Connections(this.exchange);
    this.captures = new Captures(state, () => environment.now());
    this.exchange.forwarder.captures = this.captures;
  }

  private load(state: NamespaceState, lender?: Namespace): Namespace {
    const { environment, changed, queueHandlers } = this;
    const namespace = new Namespace(state, { environment, changed, queueHandlers }, lender);
    this.namespaces.set(state.id, namespace);
    return namespace;
  }

  private need(id: string): Namespace {
    const namespace = this.namespace(id);
    invariant(namespace !== undefined, `no network namespace ${id}`);
    return namespace;
  }

  /** The listeners that a namespace had when the network was loaded. */
  private takeListeners(id: string): readonly Listener[] {
    if (this.waiting === undefined) {
      this.waiting = new Map();
      for (const listener of this.state.listeners.values()) {
        deepFreeze(listener);
        const others = this.waiting.get(listener.namespace);
        if (others === undefined) this.waiting.set(listener.namespace, [listener]);
        else others.push(listener);
      }
    }
    const own = this.waiting.get(id);
    this.waiting.delete(id);
    return own ?? [];
  }

  private touch(namespace: Namespace): void {
    namespace.invalidate();
    this.relink();
  }

  private relink(): void {
    this.generation++;
    this.changes++;
  }

  /** What works behind the id; for the library's own parts. */
  namespace(id: string): Namespace | undefined {
    const known = this.namespaces.get(id);
    if (known !== undefined) return known;
    const state = this.state.namespaces.get(id);
    if (state === undefined) return undefined;
    const namespace = this.load(state, this.lender?.namespace(id));
    if (this.lender === undefined) for (const each of this.takeListeners(id)) namespace.sockets.add(each);
    return namespace;
  }

  answersFor(id: string, address: Address): boolean {
    const { lender } = this;
    // One that was not loaded here has the addresses that it has there.
    if (lender !== undefined && !this.namespaces.has(id) && this.hasNamespace(id))
      return lender.answersFor(id, address);
    return this.namespace(id)?.isLocal(address) ?? false;
  }

  wire(id: string): WireState | undefined {
    return this.state.wires.get(id);
  }

  /**
   * Makes a namespace with `lo` up; `sysctls` such as `{'net.ipv4.ip_forward': 1}`. Only with
   * `net.ipv6.conf.all.disable_ipv6` 0 does it speak IPv6: `::1` is on `lo` then.
   */
  addNamespace(id: string, sysctls: Readonly<Record<string, number>> = {}): void {
    invariant(!this.hasNamespace(id), `network namespace ${id} is there already`);
    withinLimit('network namespaces', this.state.namespaces.size + 1, NAMESPACES_LIMIT);
    const state: NamespaceState = {
      id,
      interfaces: new Map(),
      next_interface_index: 1,
      routes: [],
      sysctls: new Map(Object.entries(sysctls)),
      tables: new Map(),
      recent: new Map(),
      conntrack: { entries: new Map(), next_id: 1, evict_from: 1 },
      next_ephemeral_port: 32_768,
    };
    this.state.namespaces.set(id, state);
    const namespace = this.load(state);
    const loopback = { name: 'lo', mac: '00:00:00:00:00:00', mtu: LOOPBACK_MTU };
    this.addInterface(namespace, 'loopback', loopback);
    this.addAddress(id, 'lo', { address: '127.0.0.1', prefix_length: 8 });
    if (sysctls['net.ipv6.conf.all.disable_ipv6'] === 0) {
      this.addAddress(id, 'lo', { address: '::1', prefix_length: 128 });
    }
  }

  /** Removes it with its interfaces, the other ends of its veth pairs, sockets and connections (peers hear a silence). */
  removeNamespace(id: string): void {
    const namespace = this.need(id);
    for (const name of [...namespace.state.interfaces.keys()]) this.removeInterface(id, name);
    for (const listener of this.listeners(id)) this.state.listeners.delete(listener.id);
    this.connections.forgetNamespace(id);
    this.namespaces.delete(id);
    this.state.namespaces.delete(id);
    this.relink();
  }

  hasNamespace(id: string): boolean {
    return this.state.namespaces.has(id);
  }

  setSysctl(namespace: string, name: string, value: number): void {
    const owner = this.need(namespace);
    owner.state.sysctls.set(name, value);
    this.touch(owner);
  }

  addWire(id: string, settings: { readonly latency_ms?: number; readonly loss?: number } = {}): void {
    invariant(!this.state.wires.has(id), `wire ${id} is there already`);
    const { latency_ms = 0, loss = 0 } = settings;
    this.state.wires.set(id, { latency_ms, loss, members: [] });
    this.relink();
  }

  addEthernet(namespace: string, wire: string, options: InterfaceOptions): InterfaceState {
    const segment = this.state.wires.get(wire);
    invariant(segment !== undefined, `no wire ${wire}`);
    const link = this.addInterface(this.need(namespace), 'ethernet', options, { wire });
    segment.members.push({ namespace, interface: options.name });
    return link;
  }

  addVethPair(one: VethEnd, other: VethEnd): void {
    this.addVethEnd(one, other);
    this.addVethEnd(other, one);
  }

  private addVethEnd(end: VethEnd, other: VethEnd): void {
    const peer = { namespace: other.namespace, interface: other.name };
    const { master } = end;
    this.addInterface(
      this.need(end.namespace),
      'veth',
      end,
      master === undefined ? { peer } : { peer, master },
    );
  }

  addBridge(namespace: string, options: InterfaceOptions): InterfaceState {
    return this.addInterface(this.need(namespace), 'bridge', options);
  }

  addVxlan(
    namespace: string,
    options: InterfaceOptions & { readonly vni: number; readonly local: string; readonly port?: number },
  ): InterfaceState {
    const { vni, local, port = VXLAN_PORT, mtu = DEFAULT_MTU - VXLAN_OVERHEAD } = options;
    const vxlan = { vni, local, port, peers: [] };
    return this.addInterface(this.need(namespace), 'vxlan', { ...options, mtu }, { vxlan });
  }

  private addInterface(
    namespace: Namespace,
    kind: InterfaceKind,
    options: InterfaceOptions,
    more: Pick<InterfaceState, 'peer' | 'master' | 'wire' | 'vxlan'> = {},
  ): InterfaceState {
    const { state } = namespace;
    const { name, mtu = DEFAULT_MTU } = options;
    invariant(!state.interfaces.has(name), `${state.id} has an interface ${name} already`);
    withinLimit('interfaces of a namespace', state.interfaces.size + 1, INTERFACES_LIMIT);
    const link: InterfaceState = {
      name,
      index: state.next_interface_index++,
      kind,
      mac: options.mac ?? this.nextMac(),
      mtu,
      up: true,
      latency_ms: 0,
      loss: 0,
      addresses: [],
      ...more,
    };
    state.interfaces.set(name, link);
    this.touch(namespace);
    for (const address of options.addresses ?? []) this.addAddress(state.id, name, address);
    return link;
  }

  /** Locally administered, counted up: the same build gives the same addresses. */
  private nextMac(): string {
    const digits = (this.state.next_mac++).toString(16).padStart(10, '0');
    return `02:${(digits.match(/../g) ?? []).join(':')}`;
  }

  /** Sets or replaces the peer for `peer.gateway`. */
  setVxlanPeer(namespace: string, name: string, peer: VxlanPeer): void {
    const vxlan = this.needInterface(namespace, name).vxlan;
    invariant(vxlan !== undefined, `${name} is no VXLAN`);
    vxlan.peers = [...vxlan.peers.filter((other) => other.gateway !== peer.gateway), peer];
    this.touch(this.need(namespace));
  }

  removeVxlanPeer(namespace: string, name: string, gateway: string): void {
    const vxlan = this.needInterface(namespace, name).vxlan;
    if (vxlan === undefined) return;
    vxlan.peers = vxlan.peers.filter((peer) => peer.gateway !== gateway);
    this.touch(this.need(namespace));
  }

  /** Removes an interface, a veth's other end with it, and the routes through it. */
  removeInterface(namespace: string, name: string): void {
    const owner = this.need(namespace);
    const link = owner.state.interfaces.get(name);
    if (link === undefined) return;
    owner.state.interfaces.delete(name);
    owner.state.routes = owner.state.routes.filter((route) => route.interface !== name);
    const wire = link.wire === undefined ? undefined : this.state.wires.get(link.wire);
    if (wire !== undefined) {
      wire.members = wire.members.filter(
        (member) => member.namespace !== namespace || member.interface !== name,
      );
    }
    this.touch(owner);
    const { peer } = link;
    if (peer !== undefined && this.hasNamespace(peer.namespace)) {
      this.removeInterface(peer.namespace, peer.interface);
    }
  }

  interface(namespace: string, name: string): InterfaceState | undefined {
    return this.state.namespaces.get(namespace)?.interfaces.get(name);
  }

  private needInterface(namespace: string, name: string): InterfaceState {
    const link = this.interface(namespace, name);
    invariant(link !== undefined, `${namespace} has no interface ${name}`);
    return link;
  }

  /** Link up or down, latency, jitter and loss: what a fault changes. */
  setLink(namespace: string, name: string, settings: LinkSettings): void {
    const link = this.needInterface(namespace, name);
    link.up = settings.up ?? link.up;
    link.latency_ms = settings.latency_ms ?? link.latency_ms;
    link.loss = settings.loss ?? link.loss;
    const jitter = settings.jitter_ms ?? link.jitter_ms ?? 0;
    if (jitter > 0) link.jitter_ms = jitter;
    else delete link.jitter_ms;
    this.relink();
  }

  /** Adds an address, and the route of its network unless it is one of one address; an address that is there stays. */
  addAddress(namespace: string, name: string, given: InterfaceAddress): void {
    const owner = this.need(namespace);
    const link = this.needInterface(namespace, name);
    const number = parseAddress(given.address);
    const address = { ...given, address: formatAddress(number) };
    if (link.addresses.some((own) => own.address === address.address)) return;
    link.addresses = link.addresses.concat(address);
    if (link.kind !== 'loopback' && address.prefix_length < widthOf(familyOf(number))) {
      const { routes } = owner.state;
      owner.state.routes = routes.concat(connectedRoute(name, address));
    }
    this.touch(owner);
  }

  removeAddress(namespace: string, name: string, text: string): void {
    const owner = this.need(namespace);
    const link = this.needInterface(namespace, name);
    const address = formatAddress(parseAddress(text));
    link.addresses = link.addresses.filter((own) => own.address !== address);
    owner.state.routes = owner.state.routes.filter(
      (route) => route.protocol !== 'kernel' || route.interface !== name || route.source !== address,
    );
    this.touch(owner);
  }

  /** Whether `address` is delivered to this namespace itself. */
  isLocalAddress(namespace: string, address: string): boolean {
    return this.need(namespace).isLocal(parseAddress(address));
  }

  /** Adds a route, or replaces the one with the same destination and metric. */
  setRoute(namespace: string, route: Route): void {
    const owner = this.need(namespace);
    const destination = formatPrefix(parsePrefix(route.destination));
    const same = (other: Route): boolean =>
      other.destination === destination && (other.metric ?? 0) === (route.metric ?? 0);
    const routes = [...owner.state.routes.filter((other) => !same(other)), { ...route, destination }];
    withinLimit('routes of a namespace', routes.length, ROUTES_LIMIT);
    owner.state.routes = routes;
    this.touch(owner);
  }

  removeRoute(namespace: string, destination: string): void {
    const owner = this.need(namespace);
    const prefix = formatPrefix(parsePrefix(destination));
    owner.state.routes = owner.state.routes.filter((route) => route.destination !== prefix);
    this.touch(owner);
  }

  routes(namespace: string): readonly Route[] {
    return this.need(namespace).state.routes;
  }

  /** What `ip route` or `ip -6 route` prints. */
  renderRoutes(namespace: string, family: AddressFamily = 'IPv4'): string {
    return renderRoutes(this.routes(namespace), family);
  }

  /** What `ip addr` prints, and with a family `ip -4 addr` or `ip -6 addr`. */
  renderAddresses(namespace: string, family?: AddressFamily): string {
    const interfaces = [...this.need(namespace).state.interfaces.values()];
    const peerIndex = ({ peer }: InterfaceState): number | undefined =>
      peer === undefined ? undefined : this.interface(peer.namespace, peer.interface)?.index;
    return renderAddresses(interfaces, peerIndex, family);
  }

  iptables(namespace: string): Iptables {
    return this.need(namespace).iptables;
  }

  /** The tables that IPv6 packets go through. */
  ip6tables(namespace: string): Iptables {
    return this.need(namespace).ip6tables;
  }

  nftables(namespace: string): Nftables {
    return this.need(namespace).nftables;
  }

  conntrack(namespace: string): Conntrack {
    return this.need(namespace).conntrack;
  }

  /** The queues of a namespace, none where it has none. */
  queues(namespace: string): readonly PacketQueue[] {
    return this.need(namespace).state.queues ?? [];
  }

  /** Replaces the queues of a namespace; an empty list takes them away. */
  setQueues(namespace: string, queues: readonly PacketQueue[]): void {
    this.need(namespace).setQueues(queues);
    this.changed();
  }

  listen(namespace: string, options: ListenOptions): ListenResult {
    const owner = this.need(namespace);
    const { protocol, address = '0.0.0.0', port, handler, data } = options;
    const number = boundAddress(address);
    if (number !== 0 && !owner.isLocal(number)) return { error: 'AddressNotAvailable' };
    if (owner.sockets.conflicts(protocol, number, port)) return { error: 'AddressInUse' };
    withinLimit('listening sockets of a namespace', owner.sockets.size + 1, LISTENERS_LIMIT);
    const id = this.state.next_listener++;
    const listener: Listener = deepFreeze({ id, namespace, protocol, address, port, handler, data });
    this.state.listeners.set(id, listener);
    owner.sockets.add(listener);
    this.changed();
    return { listener };
  }

  /** Closes a listener; its open connections are reset. */
  closeListener(id: number): void {
    const listener = this.state.listeners.get(id);
    if (listener === undefined) return;
    this.connections.resetAll(id);
    this.namespace(listener.namespace)?.sockets.remove(listener);
    this.state.listeners.delete(id);
    this.changed();
  }

  /** What listens in a namespace, in the order it was opened. */
  listeners(namespace: string): readonly Listener[] {
    return this.need(namespace).sockets.listeners();
  }

  connect(namespace: string, options: ConnectOptions): ConnectResult {
    return this.connections.connect(this.need(namespace), options);
  }

  sendDatagram(namespace: string, options: DatagramOptions): DatagramResult {
    return sendDatagram(this.exchange, this.need(namespace), options);
  }

  /** An ICMP echo. */
  ping(namespace: string, options: PingOptions): PingResult {
    return ping(this.exchange, this.need(namespace), options);
  }

  /** The client's end of a connection that is still open. */
  clientConnection(id: number): ClientConnection | undefined {
    return this.connections.find(id)?.client;
  }

  /** The server's end of a connection that is still open. */
  serverConnection(id: number): ServerConnection | undefined {
    return this.connections.find(id)?.server;
  }
}

function connectedRoute(name: string, address: InterfaceAddress): Route {
  const destination = formatPrefix(networkOf(address));
  return { destination, interface: name, source: address.address, protocol: 'kernel', scope: 'link' };
}
