import { decodeMessage, MalformedMessage } from '../wire/decode';
import { encodeMessage } from '../wire/encode';
import { createQuery, formatRecordData } from '../wire/message';
import type { DnsMessage, Question, RecordType } from '../wire/message';

/** What `/etc/resolv.conf` says. */
export interface ResolverConfig {
  readonly nameservers: readonly string[];
  readonly search: readonly string[];
  readonly ndots: number;
}

/** How one try ended: a response code, NODATA (the name is there, the record is not), or nothing came back. */
export type TryCode = 'NOERROR' | 'NODATA' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' | 'TIMEOUT';

/** One name asked for: what a `DnsQuery` step tells. */
export interface ResolverTry {
  readonly name: string;
  readonly type: RecordType;
  readonly rcode: TryCode;
  /** Data of the answer's records as `dig +short` prints them. */
  readonly answers: readonly string[];
  readonly nameserver: string;
}

export interface Resolution {
  readonly rcode: TryCode;
  /** The name that answered, search domain included; the last one tried when none did. */
  readonly name: string;
  readonly addresses: readonly string[];
  /** The last answer whole, where there was one. */
  readonly message?: DnsMessage;
  readonly tries: readonly ResolverTry[];
}

/** Sends a query to a name server and gives its answer, undefined when none came (refused, unreachable or silent). */
export type DnsExchange = (nameserver: string, query: Uint8Array) => Uint8Array | undefined;

/** A pod's resolver with `dnsPolicy: ClusterFirst`. Models kubernetes pkg/kubelet/network/dns dns.go. */
export function clusterFirstConfig(
  namespace: string,
  nameserver: string,
  clusterDomain = 'cluster.local',
): ResolverConfig {
  const search = [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
  return { nameservers: [nameserver], search, ndots: 5 };
}

/** The text of `/etc/resolv.conf`. */
export function formatResolvConf(config: ResolverConfig): string {
  const lines = config.search.length > 0 ? [`search ${config.search.join(' ')}`] : [];
  lines.push(
    ...config.nameservers.map((address) => `nameserver ${address}`),
    `options ndots:${config.ndots}`,
  );
  return `${lines.join('\n')}\n`;
}

/** Reads `/etc/resolv.conf`. */
export function parseResolvConf(text: string): ResolverConfig {
  const config = { nameservers: [] as string[], search: [] as string[], ndots: 1 };
  for (const line of text.split('\n')) {
    const [word, ...rest] = line.trim().split(/\s+/);
    if (word === 'nameserver' && rest[0]) config.nameservers.push(rest[0]);
    if (word === 'search') config.search = rest;
    if (word === 'options') config.ndots = Number(rest.find((o) => o.startsWith('ndots:'))?.slice(6) ?? 1);
  }
  return config;
}

/** The names that a resolver tries for `host`, in order. Models glibc res_search. */
export function candidateNames(host: string, config: ResolverConfig): string[] {
  if (host.endsWith('.')) return [host.slice(0, -1)];
  const searched = config.search.map((domain) => `${host}.${domain}`);
  const dots = host.split('.').length - 1;
  return dots >= config.ndots ? [host, ...searched] : [...searched, host];
}

/** Asks for each candidate name until one has the record. A silent server ends the search, as in glibc. */
export function resolve(
  host: string,
  config: ResolverConfig,
  exchange: DnsExchange,
  type: RecordType = 'A',
): Resolution {
  const tries: ResolverTry[] = [];
  let id = 1;
  for (const name of candidateNames(host, config)) {
    const { message, ...attempt } = askServers({ name, type }, config, exchange, id++);
    tries.push(attempt);
    if (attempt.rcode === 'NOERROR' && message) return { ...found(message, attempt), tries };
    if (attempt.rcode === 'TIMEOUT') return { rcode: 'TIMEOUT', name, addresses: [], tries };
  }
  return { rcode: overallCode(tries), name: tries[tries.length - 1].name, addresses: [], tries };
}

function found(message: DnsMessage, attempt: ResolverTry): Omit<Resolution, 'tries'> {
  const addresses = message.answers.flatMap((record) => (record.type === 'A' ? [record.address] : []));
  return { rcode: 'NOERROR', name: attempt.name, addresses, message };
}

/** NODATA wins over NXDOMAIN: some name was there. A failing server wins over both. */
function overallCode(tries: readonly ResolverTry[]): TryCode {
  const codes = tries.map(({ rcode }) => rcode);
  return (['SERVFAIL', 'REFUSED', 'NODATA'] as const).find((code) => codes.includes(code)) ?? 'NXDOMAIN';
}

/** One name: the first server that answers is believed. */
function askServers(
  question: Question & { type: RecordType },
  config: ResolverConfig,
  exchange: DnsExchange,
  id: number,
): ResolverTry & { message?: DnsMessage } {
  const base = { ...question, answers: [] };
  for (const nameserver of config.nameservers) {
    const message = ask(nameserver, createQuery(id, question), exchange);
    if (!message) continue;
    const answers = message.answers.map(formatRecordData);
    return { ...base, nameserver, rcode: tryCode(message, question.type), answers, message };
  }
  return { ...base, nameserver: config.nameservers[config.nameservers.length - 1] ?? '', rcode: 'TIMEOUT' };
}

function ask(nameserver: string, query: DnsMessage, exchange: DnsExchange): DnsMessage | undefined {
  const bytes = exchange(nameserver, encodeMessage(query));
  if (!bytes) return undefined;
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
  return message.answers.some((record) => record.type === type) ? 'NOERROR' : 'NODATA';
}
