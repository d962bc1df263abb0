import { decodeMessage, MalformedMessage } from '../wire/decode';
import { encodeMessage } from '../wire/encode';
import { createQuery, formatRecordData } from '../wire/message';
import type { DnsMessage, RecordType } from '../wire/message';
import type { ResolverConfig } from './resolver-config';

/** How one try ended: a response code, NODATA (the name is there, the record is not), or nothing came back. */
export type TryCode = 'NOERROR' | 'NODATA' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' | 'TIMEOUT';

/** What became of one query: an answer, an error that came back at once, or silence. */
export type DnsOutcome =
  | { readonly kind: 'Answered'; readonly bytes: Uint8Array; readonly elapsed_ms: number }
  | { readonly kind: 'Refused' | 'NoRoute' | 'TimedOut'; readonly elapsed_ms: number };

/** Sends a query to a name server and waits for its answer so long. */
export type DnsExchange = (nameserver: string, query: Uint8Array, timeout_ms: number) => DnsOutcome;

/** One name asked for: what a `DnsQuery` step tells. */
export interface ResolverTry {
  readonly name: string;
  readonly type: RecordType;
  readonly rcode: TryCode;
  /** Data of the answer's records as `dig +short` prints them. */
  readonly answers: readonly string[];
  /** The last one asked. */
  readonly nameserver: string;
  /** Why nothing came back, where nothing did. */
  readonly failure?: 'Refused' | 'NoRoute' | 'TimedOut';
}

export interface Resolution {
  readonly rcode: TryCode;
  /** The name that answered, search domain included; the last one tried when none did. */
  readonly name: string;
  /** IPv6 before IPv4, as RFC 6724 sorts them for a host that has both. */
  readonly addresses: readonly string[];
  /** The last answer whole, where there was one. */
  readonly message?: DnsMessage;
  readonly tries: readonly ResolverTry[];
  readonly elapsed_ms: number;
}

export interface ResolveOptions {
  /** Record types to ask for each name: the families that the host has an address of. */
  readonly types?: readonly RecordType[];
  /** Whoever asks gives up after so long, in milliseconds. */
  readonly limit_ms?: number;
}

/** The names that a resolver tries for `host`, in order. Models glibc resolv/res_query.c __res_context_search. */
export function candidateNames(
  host: string,
  { search, ndots }: Pick<ResolverConfig, 'search' | 'ndots'>,
): string[] {
  if (host.endsWith('.')) return [host.slice(0, -1)];
  const searched = search.map((domain) => (domain === '' ? host : `${host}.${domain}`));
  const dots = host.split('.').length - 1;
  return [...new Set(dots >= ndots ? [host, ...searched] : [...searched, host])];
}

interface Asked extends ResolverTry {
  readonly message?: DnsMessage;
}

/**
 * Asks for each candidate name until one has a record. A server that is silent ends the walk through the search path,
 * one that can't be reached ends everything, as in glibc.
 */
export function resolve(
  host: string,
  config: ResolverConfig,
  exchange: DnsExchange,
  { types = ['A'], limit_ms = Infinity }: ResolveOptions = {},
): Resolution {
  const tries: ResolverTry[] = [];
  const session = new Session(config, exchange, limit_ms);
  let candidates = candidateNames(host, config);
  for (let index = 0; index < candidates.length; index++) {
    const name = candidates[index];
    const asked = types.map((type) => session.ask(name, type));
    for (const { message: _, ...attempt } of asked) tries.push(attempt);
    const { elapsed_ms } = session;
    const good = asked.filter(({ rcode }) => rcode === 'NOERROR');
    if (good.length > 0) {
      const { message } = good[good.length - 1];
      return {
        rcode: 'NOERROR',
        name,
        addresses: addressesOf(good),
        tries,
        elapsed_ms,
        ...(message && { message }),
      };
    }
    const silent = asked.every(({ rcode }) => rcode === 'TIMEOUT');
    if (!silent) continue;
    if (asked.some(({ failure }) => failure !== 'TimedOut') || elapsed_ms >= limit_ms) break;
    candidates = [
      ...candidates.slice(0, index + 1),
      ...candidates.slice(index + 1).filter((one) => one === host),
    ];
  }
  const last = tries[tries.length - 1];
  return { rcode: overallCode(tries), name: last.name, addresses: [], tries, elapsed_ms: session.elapsed_ms };
}

function addressesOf(asked: readonly Asked[]): string[] {
  const records = asked.flatMap(({ message }) => message?.answers ?? []);
  const ofType = (type: 'A' | 'AAAA') =>
    records.flatMap((record) => (record.type === type ? [record.address] : []));
  return [...new Set([...ofType('AAAA'), ...ofType('A')])];
}

/** Silence wins over all: whether the name is there is unknown. A failing server is next, then NODATA: some name was there. */
function overallCode(tries: readonly ResolverTry[]): TryCode {
  const codes = tries.map(({ rcode }) => rcode);
  const order = ['TIMEOUT', 'SERVFAIL', 'REFUSED', 'NODATA'] as const;
  return order.find((code) => codes.includes(code)) ?? 'NXDOMAIN';
}

/** The queries of one resolution, with the time that they have taken. Models glibc resolv/res_send.c. */
class Session {
  elapsed_ms = 0;
  private id = 0;

  constructor(
    private readonly config: ResolverConfig,
    private readonly exchange: DnsExchange,
    private readonly limit_ms: number,
  ) {}

  /** One name: the first server that answers it is believed; the others are asked when one fails. */
  ask(name: string, type: RecordType): Asked {
    const { nameservers, attempts } = this.config;
    let last: Asked = { name, type, answers: [], rcode: 'TIMEOUT', nameserver: '', failure: 'TimedOut' };
    for (let attempt = 0; attempt < attempts; attempt++) {
      for (let server = 0; server < nameservers.length; server++) {
        if (this.elapsed_ms >= this.limit_ms) return last;
        last = this.askServer(name, type, server);
        if (last.rcode !== 'TIMEOUT' && last.rcode !== 'SERVFAIL' && last.rcode !== 'REFUSED') return last;
      }
    }
    return last;
  }

  private askServer(name: string, type: RecordType, index: number): Asked {
    const { nameservers, timeout_ms } = this.config;
    const nameserver = nameservers[index];
    const patience =
      index === 0 ? timeout_ms : Math.max(1_000, (timeout_ms * 2 ** index) / nameservers.length);
    const query = createQuery(++this.id, { name, type });
    const left = Math.min(patience, this.limit_ms - this.elapsed_ms);
    const outcome = this.exchange(nameserver, encodeMessage(query), left);
    this.elapsed_ms += outcome.elapsed_ms;
    const base = { name, type, nameserver, answers: [] };
    if (outcome.kind !== 'Answered') return { ...base, rcode: 'TIMEOUT', failure: outcome.kind };
    const message = readAnswer(outcome.bytes, query);
    if (!message) return { ...base, rcode: 'TIMEOUT', failure: 'TimedOut' };
    return {
      ...base,
      rcode: tryCode(message, type),
      answers: message.answers.map(formatRecordData),
      message,
    };
  }
}

function readAnswer(bytes: Uint8Array, query: DnsMessage): DnsMessage | undefined {
  try {
    const answer = decodeMessage(bytes);
    return answer.response && answer.id === query.id ? answer : undefined;
  } catch (error) {
    if (error instanceof MalformedMessage) return undefined;
    throw error;
  }
}

function tryCode(message: DnsMessage, type: RecordType): TryCode {
  if (message.rcode === 'NXDOMAIN' || message.rcode === 'REFUSED') return message.rcode;
  if (message.rcode !== 'NOERROR') return 'SERVFAIL';
  return message.answers.some((record) => record.type === type || type === 'ANY') ? 'NOERROR' : 'NODATA';
}
