import { invariant, withinLimit } from '@podlab/kernel';
import type { Address, HeaderTuple } from './address';
import { Asides } from './asides';
import { acknowledgeFin, finish } from './conntrack-flow';
import type { ConntrackEntry } from './conntrack-types';
import { DEFAULT_TIMEOUT_MS } from './exchange';
import type { Exchange, Failure, Origin } from './exchange';
import { INITIAL_TTL } from './forward';
import { ClientEnd, ServerEnd } from './connection-ends';
import type { Namespace } from './namespace';
import type { Header, Packet, PacketKind } from './packet';
import type { ConnectOptions, ConnectResult, Listener, WalkEnd } from './socket';
import type { ConnectionState } from './state';
import type { ApplicationDetail, RawHop, TraceRecorder } from './trace';

const OPEN_CONNECTIONS_LIMIT = 20_000;
/** First wait for an answer before a segment is sent again; each next one is twice as long. */
const HANDSHAKE_RETRY_MS = 1000;
const DATA_RETRY_MS = 200;

/** That a like packet got through at this instant in this network: it need not be walked again. */
interface Proof {
  changes: number;
  at: number;
  latency_ms: number;
}

/** A connection at work: its state, its two ends, and what is known without asking again. */
export class Flow {
  readonly client: ClientEnd;
  readonly server: ServerEnd;
  readonly request_proof: Proof = { changes: -1, at: -1, latency_ms: 0 };
  readonly reply_proof: Proof = { changes: -1, at: -1, latency_ms: 0 };
  /** Conntrack entries that the last segment from the client passed. */
  entries: readonly ConntrackEntry[] = [];
  /** Where the application's first answer is to be noted, while a trace is recorded. */
  accepting: RawHop | undefined;
  accepting_header: Header | undefined;
  /** There while a trace is recorded, for {@link asides}. */
  recorder: TraceRecorder | undefined;
  private own_asides: Asides | undefined;
  /** How the last exchange ended that the server made to answer, where it failed. */
  onward: WalkEnd | undefined;
  /** Where the way of each segment is written, while somebody wants to know it. */
  segments: TraceRecorder | undefined;
  /** Where the last segment stopped, when it did not arrive. */
  failure: WalkEnd | undefined;

  constructor(
    readonly state: ConnectionState,
    connections: Connections,
  ) {
    this.client = new ClientEnd(this, connections);
    this.server = new ServerEnd(this, connections);
  }

  /** Writes the way of all segments from now on into `recorder`. */
  trace(recorder: TraceRecorder | undefined): void {
    this.segments = recorder;
    this.recorder = recorder;
    this.own_asides = undefined;
  }

  /** Where the application tells more than its answer, until it has answered. */
  get asides(): Asides | undefined {
    const { recorder, accepting, accepting_header: header, state } = this;
    if (!recorder || !accepting || !header) return undefined;
    this.own_asides ??= new Asides(recorder, accepting, header, state.listener.handler);
    return this.own_asides;
  }
}

/** The connections of a network: the handshake, what flows over them, and their end. */
export class Connections {
  private readonly flows = new Map<number, Flow>();

  constructor(readonly exchange: Exchange) {
    for (const state of exchange.core.state.connections.values()) this.add(new Flow(state, this));
  }

  find(id: number): Flow | undefined {
    return this.flows.get(id);
  }

  addressText(address: Address): string {
    return this.exchange.forwarder.addressText(address);
  }

  /** Whether the process that took the connection still listens. */
  private isServed(flow: Flow): boolean {
    return this.exchange.core.state.listeners.has(flow.state.listener.id);
  }

  connect(namespace: Namespace, options: ConnectOptions): ConnectResult {
    const { exchange } = this;
    const origin = exchange.open(namespace, options.protocol, options.port, options);
    if ('disposition' in origin) return origin;
    const limit = OPEN_CONNECTIONS_LIMIT;
    withinLimit('open connections', exchange.core.state.connections.size + 1, limit);
    let elapsed = 0;
    for (let wait = HANDSHAKE_RETRY_MS; ; wait *= 2) {
      const result = this.shakeHands(origin, elapsed);
      if (result.end.code !== 'LinkLoss' || elapsed + wait >= origin.timeout_ms) return result;
      elapsed += wait;
    }
  }

  private shakeHands(origin: Origin, elapsedBefore: number): ConnectResult {
    const { exchange } = this;
    const { forwarder } = exchange;
    const packet = exchange.send(origin, 'syn', INITIAL_TTL, undefined, elapsedBefore);
    let elapsed = elapsedBefore + forwarder.latency_ms;
    if (forwarder.code !== 'Local') return exchange.fail(origin, false, elapsed);
    const listener = exchange.accept(origin, packet);
    if (listener === undefined) return exchange.fail(origin, false, elapsed);
    const { namespace } = forwarder;
    const header = origin.recorder === undefined ? undefined : forwarder.headerOf(packet);
    const end = exchange.end(false);
    const arrived = exchange.reply(origin, namespace, packet, 'syn-ack');
    elapsed += forwarder.latency_ms;
    if (!arrived) return exchange.fail(origin, true, elapsed);
    if (elapsed >= origin.timeout_ms) return this.tooLate(origin);
    const flow = this.open(origin, listener, namespace, packet, elapsed);
    this.prove(flow.reply_proof);
    flow.accepting = origin.recorder?.accepting;
    flow.accepting_header = header;
    flow.recorder = origin.recorder;
    const result: ConnectResult = {
      disposition: 'Connected',
      connection: flow.client,
      elapsed_ms: elapsed,
      end,
    };
    // The third segment of the handshake shows whether the established flow passes, too.
    this.walk(flow, true, 'data');
    exchange.nested(() => exchange.handler(listener).onOpen?.(flow.server));
    return result;
  }

  private tooLate(origin: Origin): Failure {
    const end = { ...this.exchange.end(true), code: 'NoAnswer' as const };
    return { disposition: 'TimedOut', elapsed_ms: origin.timeout_ms, end };
  }

  private open(
    origin: Origin,
    listener: Listener,
    server: Namespace,
    packet: HeaderTuple,
    elapsedMs: number,
  ): Flow {
    const { state } = this.exchange.core;
    invariant(origin.protocol === 'TCP' || origin.protocol === 'SCTP', 'only streams have connections');
    const connection: ConnectionState = {
      id: state.next_connection++,
      protocol: origin.protocol,
      client_namespace: origin.namespace.id,
      client_address: origin.source,
      client_port: origin.source_port,
      remote_address: origin.destination,
      remote_port: origin.destination_port,
      via: origin.via,
      listener,
      server_namespace: server.id,
      server_address: packet.destination,
      server_port: packet.destination_port,
      seen_address: packet.source,
      seen_port: packet.source_port,
      timeout_ms: origin.timeout_ms,
      client_finished: false,
      client_status: 'Open',
      server_status: 'Open',
      client_inbox: [],
      server_data: null,
      elapsed_ms: elapsedMs,
    };
    state.connections.set(connection.id, connection);
    const flow = new Flow(connection, this);
    this.add(flow);
    return flow;
  }

  private add(flow: Flow): void {
    this.flows.set(flow.state.id, flow);
    this.clientNamespace(flow)?.sockets.takePort(flow.state.protocol, flow.state.client_port);
  }

  /** Forgets a connection that neither side can use any more. */
  remove(flow: Flow): void {
    if (!this.flows.delete(flow.state.id)) return;
    this.exchange.core.state.connections.delete(flow.state.id);
    this.clientNamespace(flow)?.sockets.freePort(flow.state.protocol, flow.state.client_port);
  }

  private clientNamespace(flow: Flow): Namespace | undefined {
    return this.exchange.core.topology.namespace(flow.state.client_namespace);
  }

  private prove(proof: Proof): void {
    const { forwarder, core } = this.exchange;
    proof.changes = forwarder.volatile ? -1 : core.topology.changes;
    proof.at = core.chance.now();
    proof.latency_ms = forwarder.latency_ms;
  }

  private isProven(proof: Proof, { segments }: Flow): boolean {
    if (segments !== undefined) return false;
    const { topology, chance } = this.exchange.core;
    // Whoever listens on an interface wants to see every segment.
    if ((this.exchange.forwarder.captures?.size ?? 0) > 0) return false;
    return proof.changes === topology.changes && proof.at === chance.now();
  }

  /** Brings one segment to the other side, again and again where links lose it; false when it never gets there. */
  transmit(flow: Flow, fromClient: boolean, kind: PacketKind, bytes?: Uint8Array): boolean {
    const { state } = flow;
    const proof = fromClient ? flow.request_proof : flow.reply_proof;
    if (
      this.isProven(proof, flow) &&
      (kind === 'data' || (kind === 'fin' && this.isProven(flow.request_proof, flow)))
    ) {
      state.elapsed_ms += proof.latency_ms;
      if (kind === 'fin') for (const entry of flow.entries) finish(entry);
      return true;
    }
    const { forwarder } = this.exchange;
    flow.failure = undefined;
    let waited = 0;
    for (let wait = DATA_RETRY_MS; ; wait *= 2) {
      if (this.walk(flow, fromClient, kind, bytes, waited)) {
        if (kind === 'fin') for (const entry of forwarder.touched) acknowledgeFin(entry);
        state.elapsed_ms += waited + forwarder.latency_ms;
        return true;
      }
      waited += wait;
      flow.failure = this.exchange.end(!fromClient);
      if (forwarder.code !== 'LinkLoss' || waited >= state.timeout_ms) break;
    }
    if (state.client_status === 'Open') {
      state.client_status = 'TimedOut';
      state.elapsed_ms += state.timeout_ms;
    }
    return false;
  }

  /** Walks one segment; true when it reached the socket at the other side. A reset that comes back ends the flow. */
  private walk(flow: Flow, fromClient: boolean, kind: PacketKind, bytes?: Uint8Array, waitedMs = 0): boolean {
    const { exchange } = this;
    const { forwarder, core } = exchange;
    const { state } = flow;
    const from = core.topology.namespace(fromClient ? state.client_namespace : state.server_namespace);
    if (from === undefined) {
      forwarder.code = 'NoAnswer';
      return false;
    }
    const packet = segment(state, fromClient, kind);
    const { segments: recorder } = flow;
    if (recorder !== undefined) exchange.noteSent(recorder, from, packet, fromClient, waitedMs);
    forwarder.payload = bytes;
    forwarder.run(from, packet, recorder, fromClient ? state.via : 0);
    if (forwarder.code === 'Local' && this.isAtPeer(flow, fromClient, packet)) {
      this.prove(fromClient ? flow.request_proof : flow.reply_proof);
      if (fromClient) flow.entries = forwarder.touched.slice();
      if (recorder !== undefined) this.noteArrival(flow, recorder, packet, fromClient);
      return true;
    }
    if (forwarder.code === 'Local') {
      forwarder.code = 'NoListener';
      forwarder.rejection = 'tcp-reset';
    }
    if (forwarder.rejection === 'tcp-reset' && exchange.bounce(originOf(state, from, fromClient, recorder))) {
      this.broken(flow, fromClient);
      forwarder.code = 'NoListener';
    }
    return false;
  }

  private noteArrival(flow: Flow, recorder: TraceRecorder, packet: Packet, fromClient: boolean): void {
    const { exchange } = this;
    exchange.noteArrived(recorder, packet, fromClient ? flow.state.listener : undefined);
    if (!fromClient || packet.kind !== 'data') return;
    recorder.markAccepting();
    flow.accepting = recorder.accepting;
    flow.accepting_header = exchange.forwarder.headerOf(packet);
  }

  private isAtPeer(flow: Flow, fromClient: boolean, packet: HeaderTuple): boolean {
    const { state } = flow;
    const { namespace } = this.exchange.forwarder;
    if (!fromClient) {
      return (
        namespace.id === state.client_namespace &&
        packet.source === state.remote_address &&
        packet.source_port === state.remote_port &&
        packet.destination === state.client_address &&
        packet.destination_port === state.client_port &&
        state.client_status !== 'Closed'
      );
    }
    return (
      namespace.id === state.server_namespace &&
      packet.source === state.seen_address &&
      packet.source_port === state.seen_port &&
      packet.destination === state.server_address &&
      packet.destination_port === state.server_port &&
      state.server_status !== 'Reset' &&
      this.isServed(flow)
    );
  }

  /** A reset reached the side that sent. */
  private broken(flow: Flow, fromClient: boolean): void {
    const { state } = flow;
    if (fromClient) {
      state.client_status = 'Reset';
      return;
    }
    state.server_status = 'Reset';
    this.tellServer(flow, true);
  }

  /** Lets the handler know that the client is gone. */
  tellServer(flow: Flow, reset: boolean): void {
    const { listener } = flow.state;
    if (!this.isServed(flow)) return;
    this.exchange.nested(() => this.exchange.handler(listener).onClose?.(flow.server, reset));
  }

  /** Hands bytes that arrived to the server's handler. */
  deliver(flow: Flow, bytes: Uint8Array): void {
    const { listener } = flow.state;
    if (!this.isServed(flow)) return;
    this.exchange.nested(() => this.exchange.handler(listener).onData?.(flow.server, bytes));
  }

  /** Writes what the application did first into the hop that took the request. */
  noteApplication(flow: Flow, event: ApplicationDetail['event'], bytes: number): void {
    const { accepting, accepting_header: header } = flow;
    if (accepting === undefined || header === undefined) return;
    flow.accepting = undefined;
    const { handler } = flow.state.listener;
    const action = event === 'Reset' ? 'Rejected' : 'Answered';
    const detail = { handler, event, bytes };
    accepting.steps.push({ type: 'Application', action, before: header, after: header, detail });
  }

  /** The process behind a listener ended: its connections are reset. */
  resetAll(listener: number): void {
    for (const flow of [...this.flows.values()]) if (flow.state.listener.id === listener) flow.server.reset();
  }

  /** A namespace is gone with its sockets; those who talked to it hear nothing more. */
  forgetNamespace(id: string): void {
    for (const flow of [...this.flows.values()]) {
      if (flow.state.client_namespace === id) this.remove(flow);
    }
  }
}

function segment(state: ConnectionState, fromClient: boolean, kind: PacketKind): Packet {
  return {
    protocol: state.protocol,
    source: fromClient ? state.client_address : state.server_address,
    source_port: fromClient ? state.client_port : state.server_port,
    destination: fromClient ? state.remote_address : state.seen_address,
    destination_port: fromClient ? state.remote_port : state.seen_port,
    ttl: 64,
    mark: 0,
    kind,
    error: undefined,
    inner: undefined,
  };
}

function originOf(
  state: ConnectionState,
  namespace: Namespace,
  fromClient: boolean,
  recorder: TraceRecorder | undefined,
): Origin {
  const { protocol, source, source_port, destination, destination_port } = segment(state, fromClient, 'data');
  const tuple = { protocol, source, source_port, destination, destination_port };
  return { ...tuple, namespace, via: 0, timeout_ms: DEFAULT_TIMEOUT_MS, recorder };
}
