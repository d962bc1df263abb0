import type { Asides } from './asides';
import type { IcmpError, Protocol } from './packet';
import type { RuleCitation, TraceRecorder } from './trace';

/** Plain data that belongs to its owner: law 3 holds for it. */
export type SocketData = unknown;

/** A socket that waits for clients. `handler` names an entry of `Network.handlers`; `data` is the handler's own. */
export interface Listener {
  readonly id: number;
  readonly namespace: string;
  readonly protocol: Protocol;
  /** `0.0.0.0` and `::` take every address of the namespace, of both families. */
  readonly address: string;
  readonly port: number;
  readonly handler: string;
  readonly data: SocketData;
}

export interface ListenOptions {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly address?: string;
  readonly port: number;
  readonly handler: string;
  readonly data?: SocketData;
}

export type ListenResult =
  | { readonly listener: Listener; readonly error?: undefined }
  | { readonly listener?: undefined; readonly error: 'AddressInUse' | 'AddressNotAvailable' };

/** An address and port as an application sees them. */
export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

/** The server's end of a connection, as a handler gets it. Only `state` survives between calls. */
export interface ServerConnection {
  readonly id: number;
  readonly listener: Listener;
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  /** There while the request is traced. */
  readonly asides: Asides | undefined;
  /** Set by a handler: how its own exchange for this one ended, where that failed. It is no state. */
  onward: WalkEnd | undefined;
  /** The handler's plain data for this connection; undefined at first. */
  state: SocketData;
  /** Sends to the client; false when the packet did not get there (the client will time out). */
  send(bytes: Uint8Array): boolean;
  close(): void;
  reset(): void;
}

/** A datagram that reached a listening socket. */
export interface Datagram {
  readonly listener: Listener;
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  readonly bytes: Uint8Array;
  reply(bytes: Uint8Array): void;
}

/** What a workload does on its sockets: registered under a name, holding no state of its own. */
export interface SocketHandler {
  onOpen?(connection: ServerConnection): void;
  onData?(connection: ServerConnection, bytes: Uint8Array): void;
  /** The peer closed its side (or the connection broke, then `reset` is true). */
  onClose?(connection: ServerConnection, reset: boolean): void;
  onDatagram?(datagram: Datagram): void;
}

/** The client's end of a connection. It stays open, as data, until one side closes it. */
export interface ClientConnection {
  readonly id: number;
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  /** Who took it, after all translation. */
  readonly peer: Peer;
  /** Where an exchange of the peer's own stopped, without which it could not answer well. */
  readonly onward: WalkEnd | undefined;
  readonly status: 'Open' | 'ClosedByPeer' | 'Reset' | 'TimedOut' | 'Closed';
  /** Where and why what was sent last stopped, when it did not arrive. */
  readonly failure: WalkEnd | undefined;
  /** Virtual milliseconds spent on the way by what was sent and received so far, the handshake included. */
  readonly elapsed_ms: number;
  /** Sends bytes; false when they did not arrive (`status` says why). */
  send(bytes: Uint8Array): boolean;
  /** Writes the way of all that is sent from now on, and of what is answered, into `recorder`; undefined ends that. */
  record(recorder: TraceRecorder | undefined): void;
  /** What is sent from now on may take so long in all, counted from here. */
  allow(timeout_ms: number): void;
  /** Takes what has arrived so far, in order; empty when nothing has. */
  receive(): Uint8Array[];
  /** Says that nothing more will be sent; what the peer still sends can be received. */
  shutdown(): void;
  close(): void;
}

/** The socket at the far end as the walk found it. */
export interface Peer {
  readonly namespace: string;
  readonly listener: Listener;
  /** `ip:port` after all translation. */
  readonly backend: SocketAddress;
  /** The client's address as the peer sees it. */
  readonly source_seen: SocketAddress;
}

/** How the last packet of a walk ended, told with or without a recorder. */
export type WalkCode =
  | 'Accepted'
  | 'NoListener'
  | 'DroppedByRule'
  | 'RejectedByRule'
  | 'DroppedByQueue'
  | 'NoRoute'
  | 'UnreachableRoute'
  | 'BlackholeRoute'
  | 'ProhibitedRoute'
  | 'Martian'
  | 'ForwardingDisabled'
  | 'TtlExceeded'
  | 'NeighbourFailed'
  | 'LinkDown'
  | 'LinkLoss'
  | 'ConntrackInvalid'
  | 'ConntrackFull'
  | 'HopLimit'
  | 'AddressInUse'
  | 'AddressNotAvailable'
  | 'NoAnswer';

/** Where and why a packet stopped; `returning` when it was the answer that did not come back. */
export interface WalkEnd {
  readonly code: WalkCode;
  readonly namespace: string;
  readonly interface: string | undefined;
  readonly returning: boolean;
  readonly rule?: RuleCitation;
  /** Why a queue dropped it: the data of its handler's last note. */
  readonly queue?: { readonly handler: string; readonly data: unknown };
}

export interface SendOptions {
  readonly destination: string;
  readonly source_address?: string;
  /** Default: the next free ephemeral port (32768 to 60999) of the namespace. */
  readonly source_port?: number;
  /** Next hop to use instead of the route table's: the node that an outside network delivers to. */
  readonly via?: string;
  /** Virtual time allowed, 5000 unless given. */
  readonly timeout_ms?: number;
  readonly recorder?: TraceRecorder;
}

export interface ConnectOptions extends SendOptions {
  readonly protocol: 'TCP' | 'SCTP';
  readonly port: number;
}

export type SendDisposition = 'Refused' | 'NoRoute' | 'TimedOut';

export interface ConnectResult {
  readonly disposition: 'Connected' | SendDisposition;
  readonly connection?: ClientConnection;
  readonly elapsed_ms: number;
  readonly end: WalkEnd;
  /** Who refused it: the source address of the answer. */
  readonly refused_by?: string;
  readonly refused_with?: IcmpError | 'tcp-reset';
}

export interface DatagramOptions extends SendOptions {
  readonly port: number;
  readonly data: Uint8Array;
  /** Time to live of the datagram, 64 unless given. */
  readonly ttl?: number;
}

export interface DatagramResult {
  readonly disposition: 'Answered' | SendDisposition;
  readonly replies: readonly Uint8Array[];
  /** Set when the datagram reached a socket, answered or not. */
  readonly peer?: Peer;
  readonly local?: SocketAddress;
  readonly elapsed_ms: number;
  readonly end: WalkEnd;
  /** Who refused it: the source address of the answer. */
  readonly refused_by?: string;
  readonly refused_with?: IcmpError | 'tcp-reset';
}

export type PingOptions = SendOptions & {
  /** Time to live of the request, 64 unless given. */
  readonly ttl?: number;
};

export interface PingResult {
  readonly disposition: 'Answered' | SendDisposition;
  /** The namespace that answered. */
  readonly namespace?: string;
  readonly source?: string;
  /** Time to live left in the answer. */
  readonly ttl?: number;
  readonly elapsed_ms: number;
  readonly end: WalkEnd;
  /** Who refused it: the source address of the answer. */
  readonly refused_by?: string;
  readonly refused_with?: IcmpError | 'tcp-reset';
}
