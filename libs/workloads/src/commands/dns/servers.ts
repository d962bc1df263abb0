import type { DnsAnswer, DnsQuestion, DnsReply } from '../../dns-client';
import type { CommandSystem } from '../command';

/** The part of `/etc/resolv.conf` that DNS tools read for themselves. */
export interface ResolverFile {
  readonly servers: readonly string[];
  readonly search: readonly string[];
  readonly ndots: number;
}

/** Reads what a tool's container has; without a name server it is the container itself. */
export function readResolverFile({ origin }: CommandSystem): ResolverFile {
  const lines = origin.resolverConfiguration.split('\n').map((line) => line.trim().split(/\s+/));
  const values = (word: string) => lines.filter(([first]) => first === word).map(([, ...rest]) => rest);
  const servers = values('nameserver').flatMap(([server]) => (server ? [server] : []));
  const ndots = /\bndots:(\d+)/.exec(values('options').flat().join(' '))?.[1] ?? '1';
  return {
    servers: servers.length > 0 ? servers : ['127.0.0.1'],
    search: (values('search').pop() ?? []).map((domain) => domain.replace(/\.$/, '')),
    ndots: Number(ndots),
  };
}

/** The names that BIND's tools try, in order. Models bind9 bin/dig/dighost.c setup_lookup and next_origin. */
export function searchNames(name: string, { search, ndots }: ResolverFile): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const searched = search.map((domain) => `${name}.${domain}`);
  return name.split('.').length - 1 >= ndots ? [name, ...searched] : [...searched, name];
}

export interface Asking extends Pick<DnsQuestion, 'port' | 'recursion' | 'tcp' | 'timeoutMs'> {
  readonly servers: readonly string[];
  readonly tries: number;
}

/** What became of asking the servers in turn. */
export interface Asked {
  readonly server: string;
  readonly answer?: DnsAnswer;
  /** One for each packet that nobody answered. */
  readonly failures: readonly {
    readonly server: string;
    readonly outcome: Exclude<DnsReply['outcome'], 'Answered'>;
  }[];
  readonly elapsedMs: number;
}

/** Asks each server `tries` times until one answers. */
export function askServers(system: CommandSystem, asking: Asking, name: string, type: string): Asked {
  const { servers, tries, ...rest } = asking;
  const failures: { server: string; outcome: 'Refused' | 'NoRoute' | 'TimedOut' }[] = [];
  let elapsedMs = 0;
  for (let attempt = 0; attempt < tries; attempt++) {
    for (const server of servers) {
      const reply = system.network.ask(system.origin, { ...rest, server, name, type });
      elapsedMs += reply.elapsedMs;
      if (reply.outcome === 'Answered') return { server, answer: reply.answer, failures, elapsedMs };
      failures.push({ server, outcome: reply.outcome });
    }
  }
  return { server: servers[servers.length - 1], failures, elapsedMs };
}

const FAILURES = { TimedOut: 'timed out', Refused: 'connection refused', NoRoute: 'network unreachable' };

/** What BIND's tools say of packets without an answer. Models bind9 bin/dig/dighost.c recv_done. */
export function communicationErrors({ failures }: Asked, port: number): string {
  return failures
    .map(({ server, outcome }) => `;; communications error to ${server}#${port}: ${FAILURES[outcome]}\n`)
    .join('');
}

/** The name under which PTR records of an address stand; undefined for a name. */
export function reverseName(text: string): string | undefined {
  const octets = text.split('.');
  if (octets.length === 4 && octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) < 256))
    return `${octets.reverse().join('.')}.in-addr.arpa`;
  if (!/^[0-9a-f:]*:[0-9a-f:]*$/i.test(text) || text.split('::').length > 2) return undefined;
  const [head, tail] = text
    .toLowerCase()
    .split('::')
    .map((part) => (part === '' ? [] : part.split(':')));
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (missing < 0 || (tail === undefined && missing > 0)) return undefined;
  const groups = [...head, ...new Array<string>(tail === undefined ? 0 : missing).fill('0'), ...(tail ?? [])];
  const digits = groups.map((group) => group.padStart(4, '0')).join('');
  return digits.length === 32 ? `${[...digits].reverse().join('.')}.ip6.arpa` : undefined;
}

/** A name with the dot at its end that stands for the root. */
export const absolute = (name: string): string => (name.endsWith('.') ? name : `${name}.`);
