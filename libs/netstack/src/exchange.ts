import { invariant } from '@podlab/kernel';
import { familyOf, isLoopback, parseAddress } from './address';
import type { Address, HeaderTuple } from './address';
import { Forwarder, INITIAL_TTL } from './forward';
import type { HandlerTable } from './handler-table';
import type { Namespace } from './namespace';
import type { Topology } from './neighbours';
import { PORT_UNREACHABLE } from './packet';
import type { IcmpError, Packet, PacketKind, Protocol } from './packet';
import { interfaceTowards, sourceOn } from './route-table';
import type { Listener, SendDisposition, SendOptions, SocketHandler, WalkEnd } from './socket';
import type { NetworkState } from './state';
import type { SocketDetail, StepAction, TraceRecorder } from './trace';
import type { Chance } from './walk';

/** Virtual milliseconds that Linux asks for a neighbour (three probes, a second apart) before it gives up. */
const NEIGHBOUR_TIMEOUT_MS = 3000;
export const DEFAULT_TIMEOUT_MS = 5000;
const EPHEMERAL_LOW = 32_768;
const EPHEMERAL_HIGH = 60_999;
/** Requests that handlers make while they answer one, one inside the other. */
const NESTING_LIMIT = 32;

/** The parts of a network that exchanges work on. */
export interface NetworkCore {
  readonly state: NetworkState;
  readonly topology: Topology;
  readonly chance: Chance;
  readonly handlers: HandlerTable<SocketHandler>;
}

/** Where a request starts and where it wants to go. */
export interface Origin extends HeaderTuple {
  readonly namespace: Namespace;
  readonly via: Address;
  readonly timeout_ms: number;
  readonly recorder: TraceRecorder | undefined;
}

/** How sending one packet and hearing of it went. */
export interface Failure {
  readonly disposition: SendDisposition;
  readonly elapsed_ms: number;
  readonly end: WalkEnd;
  /** Who refused: the source address of the answer. */
  readonly refused_by?: string;
  readonly refused_with?: IcmpError | 'tcp-reset';
}

/** Sends single packets for the sockets and hears what comes back of them. */
export class Exchange {
  readonly forwarder: Forwarder;
  private nesting = 0;
  private last_text = '';
  private last_address: Address = 0;

  constructor(readonly core: NetworkCore) {
    this.forwarder = new Forwarder(core.topology, core.chance);
  }

  /** Works out source address and port; a failure when the sender asks for what it can't have. */
  open(namespace: Namespace, protocol: Protocol, port: number, options: SendOptions): Origin | Failure {
    const via = options.via === undefined ? 0 : parseAddress(options.via);
    const destination = this.addressOf(options.destination);
    const wanted = options.source_address === undefined ? 0 : parseAddress(options.source_address);
    const strange = wanted !== 0 && familyOf(wanted) !== familyOf(destination);
    if (strange || (wanted !== 0 && !namespace.isLocal(wanted)))
      return localFailure(namespace, 'AddressNotAvailable');
    const sourcePort = options.source_port ?? this.ephemeralPort(namespace, protocol);
    const taken = options.source_port !== undefined && namespace.sockets.isTaken(protocol, sourcePort);
    if (sourcePort === 0 || taken) return localFailure(namespace, 'AddressInUse');
    return {
      namespace,
      protocol,
      source: wanted !== 0 ? wanted : chooseSource(namespace, destination, via),
      source_port: sourcePort,
      destination,
      destination_port: port,
      via,
      timeout_ms: options.timeout_ms ?? DEFAULT_TIMEOUT_MS,
      recorder: options.recorder,
    };
  }

  /** The address of a text; the one asked for last is remembered, as many connections go to the same. */
  private addressOf(text: string): Address {
    if (text !== this.last_text) {
      this.last_address = parseAddress(text);
      this.last_text = text;
    }
    return this.last_address;
  }

  /** Walks one packet from the origin; the header it had on arrival is in the packet that comes back. */
  send(origin: Origin, kind: PacketKind, ttl = INITIAL_TTL, payload?: Uint8Array, waitedMs = 0): Packet {
    const packet = packetOf(origin, kind, ttl);
    const { forwarder } = this;
    const { recorder } = origin;
    if (recorder !== undefined) this.noteSent(recorder, origin.namespace, packet, true, waitedMs);
    forwarder.payload = payload;
    forwarder.run(origin.namespace, packet, recorder, origin.via);
    return packet;
  }

  /** Walks an answer from where the request was delivered; true when it reaches the socket that asked. */
  reply(
    origin: Origin,
    from: Namespace,
    request: HeaderTuple,
    kind: PacketKind,
    payload?: Uint8Array,
  ): boolean {
    const { forwarder } = this;
    const { recorder } = origin;
    const packet = answerTo(request, kind);
    if (recorder !== undefined) this.noteSent(recorder, from, packet, false);
    forwarder.payload = payload;
    forwarder.run(from, packet, recorder);
    if (forwarder.code !== 'Local') return false;
    const expected = forwarder.namespace === origin.namespace && isAnswerTo(origin, packet);
    if (recorder !== undefined) {
      const detail: SocketDetail = { event: expected ? 'Received' : 'NoListener', kind };
      recorder.step(this.socketStep(packet, expected ? 'Delivered' : 'Dropped', detail));
    }
    if (!expected) forwarder.code = 'NoListener';
    return expected;
  }

  /** A packet leaves its socket: a hop of the trace begins. */
  noteSent(recorder: TraceRecorder, from: Namespace, packet: Packet, asRequest: boolean, waitedMs = 0): void {
    recorder.direction = asRequest ? 'request' : 'reply';
    recorder.enter(from.id, undefined);
    const sent = { event: 'Sent', kind: packet.kind } as const;
    const detail = waitedMs > 0 ? { ...sent, waited_ms: waitedMs } : sent;
    recorder.step(this.socketStep(packet, asRequest ? 'Forwarded' : 'Answered', detail));
  }

  /** A segment of a connection reached the socket at the other side, that of `listener` or the client's. */
  noteArrived(recorder: TraceRecorder, packet: Packet, listener: Listener | undefined): void {
    const { kind } = packet;
    const detail: SocketDetail =
      listener === undefined
        ? { event: 'Received', kind }
        : { event: 'Accepted', kind, listener: listener.id, handler: listener.handler };
    recorder.step(this.socketStep(packet, 'Delivered', detail));
  }

  /** The listener that a packet was delivered to, told to the trace either way. */
  accept(origin: Origin, packet: Packet): Listener | undefined {
    const { forwarder } = this;
    const { recorder } = origin;
    const { namespace } = forwarder;
    const listener = namespace.sockets.find(packet.protocol, packet.destination, packet.destination_port);
    if (listener === undefined) {
      recorder?.step(this.socketStep(packet, 'Rejected', { event: 'NoListener', kind: packet.kind }));
      forwarder.code = 'NoListener';
      forwarder.rejection =
        packet.protocol === 'TCP' || packet.protocol === 'SCTP'
          ? 'tcp-reset'
          : PORT_UNREACHABLE[familyOf(packet.destination)];
      return undefined;
    }
    if (recorder !== undefined) {
      const detail: SocketDetail = {
        event: 'Accepted',
        kind: packet.kind,
        listener: listener.id,
        handler: listener.handler,
      };
      recorder.step(this.socketStep(packet, 'Delivered', detail));
      recorder.markAccepting();
    }
    return listener;
  }

  /** What became of a request whose packet stopped: the refusal, if there is one, walks back to the sender. */
  fail(origin: Origin, returning: boolean, elapsedMs: number): Failure {
    const { forwarder } = this;
    const end = this.end(returning);
    const rejection = forwarder.rejection;
    let elapsed = elapsedMs;
    if (!forwarder.carrying && isAtSender(end, origin))
      return { disposition: 'NoRoute', elapsed_ms: elapsed, end };
    if (end.code === 'NeighbourFailed') elapsed += NEIGHBOUR_TIMEOUT_MS;
    if (rejection !== undefined && !returning && this.bounce(origin)) {
      elapsed += forwarder.latency_ms;
      const refused_by = forwarder.addressText(forwarder.packet.source);
      const told = { end, refused_by, refused_with: rejection };
      if (elapsed < origin.timeout_ms) return { disposition: 'Refused', elapsed_ms: elapsed, ...told };
    }
    return { disposition: 'TimedOut', elapsed_ms: origin.timeout_ms, end };
  }

  /** How the last walk ended. */
  end(returning: boolean): WalkEnd {
    const { forwarder } = this;
    const code = forwarder.code === 'Local' ? 'Accepted' : forwarder.code;
    const where = { code, namespace: forwarder.namespace.id, interface: forwarder.in_link?.name, returning };
    const { rule, queue } = forwarder;
    if (queue !== undefined) return { ...where, queue };
    return rule === undefined ? where : { ...where, rule };
  }

  /** Walks the refusal of the last packet back; true when it reaches the socket that sent it. */
  bounce(origin: Origin): boolean {
    const { forwarder } = this;
    const { recorder } = origin;
    const from = forwarder.namespace;
    const rejection = forwarder.rejection;
    invariant(rejection !== undefined, 'only a refused packet bounces');
    const { packet, flow } = forwarder.answer(rejection);
    if (recorder !== undefined) {
      recorder.direction = 'reply';
      recorder.enter(from.id, undefined);
      recorder.step(
        this.socketStep(packet, 'Answered', { event: 'Sent', kind: packet.kind, error: rejection }),
      );
    }
    forwarder.run(from, packet, recorder, 0, flow);
    if (forwarder.code !== 'Local' || forwarder.namespace !== origin.namespace) return false;
    const mine = packet.kind === 'rst' ? isAnswerTo(origin, packet) : isAbout(origin, packet);
    if (mine && recorder !== undefined) {
      const event = rejection === 'tcp-reset' ? 'Refused' : 'Unreachable';
      recorder.step(this.socketStep(packet, 'Delivered', { event, kind: packet.kind, error: rejection }));
    }
    return mine;
  }

  /** Runs what a handler does; undefined when handlers call one another too deep. */
  nested<T>(run: () => T): T | undefined {
    if (this.nesting >= NESTING_LIMIT) return undefined;
    this.nesting++;
    try {
      return run();
    } finally {
      this.nesting--;
    }
  }

  handler(listener: Listener): SocketHandler {
    const handler = this.core.handlers.get(listener.handler);
    invariant(handler !== undefined, `no socket handler is registered as ${listener.handler}`);
    return handler;
  }

  private socketStep(
    packet: Packet,
    action: StepAction,
    detail: SocketDetail,
  ): Parameters<TraceRecorder['step']>[0] {
    const header = this.forwarder.headerOf(packet);
    return { type: 'Socket', action, before: header, after: header, detail };
  }

  private ephemeralPort(namespace: Namespace, protocol: Protocol): number {
    const { state, sockets } = namespace;
    for (let tries = EPHEMERAL_HIGH - EPHEMERAL_LOW; tries >= 0; tries--) {
      const port = state.next_ephemeral_port;
      state.next_ephemeral_port = port >= EPHEMERAL_HIGH ? EPHEMERAL_LOW : port + 1;
      if (!sockets.isTaken(protocol, port)) return port;
    }
    return 0;
  }
}

function localFailure(namespace: Namespace, code: 'AddressInUse' | 'AddressNotAvailable'): Failure {
  const end = { code, namespace: namespace.id, interface: undefined, returning: false };
  return { disposition: code === 'AddressInUse' ? 'Refused' : 'NoRoute', elapsed_ms: 0, end };
}

/** Models linux source address selection: the address itself on loopback, the route's hint, the interface's own. */
function chooseSource(namespace: Namespace, destination: Address, via: Address): Address {
  const family = familyOf(destination);
  if (via !== 0) {
    const name = interfaceTowards(via, namespace.state.interfaces);
    const link = name === undefined ? undefined : namespace.link(name);
    return (link === undefined ? 0 : sourceOn(link.state, via, family)) || namespace.firstAddress(family);
  }
  if (isLoopback(destination)) return family === 'IPv4' ? LOOPBACK_ADDRESS : destination;
  if (namespace.isLocal(destination)) return destination;
  return namespace.route(destination)?.source || namespace.firstAddress(family);
}

const LOOPBACK_ADDRESS = parseAddress('127.0.0.1');

function isAtSender(end: WalkEnd, origin: Origin): boolean {
  if (end.namespace !== origin.namespace.id || end.interface !== undefined) return false;
  return end.code.endsWith('Route') || end.code === 'Martian';
}

function packetOf(tuple: HeaderTuple, kind: PacketKind, ttl: number): Packet {
  return {
    protocol: tuple.protocol,
    source: tuple.source,
    source_port: tuple.source_port,
    destination: tuple.destination,
    destination_port: tuple.destination_port,
    ttl,
    mark: 0,
    kind,
    error: undefined,
    inner: undefined,
  };
}

function answerTo(request: HeaderTuple, kind: PacketKind): Packet {
  return {
    protocol: request.protocol,
    source: request.destination,
    source_port: request.destination_port,
    destination: request.source,
    destination_port: request.source_port,
    ttl: INITIAL_TTL,
    mark: 0,
    kind,
    error: undefined,
    inner: undefined,
  };
}

function isAnswerTo(origin: HeaderTuple, packet: HeaderTuple): boolean {
  return (
    packet.destination === origin.source &&
    packet.destination_port === origin.source_port &&
    packet.source === origin.destination &&
    packet.source_port === origin.destination_port
  );
}

function isAbout(origin: HeaderTuple, packet: Packet): boolean {
  const { inner } = packet;
  return (
    inner !== undefined &&
    inner.source === origin.source &&
    inner.source_port === origin.source_port &&
    inner.destination === origin.destination &&
    inner.destination_port === origin.destination_port
  );
}
