import type { HttpRequest, HttpResponse } from './http/message';

/** The container that a command sends from. */
export interface Origin {
  readonly containerId: string;
  readonly podUid: string;
  /** Network namespace. */
  readonly namespace: string;
  /** `/etc/resolv.conf` and `/etc/hosts` as the container has them. */
  readonly resolverConfiguration: string;
  readonly hosts: string;
  /** Set while a person or a probe runs the command (`exec`), not the container itself. */
  readonly interactive: boolean;
}

export type OutboundDisposition =
  'Delivered' | 'Refused' | 'NoRoute' | 'TimedOut' | 'Reset' | 'NameNotResolved';

export interface OutboundRequest {
  readonly host: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  /** An HTTP exchange; without it `payload` is sent as it is (and an empty one only connects). */
  readonly http?: HttpRequest;
  readonly payload?: string;
  readonly timeoutMs: number;
}

export interface OutboundResult {
  readonly disposition: OutboundDisposition;
  readonly elapsedMs: number;
  /** The address that was tried, when the name was found. */
  readonly address?: string;
  readonly response?: HttpResponse;
  /** What came back, of an exchange that is not HTTP. */
  readonly data?: string;
}

export interface LookupAnswer {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

export interface LookupResult {
  readonly rcode: 'NOERROR' | 'NODATA' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' | 'TIMEOUT';
  /** Address of the server that answered (or did not). */
  readonly server: string;
  /** The name that was asked last, with its search domain. */
  readonly name: string;
  readonly answers: readonly LookupAnswer[];
  readonly elapsedMs: number;
}

export interface PingReply {
  readonly disposition: OutboundDisposition;
  readonly elapsedMs: number;
  readonly address?: string;
  readonly ttl?: number;
}

/** How commands of containers reach the network: wired by the composition, so that each request has its trace. */
export interface NetworkClient {
  request(from: Origin, request: OutboundRequest): OutboundResult;
  /** `search` is false for a name that is asked as it is. */
  lookup(from: Origin, name: string, type: string, search: boolean): LookupResult;
  ping(from: Origin, host: string, timeoutMs: number): PingReply;
  /** Text of `ip addr`, `ip route`, `ifconfig` and the like. */
  describe(from: Origin, what: 'addresses' | 'routes'): string;
}
