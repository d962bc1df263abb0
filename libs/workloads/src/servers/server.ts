import type { HttpRequest, HttpResponse } from '../http/message';
import { reasonPhrase } from '../http/message';
import type { FileSystem } from '../file-system';
import type { Asides, WalkEnd } from '@podlab/netstack';
import type { NetworkClient, Origin } from '../network-client';

/** What a server does with its connections, by name: see BEHAVIOURS. */
export type ServerKind =
  | 'nginx'
  | 'httpd'
  | 'http-echo'
  | 'whoami'
  | 'files'
  | 'text'
  | 'netexec'
  | 'serve-hostname'
  | 'porter'
  | 'liveness'
  | 'echo'
  | 'reply-once'
  | 'mysql'
  | 'postgres'
  | 'redis'
  | 'memcached'
  | 'silent'
  | 'generic'
  | 'coredns'
  | 'kubia'
  | 'ingress-nginx';

export type ServerSettings = Readonly<Record<string, string | number | boolean>>;

/** A server that runs in a container: plain data. */
export interface ServerState {
  readonly id: number;
  readonly pid: number;
  readonly kind: ServerKind;
  readonly settings: ServerSettings;
  /** Listener ids of the network, each with its port. */
  readonly listeners: { readonly id: number; readonly port: number; readonly protocol: string }[];
  /** Small things that it remembers, such as the keys of redis. */
  memory: Map<string, string>;
}

/** What a behaviour may see and do. */
export interface ServerContext {
  readonly server: ServerState;
  readonly hostname: string;
  readonly podName: string;
  readonly namespace: string;
  readonly node: string;
  readonly podIp: string;
  readonly version: string;
  readonly startedAt: number;
  readonly local: { readonly address: string; readonly port: number };
  readonly remote: { readonly address: string; readonly port: number };
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  /** There while the request is traced. */
  readonly asides: Asides | undefined;
  /** Says how an exchange ended without which the request can't be answered well. */
  failedOnward(end: WalkEnd): void;
  readonly files: FileSystem;
  readonly network: NetworkClient;
  readonly origin: Origin;
  now(): number;
  timestamp(): string;
  variable(name: string): string | undefined;
  environment(): [string, string][];
  log(stream: 'stdout' | 'stderr', line: string): void;
  /** Prints on the standard output of the server's process, which may be an exec's. */
  write(text: string): void;
  /** Ends the server's process once the answer is sent; what it prints last goes where its output was led. */
  stop(status: number, printed?: string): void;
  /** Runs a shell command line; its output. */
  shell(line: string): string;
}

export interface StreamAnswer {
  readonly reply?: string;
  readonly close?: boolean;
  readonly reset?: boolean;
  /** Plain data kept with the connection. */
  readonly state?: string;
}

/** One kind of server: HTTP is answered per request, other protocols per chunk. */
export interface ServerBehaviour {
  http?(request: HttpRequest, context: ServerContext): HttpResponse;
  open?(context: ServerContext): StreamAnswer;
  data?(text: string, state: string, context: ServerContext): StreamAnswer;
  datagram?(text: string, context: ServerContext): string | undefined;
  /** Its answers change by themselves this long after its start: probes look again then. */
  readonly changesAfterMs?: number;
  /** Exit status on SIGTERM; undefined when it does not react. */
  readonly onTerminate?: number;
}

/** A response with its reason phrase filled in. */
export function respond(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return { status, reason: reasonPhrase(status), headers, body };
}

/** The path and the query parameters of a request target. */
export function splitTarget(target: string): { path: string; query: Map<string, string> } {
  const mark = target.indexOf('?');
  const query = new Map<string, string>();
  if (mark < 0) return { path: target, query };
  for (const pair of target.slice(mark + 1).split('&')) {
    const equals = pair.indexOf('=');
    if (pair !== '')
      query.set(
        decode(equals < 0 ? pair : pair.slice(0, equals)),
        equals < 0 ? '' : decode(pair.slice(equals + 1)),
      );
  }
  return { path: target.slice(0, mark), query };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    return text;
  }
}
