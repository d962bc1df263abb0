import type { Origin } from './network-client';

/** One question that a DNS tool puts to one server. */
export interface DnsQuestion {
  readonly server: string;
  readonly port: number;
  readonly name: string;
  /** `A`, `SRV` … or `TYPE65`. */
  readonly type: string;
  readonly recursion: boolean;
  readonly tcp: boolean;
  readonly timeoutMs: number;
}

/** A resource record with its data as `dig +short` prints it. */
export interface DnsRecord {
  readonly name: string;
  readonly ttl: number;
  readonly type: string;
  readonly data: string;
}

/** An answer as it was on the wire. */
export interface DnsAnswer {
  readonly id: number;
  readonly rcode: string;
  /** `qr`, `aa`, `rd` … as dig names them. */
  readonly flags: readonly string[];
  readonly answers: readonly DnsRecord[];
  readonly authorities: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
  /** Length of the message in bytes. */
  readonly size: number;
}

export type DnsReply =
  | { readonly outcome: 'Answered'; readonly answer: DnsAnswer; readonly elapsedMs: number }
  | { readonly outcome: 'Refused' | 'NoRoute' | 'TimedOut'; readonly elapsedMs: number };

/** Asks a DNS server by packets: wired by the composition, which knows how messages look on the wire. */
export type AskDns = (from: Origin, question: DnsQuestion) => DnsReply;

/** Nobody answers. */
export const askNobody: AskDns = (_from, { timeoutMs }) => ({ outcome: 'TimedOut', elapsedMs: timeoutMs });
