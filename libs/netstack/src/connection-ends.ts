import type { Asides } from './asides';
import type { Connections, Flow } from './connections';
import type {
  ClientConnection,
  Listener,
  Peer,
  ServerConnection,
  SocketAddress,
  SocketData,
  WalkEnd,
} from './socket';
import type { TraceRecorder } from './trace';

/** Chunks that may wait unread at a client; a peer that goes on is told that nothing gets through. */
const INBOX_CHUNK_LIMIT = 4096;

/** The client's end of a connection. */
export class ClientEnd implements ClientConnection {
  constructor(
    private readonly flow: Flow,
    private readonly connections: Connections,
  ) {}

  get id(): number {
    return this.flow.state.id;
  }

  get local(): SocketAddress {
    const { connections } = this;
    const { client_address, client_port } = this.flow.state;
    return { address: connections.addressText(client_address), port: client_port };
  }

  get remote(): SocketAddress {
    const { connections } = this;
    const { remote_address, remote_port } = this.flow.state;
    return { address: connections.addressText(remote_address), port: remote_port };
  }

  get peer(): Peer {
    const { connections } = this;
    const { state } = this.flow;
    return {
      namespace: state.server_namespace,
      listener: state.listener,
      backend: { address: connections.addressText(state.server_address), port: state.server_port },
      source_seen: { address: connections.addressText(state.seen_address), port: state.seen_port },
    };
  }

  get onward(): WalkEnd | undefined {
    return this.flow.onward;
  }

  get status(): ClientConnection['status'] {
    return this.flow.state.client_status;
  }

  get failure(): WalkEnd | undefined {
    return this.flow.failure;
  }

  get elapsed_ms(): number {
    return this.flow.state.elapsed_ms;
  }

  send(bytes: Uint8Array): boolean {
    const { flow, connections } = this;
    const { state } = flow;
    if (state.client_finished) return false;
    if (state.client_status === 'ClosedByPeer') {
      // Linux answers data for a closed socket with a reset.
      state.client_status = 'Reset';
      return false;
    }
    if (state.client_status !== 'Open' || !connections.transmit(flow, true, 'data', bytes)) return false;
    connections.deliver(flow, bytes);
    return true;
  }

  record(recorder: TraceRecorder | undefined): void {
    this.flow.trace(recorder);
  }

  allow(timeout_ms: number): void {
    this.flow.state.timeout_ms = timeout_ms;
    this.flow.state.elapsed_ms = 0;
  }

  receive(): Uint8Array[] {
    const { state } = this.flow;
    const received = state.client_inbox;
    state.client_inbox = [];
    return received;
  }

  shutdown(): void {
    const { flow, connections } = this;
    const { state } = flow;
    if (state.client_finished) return;
    state.client_finished = true;
    const open = state.client_status === 'Open' || state.client_status === 'ClosedByPeer';
    if (!open || !connections.transmit(flow, true, 'fin')) return;
    if (state.server_status === 'Open') {
      state.server_status = 'ClosedByPeer';
      connections.tellServer(flow, false);
    }
  }

  close(): void {
    const { flow, connections } = this;
    const { state } = flow;
    if (state.client_status === 'Closed') return;
    this.shutdown();
    // Who hears that nobody is there any more closes his side, too.
    flow.accepting = undefined;
    if (state.server_status === 'ClosedByPeer') flow.server.close();
    state.client_status = 'Closed';
    connections.remove(flow);
  }
}

/** The server's end of a connection. */
export class ServerEnd implements ServerConnection {
  constructor(
    private readonly flow: Flow,
    private readonly connections: Connections,
  ) {}

  get id(): number {
    return this.flow.state.id;
  }

  get listener(): Listener {
    return this.flow.state.listener;
  }

  get asides(): Asides | undefined {
    return this.flow.asides;
  }

  set onward(end: WalkEnd | undefined) {
    this.flow.onward = end;
  }

  get onward(): WalkEnd | undefined {
    return this.flow.onward;
  }

  get local(): SocketAddress {
    const { connections } = this;
    const { server_address, server_port } = this.flow.state;
    return { address: connections.addressText(server_address), port: server_port };
  }

  get remote(): SocketAddress {
    const { connections } = this;
    const { seen_address, seen_port } = this.flow.state;
    return { address: connections.addressText(seen_address), port: seen_port };
  }

  get state(): SocketData {
    return this.flow.state.server_data ?? undefined;
  }

  set state(value: SocketData) {
    this.flow.state.server_data = value ?? null;
  }

  send(bytes: Uint8Array): boolean {
    const { flow, connections } = this;
    const { state } = flow;
    if (!canSend(state.server_status) || state.client_status !== 'Open') return false;
    if (state.client_inbox.length >= INBOX_CHUNK_LIMIT) return false;
    connections.noteApplication(flow, 'Answered', bytes.length);
    if (!connections.transmit(flow, false, 'data', bytes)) return false;
    state.client_inbox.push(bytes);
    return true;
  }

  close(): void {
    const { flow, connections } = this;
    const { state } = flow;
    if (!canSend(state.server_status)) return;
    connections.noteApplication(flow, 'Closed', 0);
    state.server_status = 'Closed';
    if (state.client_status !== 'Open') return;
    if (connections.transmit(flow, false, 'fin')) state.client_status = 'ClosedByPeer';
  }

  reset(): void {
    const { flow, connections } = this;
    const { state } = flow;
    if (state.server_status === 'Reset') return;
    connections.noteApplication(flow, 'Reset', 0);
    const told = state.client_status === 'Open' && connections.transmit(flow, false, 'rst');
    state.server_status = 'Reset';
    if (told) state.client_status = 'Reset';
  }
}

/** A client that only said it sends no more can still be sent to. */
function canSend(status: 'Open' | 'ClosedByPeer' | 'Closed' | 'Reset'): boolean {
  return status === 'Open' || status === 'ClosedByPeer';
}
