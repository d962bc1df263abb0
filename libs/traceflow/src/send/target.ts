import { Refusal } from '@podlab/kernel';
import type { RequestTarget } from '@podlab/contracts';
import { tryParseAddress } from '@podlab/netstack';

/** What a request asks for, taken apart. */
export interface Target {
  readonly host: string;
  /** 0 for ICMP. */
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP' | 'ICMP';
  /** Set where HTTP is spoken. */
  readonly http?: { readonly scheme: 'http' | 'https'; readonly path: string; readonly authority: string };
}

/** A target that nobody could send to. */
export class InvalidTarget extends Refusal {
  override readonly path = 'to';
  override readonly name = 'InvalidTarget';
}

const URL_PARTS =
  /^(https?|tcp|udp|sctp):\/\/(\[[0-9A-Fa-f:.]+\]|[^/:?#[\]@\s]+)(?::(\d{1,5}))?(\/[^#\s]*|\?[^#\s]*)?(?:#.*)?$/;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** Reads a URL, or a host with port and protocol. Throws {@link InvalidTarget}. */
export function parseTarget(to: RequestTarget): Target {
  if (typeof to !== 'string') return { host: to.host, port: to.port ?? 0, protocol: to.protocol };
  const match = URL_PARTS.exec(to);
  if (!match) throw new InvalidTarget(`${to} is no URL of http, https, tcp, udp or sctp`);
  const [, scheme, written, portText, rest = ''] = match;
  const host = written.startsWith('[') ? written.slice(1, -1) : written;
  if (written !== host && (!host.includes(':') || tryParseAddress(host) === undefined))
    throw new InvalidTarget(`${to} has no IPv6 address in its brackets`);
  const port = portText === undefined ? (DEFAULT_PORTS[scheme] ?? 0) : Number(portText);
  if (port < 1 || port > 65535) throw new InvalidTarget(`${to} needs a port from 1 to 65535`);
  if (scheme !== 'http' && scheme !== 'https')
    return { host, port, protocol: scheme.toUpperCase() as Target['protocol'] };
  const path = rest.startsWith('/') ? rest : `/${rest}`;
  const authority = portText === undefined || port === DEFAULT_PORTS[scheme] ? written : `${written}:${port}`;
  return { host, port, protocol: 'TCP', http: { scheme, path, authority } };
}

/** What may be changed of a target; another protocol than HTTP's makes a URL of that protocol. */
export interface TargetChange {
  readonly host?: string;
  readonly port?: number;
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP';
  /** HTTP without or with TLS; with its default port where no port is given. */
  readonly scheme?: 'http' | 'https';
}

/** The same target with another host, port or protocol, in the form it was written in. */
export function changeTarget(to: RequestTarget, change: TargetChange): RequestTarget {
  if (typeof to !== 'string') {
    const { scheme: _, ...rest } = change;
    return { ...to, ...rest };
  }
  const match = URL_PARTS.exec(to) as RegExpExecArray;
  const [, written, host, portText, rest = ''] = match;
  const scheme = change.scheme ?? change.protocol?.toLowerCase() ?? written;
  const port = change.port ?? (change.scheme === undefined ? portText : undefined);
  const asked = change.host === undefined ? host : bracketed(change.host);
  return `${scheme}://${asked}${port === undefined ? '' : `:${port}`}${rest}`;
}

/** A host as a URL has it: IPv6 addresses in brackets. */
export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
