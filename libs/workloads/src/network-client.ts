import type { DatagramResult } from '@podlab/netstack';
import type { DnsQuestion, DnsReply } from './dns-client';
import type { HttpRequest, HttpResponse } from './http/message';
import type { Certificate } from './http/tls';

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
  /** The exec whose requests somebody wants to see. */
  readonly exec?: number;
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
  /** Over TLS: nothing is sent to a server whose certificate is not accepted. */
  readonly tls?: { readonly serverName: string; accepts(certificate: Certificate): boolean };
  readonly timeoutMs: number;
  /** Sent to this address; the host is not looked up (`curl --resolve`). */
  readonly address?: string;
  readonly sourcePort?: number;
  /** Only addresses of this family are taken of a name. */
  readonly family?: 'IPv4' | 'IPv6';
}

export interface OutboundResult {
  readonly disposition: OutboundDisposition;
  readonly elapsedMs: number;
  /** The address that was tried, when the name was found. */
  readonly address?: string;
  /** All addresses of the name; absent where an address was asked for. */
  readonly addresses?: readonly string[];
  /** How the name was answered, where it was not found. */
  readonly rcode?: LookupResult['rcode'];
  /** Part of the time that the name took. */
  readonly lookupMs?: number;
  /** Part of the time until the connection stood; absent where it never did. */
  readonly connectMs?: number;
  /** The sender's own end. */
  readonly local?: { readonly address: string; readonly port: number };
  /** What a refusal was, and who sent it. */
  readonly refusal?: Refusal;
  /** What the server showed; absent where it speaks no TLS, or was not asked to. */
  readonly certificate?: Certificate;
  readonly response?: HttpResponse;
  /** What came back, of an exchange that is not HTTP. */
  readonly data?: string;
}

/** A reset, or an ICMP error by its name as in `REJECT --reject-with`. */
export interface Refusal {
  readonly with: string;
  readonly by: string;
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
  /** Each name that was tried, for whoever tells the way of a request. */
  readonly tries?: readonly LookupTry[];
  /** How the last exchange with a name server ended. */
  readonly exchange?: DatagramResult;
}

/** One name that was asked for, with what came back. */
export interface LookupTry {
  readonly name: string;
  readonly type: string;
  readonly rcode: string;
  readonly answers: readonly string[];
  readonly nameserver: string;
}

export interface PingOptions {
  readonly timeoutMs: number;
  /** Time to live of the request. */
  readonly ttl?: number;
  /** An echo, or a datagram to a port that nobody listens on (`traceroute`). */
  readonly port?: number;
  readonly family?: 'IPv4' | 'IPv6';
}

export interface PingReply {
  readonly disposition: OutboundDisposition;
  readonly elapsedMs: number;
  readonly address?: string;
  readonly ttl?: number;
  readonly rcode?: LookupResult['rcode'];
  readonly refusal?: Refusal;
}

/** How commands of containers reach the network: wired by the composition, so that each request has its trace. */
export interface NetworkClient {
  request(from: Origin, request: OutboundRequest): OutboundResult;
  /** `search` is false for a name that is asked as it is. */
  lookup(from: Origin, name: string, type: string, search: boolean): LookupResult;
  /** One question to one server, as DNS tools put it. */
  ask(from: Origin, question: DnsQuestion): DnsReply;
  ping(from: Origin, host: string, options: PingOptions): PingReply;
}
