import { invariant } from '@podlab/kernel';
import { familyOf, hashAddress, isLoopback } from './address';
import type { Address, AddressFamily, HeaderTuple } from './address';
import { findNeighbour } from './neighbours';
import type { Captures } from './capture';
import type { Link, Namespace, Neighbour } from './namespace';
import { NetfilterWalk } from './netfilter';
import type { Header, IcmpError, Packet } from './packet';
import { interfaceTowards } from './route-table';
import type { CompiledRoute } from './route-table';
import type { ArpDetail, RoutingDetail, TraceRecorder, TupleText } from './trace';
import type { AttachedFlow, Rejection } from './walk';

/** Arrivals in a namespace before a packet counts as going in circles; the TTL ends most loops sooner. */
const HOP_LIMIT = 128;
/** Time to live of a packet that is made here. */
export const INITIAL_TTL = 64;
const LOOPBACK = 'lo';
const DELIVERED_HERE: RoutingDetail = Object.freeze({ result: 'Local', table: 'local' } as const);

/** What a walk does next. */
type Phase = 'output' | 'postrouting' | 'transmit' | 'bridge' | 'arrive' | 'route' | 'input' | 'done';

interface Carried {
  readonly packet: Packet;
  readonly vni: number;
}

/** Takes one packet at a time from where it is made to where it ends, through every table on the way. */
export class Forwarder extends NetfilterWalk {
  in_link: Link | undefined;
  /** Who listens on interfaces, where the network has such. */
  captures: Captures | undefined;
  private neighbour: Neighbour | undefined;
  private via: Address = 0;
  private carried: Carried[] = [];
  /** The header before a router took one from its time to live. */
  private departing: Header | undefined;

  /**
   * Walks `packet`, made in `namespace`, to its end. Afterwards `code` is `Local` where it was delivered (to
   * `this.namespace`, with the header it has now), else why not; `rejection` asks for an answer (see {@link answer}).
   */
  run(
    namespace: Namespace,
    packet: Packet,
    recorder: TraceRecorder | undefined,
    via: Address = 0,
    flow?: AttachedFlow,
  ): void {
    this.namespace = namespace;
    this.packet = packet;
    this.recorder = recorder;
    this.via = via;
    this.code = 'Local';
    this.rule = undefined;
    this.queue = undefined;
    this.rejection = undefined;
    if (this.captures !== undefined && this.captures.size > 0) this.captures.begin();
    this.latency_ms = 0;
    this.volatile = false;
    this.touched.length = 0;
    this.carried = [];
    this.carrying = false;
    this.clearConntrack();
    if (flow !== undefined) this.attach(flow);
    let arrivals = 0;
    for (let phase: Phase = 'output'; phase !== 'done';) {
      if (phase === 'arrive' && ++arrivals > HOP_LIMIT) {
        this.stop('HopLimit');
        phase = 'done';
      } else {
        phase = this.perform(phase);
      }
    }
    // Nobody hears what happens to a packet that only carried another.
    if (this.carrying) this.rejection = undefined;
    this.recorder = undefined;
    this.payload = undefined;
  }

  /** The packet that tells the sender of a refusal, and the flow it belongs to. */
  answer(rejection: Rejection): { readonly packet: Packet; readonly flow: AttachedFlow | undefined } {
    const { packet, conntrack_entry: entry } = this;
    const made = rejection === 'tcp-reset' ? resetOf(packet) : this.errorAbout(packet, rejection);
    const state = rejection === 'tcp-reset' ? 'ESTABLISHED' : 'RELATED';
    return { packet: made, flow: entry === undefined ? undefined : { entry, reply: !this.reply, state } };
  }

  /**
   * Models linux net/ipv4/icmp.c icmp_send and net/ipv6/icmp.c icmp6_send: the packet's own target speaks if it is local,
   * else the way back's address, or that of the interface that it came by where the sysctl says so.
   */
  private errorAbout(packet: Packet, error: Exclude<Rejection, 'tcp-reset'>): Packet {
    const { namespace } = this;
    const local = namespace.isLocal(packet.destination);
    const back = namespace.isLocal(packet.source) ? packet.source : namespace.route(packet.source)?.source;
    const inbound = local ? undefined : this.inboundAddress(packet.source);
    const source = local
      ? packet.destination
      : (inbound ?? (back || namespace.firstAddress(familyOf(packet.destination))));
    const inner: HeaderTuple = {
      protocol: packet.protocol,
      source: packet.source,
      source_port: packet.source_port,
      destination: packet.destination,
      destination_port: packet.destination_port,
    };
    const tuple = {
      protocol: 'ICMP' as const,
      source,
      source_port: 0,
      destination: packet.source,
      destination_port: 0,
    };
    return { ...tuple, ttl: INITIAL_TTL, mark: 0, kind: 'icmp-error', error, inner };
  }

  /** Linux has the setting for IPv4 only; here a router speaks in one voice. */
  private inboundAddress(peer: Address): Address | undefined {
    if (this.namespace.state.sysctls.get(INBOUND_ERRORS) !== 1) return undefined;
    return this.in_link?.addressFor(peer);
  }

  private perform(phase: Exclude<Phase, 'done'>): Phase {
    switch (phase) {
      case 'output':
        return this.output();
      case 'postrouting':
        return this.passHook('POSTROUTING') ? 'transmit' : 'done';
      case 'transmit':
        return this.transmit();
      case 'bridge':
        return this.passBridge();
      case 'arrive':
        return this.arrive();
      case 'route':
        return this.routeArrived();
      case 'input':
        return this.input();
    }
  }

  private output(): Phase {
    this.in_link = undefined;
    this.in_interface = undefined;
    if (!this.routeOutput()) return 'done';
    const { destination } = this.packet;
    if (!this.passHook('OUTPUT')) return 'done';
    if (this.packet.destination !== destination && !this.routeOutput()) return 'done';
    return 'postrouting';
  }

  /** Chooses interface and gateway for a packet made here. */
  private routeOutput(): boolean {
    const { packet, namespace } = this;
    if (this.via !== 0) {
      const name = interfaceTowards(this.via, namespace.state.interfaces);
      if (name === undefined) return this.unroutable('NoRoute', undefined);
      return this.leaveBy(name, this.via, undefined);
    }
    if (namespace.isLocal(packet.destination)) return this.leaveBy(LOOPBACK, packet.destination, undefined);
    return this.leaveByRoute(namespace.route(packet.destination));
  }

  private leaveByRoute(found: CompiledRoute | undefined): boolean {
    const kind = found?.route.kind ?? 'unicast';
    if (kind !== 'unicast') return this.unroutable(REFUSED_BY[kind], found);
    if (found === undefined || found.interface_name === undefined) return this.unroutable('NoRoute', found);
    const way = found.wayOf(this.packet);
    const gateway = way.gateway === 0 ? this.packet.destination : way.gateway;
    return this.leaveBy(way.interface_name ?? found.interface_name, gateway, found);
  }

  private leaveBy(name: string, gateway: Address, found: CompiledRoute | undefined): boolean {
    const { namespace } = this;
    const link = namespace.link(name);
    if (link === undefined) return this.unroutable('NoRoute', found);
    if (isLoopback(this.packet.source) && !link.is_loopback && !routesLocalnet(namespace, gateway, name)) {
      this.note('Routing', 'Dropped', { result: 'Martian', interface: name });
      this.stop('Martian');
      return false;
    }
    this.out_link = link;
    this.out_interface = name;
    this.gateway = gateway;
    if (this.recorder !== undefined) this.noteRoute(link, found);
    return true;
  }

  private noteRoute(link: Link, found: CompiledRoute | undefined): void {
    const after = this.snapshot();
    this.write('Routing', 'Forwarded', this.departing ?? after, after, this.routeDetail(link, found));
  }

  private routeDetail(link: Link, found: CompiledRoute | undefined): RoutingDetail {
    const local = link.is_loopback;
    const gateway = local || this.gateway === this.packet.destination ? 0 : this.gateway;
    const known = found?.told;
    if (known?.interface === link.name && found?.told_gateway === gateway) return known;
    const detail: RoutingDetail = {
      result: local ? 'Local' : 'Unicast',
      table: local ? 'local' : found === undefined ? 'override' : 'main',
      route: found?.text,
      interface: link.name,
      gateway: gateway === 0 ? undefined : this.addressText(gateway),
    };
    if (found !== undefined) {
      found.told = detail;
      found.told_gateway = gateway;
    }
    return detail;
  }

  /** There is no way on: says so, and lets a router tell the sender. */
  private unroutable(
    result: 'NoRoute' | 'Unreachable' | 'Blackhole' | 'Prohibited',
    found: CompiledRoute | undefined,
  ): boolean {
    this.note('Routing', result === 'Blackhole' ? 'Dropped' : 'Rejected', { result, route: found?.text });
    const unreachable =
      this.in_link === undefined ? undefined : UNREACHABLE[familyOf(this.packet.destination)];
    if (result === 'Blackhole') this.stop('BlackholeRoute');
    else if (result === 'Prohibited') this.stop('ProhibitedRoute', unreachable?.prohibited);
    else if (result === 'Unreachable') this.stop('UnreachableRoute', unreachable?.route);
    else this.stop('NoRoute', unreachable?.network);
    return false;
  }

  private transmit(): Phase {
    const link = this.out_link;
    invariant(link !== undefined, 'a packet leaves by an interface');
    if (link.is_loopback) {
      this.in_link = link;
      return 'arrive';
    }
    const { recorder } = this;
    if (!link.state.up) return this.lose('LinkDown', 'Down', link, undefined);
    const neighbour = findNeighbour(this.topology, link, this.gateway);
    if (neighbour === undefined) {
      this.note('Arp', 'Dropped', {
        event: 'Failed',
        ...this.solicitation(link),
      });
      this.stop('NeighbourFailed', UNREACHABLE[familyOf(this.gateway)].neighbour);
      return 'done';
    }
    if (recorder !== undefined) {
      neighbour.arp ??= {
        event: 'Resolved',
        ...this.solicitation(link),
        mac: neighbour.mac,
      };
      this.note('Arp', 'Forwarded', neighbour.arp);
    }
    const latency = this.latencyOf(neighbour);
    if (neighbour.loss > 0 && this.random() < neighbour.loss)
      return this.lose('LinkLoss', 'Lost', link, neighbour);
    const captured = this.captures !== undefined && this.captures.size > 0;
    if (captured) this.captureLeaving(link, neighbour);
    this.latency_ms += latency;
    if (captured) this.captures?.cross(latency);
    if (captured) this.captureEntering(link, neighbour);
    if (neighbour.remote !== 0) return this.encapsulate(link, neighbour);
    if (recorder !== undefined) this.noteCrossing(link, neighbour, latency);
    this.neighbour = neighbour;
    if (neighbour.bridge !== undefined) return 'bridge';
    this.moveTo(neighbour.link);
    return 'arrive';
  }

  /** Shows the packet to whoever listens where it leaves, and on the port of a bridge that it passes on its way. */
  private captureLeaving(link: Link, neighbour: Neighbour): void {
    const { captures, namespace } = this;
    captures?.pass(this, namespace.id, link.name, 'Out');
    const far = neighbour.link.state.peer;
    if (link.state.kind === 'bridge' && far?.namespace === namespace.id)
      captures?.pass(this, namespace.id, far.interface, 'Out');
  }

  /** The same on the far end of a veth pair that is the port of a bridge. */
  private captureEntering(link: Link, neighbour: Neighbour): void {
    const { peer } = link.state;
    if (link.state.kind === 'veth' && peer !== undefined && neighbour.link.state.kind !== 'veth')
      this.captures?.pass(this, peer.namespace, peer.interface, 'In');
  }

  /** What was asked on layer 2. */
  private solicitation(link: Link): Pick<ArpDetail, 'protocol' | 'interface' | 'address'> {
    const asked = { interface: link.name, address: this.addressText(this.gateway) };
    return familyOf(this.gateway) === 'IPv4' ? asked : { protocol: 'NeighbourDiscovery', ...asked };
  }

  /** What this one crossing takes. */
  private latencyOf({ latency_ms, jitter_ms }: Neighbour): number {
    return jitter_ms === 0 ? latency_ms : Math.max(latency_ms + (2 * this.random() - 1) * jitter_ms, 0);
  }

  private noteCrossing(link: Link, neighbour: Neighbour, latency_ms: number): void {
    const { bridge, crossed } = neighbour;
    if (crossed?.latency_ms === latency_ms) return this.note('Link', 'Forwarded', crossed);
    neighbour.crossed = {
      event: 'Crossed',
      interface: link.name,
      to:
        bridge === undefined
          ? { namespace: neighbour.link.namespace.id, interface: neighbour.link.name }
          : { namespace: bridge.namespace.id, interface: bridge.in_port },
      latency_ms,
    };
    this.note('Link', 'Forwarded', neighbour.crossed);
  }

  private lose(
    code: 'LinkDown' | 'LinkLoss',
    event: 'Down' | 'Lost',
    link: Link,
    neighbour: Neighbour | undefined,
  ): Phase {
    const latency = neighbour?.latency_ms ?? 0;
    this.note('Link', 'Dropped', { event, interface: link.name, latency_ms: latency });
    this.stop(code);
    return 'done';
  }

  private moveTo(link: Link): void {
    this.namespace = link.namespace;
    this.in_link = link;
    this.out_link = undefined;
    this.packet.mark = 0;
    this.clearConntrack();
    this.enter(link);
  }

  /** A frame that only passes a bridge: its namespace's iptables see it when the sysctl says so. */
  private passBridge(): Phase {
    const neighbour = this.neighbour as Neighbour;
    const crossing = neighbour.bridge;
    invariant(crossing !== undefined, 'the neighbour is behind a bridge');
    const { bridge } = crossing;
    this.moveTo(bridge);
    if (this.captures !== undefined && this.captures.size > 0)
      this.captures.pass(this, bridge.namespace.id, crossing.in_port, 'In');
    const { destination } = this.packet;
    if (bridge.namespace.filtersBridges(destination)) {
      this.in_interface = bridge.name;
      this.out_interface = undefined;
      if (!this.passHook('PREROUTING')) return 'done';
      if (this.packet.destination !== destination) return 'route';
      this.out_link = bridge;
      this.out_interface = bridge.name;
      if (!this.passHook('FORWARD') || !this.passHook('POSTROUTING')) return 'done';
    }
    if (this.captures !== undefined && this.captures.size > 0)
      this.captures.pass(this, bridge.namespace.id, crossing.out_port, 'Out');
    if (this.recorder !== undefined) {
      neighbour.bridged ??= {
        event: 'Crossed',
        interface: crossing.out_port,
        via: bridge.name,
        to: { namespace: neighbour.link.namespace.id, interface: neighbour.link.name },
        latency_ms: 0,
      };
      this.note('Link', 'Forwarded', neighbour.bridged);
    }
    this.moveTo(neighbour.link);
    return 'arrive';
  }

  private arrive(): Phase {
    const link = this.in_link;
    invariant(link !== undefined, 'a packet arrives by an interface');
    const looped = link.is_loopback;
    if (this.captures !== undefined && this.captures.size > 0)
      this.captures.pass(this, this.namespace.id, link.name, 'In');
    this.in_interface = link.name;
    this.out_interface = undefined;
    if (!this.passHook('PREROUTING')) return 'done';
    // A looped packet keeps the decision made when it left.
    return looped ? 'input' : 'route';
  }

  private routeArrived(): Phase {
    const { packet, namespace } = this;
    if (isMartian(namespace, packet, this.in_interface)) {
      this.note('Routing', 'Dropped', { result: 'Martian' });
      this.stop('Martian');
      return 'done';
    }
    if (namespace.isLocal(packet.destination)) {
      if (this.recorder !== undefined) this.note('Routing', 'Forwarded', DELIVERED_HERE);
      return 'input';
    }
    if (!namespace.forwards(packet.destination)) {
      this.note('Routing', 'Dropped', { result: 'ForwardingDisabled' });
      this.stop('ForwardingDisabled');
      return 'done';
    }
    if (packet.ttl <= 1) {
      this.note('Routing', 'Rejected', { result: 'TtlExceeded' });
      this.stop('TtlExceeded', UNREACHABLE[familyOf(packet.destination)].late);
      return 'done';
    }
    if (!this.forwardByRoute()) return 'done';
    return this.passHook('FORWARD') ? 'postrouting' : 'done';
  }

  /** Routes a packet on; the one hop it costs shows in the same step. */
  private forwardByRoute(): boolean {
    this.departing = this.recorder === undefined ? undefined : this.snapshot();
    this.packet.ttl--;
    const found = this.leaveByRoute(this.namespace.route(this.packet.destination));
    this.departing = undefined;
    return found;
  }

  private input(): Phase {
    if (!this.passHook('INPUT')) return 'done';
    return this.carried.length > 0 ? this.decapsulate() : 'done';
  }

  /** Wraps the packet into a UDP datagram for the peer that holds the gateway, and sends that. */
  private encapsulate(link: Link, neighbour: Neighbour): Phase {
    const { packet } = this;
    const vxlan = link.state.vxlan;
    invariant(vxlan !== undefined, 'only a VXLAN interface encapsulates');
    if (this.carried.length > 0) {
      this.stop('HopLimit');
      return 'done';
    }
    const before = this.recorder === undefined ? undefined : this.snapshot();
    this.carried.push({ packet, vni: vxlan.vni });
    this.carrying = true;
    this.packet = {
      protocol: 'UDP',
      source: link.tunnel_source,
      source_port: flowPort(packet),
      destination: neighbour.remote,
      destination_port: vxlan.port,
      ttl: INITIAL_TTL,
      mark: packet.mark,
      kind: 'datagram',
      error: undefined,
      inner: undefined,
    };
    if (before !== undefined) {
      const after = this.snapshot();
      const detail = {
        event: 'Encapsulated',
        interface: link.name,
        vni: vxlan.vni,
        outer: outerOf(after),
      } as const;
      this.write('Encapsulation', 'Translated', before, after, detail);
    }
    this.clearConntrack();
    this.via = 0;
    return 'output';
  }

  private decapsulate(): Phase {
    const { packet: outer } = this;
    const inside = this.carried[this.carried.length - 1];
    const link = this.vxlanFor(outer, inside.vni);
    if (link === undefined) {
      this.note('Socket', 'Dropped', { event: 'NoListener', kind: outer.kind });
      this.stop('NoListener');
      return 'done';
    }
    const before = this.recorder === undefined ? undefined : this.snapshot();
    this.carried.pop();
    this.carrying = false;
    this.packet = inside.packet;
    this.packet.mark = 0;
    this.clearConntrack();
    this.in_link = link;
    if (before !== undefined) {
      const detail = {
        event: 'Decapsulated',
        interface: link.name,
        vni: inside.vni,
        outer: outerOf(before),
      } as const;
      this.write('Encapsulation', 'Translated', before, this.snapshot(), detail);
    }
    return 'arrive';
  }

  private vxlanFor(outer: Packet, vni: number): Link | undefined {
    for (const link of this.namespace.links()) {
      const { vxlan, up } = link.state;
      if (vxlan?.vni !== vni || vxlan.port !== outer.destination_port || !up) continue;
      if (familyOf(link.tunnel_source) === familyOf(outer.destination)) return link;
    }
    return undefined;
  }
}

const INBOUND_ERRORS = 'net.ipv4.icmp_errors_use_inbound_ifaddr';

/** What a router sends back, by family. Models linux net/ipv6/route.c and ip6_output.c for IPv6. */
const UNREACHABLE: Readonly<Record<AddressFamily, Readonly<Record<string, IcmpError>>>> = {
  IPv4: {
    network: 'icmp-net-unreachable',
    route: 'icmp-host-unreachable',
    neighbour: 'icmp-host-unreachable',
    prohibited: 'icmp-admin-prohibited',
    late: 'icmp-time-exceeded',
  },
  IPv6: {
    network: 'icmp6-no-route',
    route: 'icmp6-no-route',
    neighbour: 'icmp6-addr-unreachable',
    prohibited: 'icmp6-adm-prohibited',
    late: 'icmp6-time-exceeded',
  },
};

const REFUSED_BY = { blackhole: 'Blackhole', unreachable: 'Unreachable', prohibit: 'Prohibited' } as const;

/**
 * Models linux net/ipv4/route.c ip_route_input_slow and fib_validate_source: loopback and own addresses stay inside;
 * and net/ipv6/ip6_input.c ip6_rcv_core, which asks for loopback only.
 */
function isMartian(namespace: Namespace, packet: Packet, arrivedAt: string | undefined): boolean {
  if (isLoopback(packet.source) || isLoopback(packet.destination))
    return !routesLocalnet(namespace, packet.source, arrivedAt);
  return familyOf(packet.source) === 'IPv4' && namespace.isLocal(packet.source);
}

/** Whether loopback addresses may be routed, by any interface or by this one: IPv6 has no such setting. */
function routesLocalnet(namespace: Namespace, address: Address, name: string | undefined): boolean {
  const { sysctls } = namespace.state;
  const allows = (scope: string) => sysctls.get(`net.ipv4.conf.${scope}.route_localnet`) === 1;
  return familyOf(address) === 'IPv4' && (allows('all') || (name !== undefined && allows(name)));
}

function resetOf(packet: Packet): Packet {
  return {
    protocol: packet.protocol,
    source: packet.destination,
    source_port: packet.destination_port,
    destination: packet.source,
    destination_port: packet.source_port,
    ttl: INITIAL_TTL,
    mark: 0,
    kind: 'rst',
    error: undefined,
    inner: undefined,
  };
}

/** The outer source port stands for the inner flow, so that routers between could spread flows. */
function flowPort(packet: Packet): number {
  const hash = Math.imul(
    hashAddress(packet.source) ^ Math.imul(hashAddress(packet.destination), 0x85ebca6b),
    0xc2b2ae35,
  );
  return 32_768 + ((hash >>> 16) % 28_232);
}

function outerOf(header: Header): TupleText {
  const { source, source_port, destination, destination_port } = header;
  return { source, source_port, destination, destination_port };
}
