import { afterExchange } from '../after-exchange';
import type { Command, CommandSystem } from '../command';
import { reverseName } from './servers';

const NOT_FOUND = 2;
const SOCKET_TYPES = ['STREAM', 'DGRAM', 'RAW'];

interface HostEntry {
  readonly address: string;
  readonly names: readonly string[];
}

interface Found {
  readonly entries: readonly HostEntry[];
  readonly elapsedMs: number;
}

/** `getent hosts` and its sisters: `/etc/hosts` first, then DNS. Models glibc nss/getent.c hosts_keys and ahosts_keys. */
export const getent: Command = (context, system) => {
  const [database, ...keys] = context.arguments;
  if (!['hosts', 'ahosts', 'ahostsv4', 'ahostsv6'].includes(database)) {
    context.err(
      `Unknown database: ${database ?? ''}\nTry \`getent --help' or \`getent --usage' for more information.\n`,
    );
    return 1;
  }
  if (keys.length === 0) {
    const stdout = hostsEntries(system).map(formatEntry).join('');
    return afterExchange(system, 0, { status: 0, stdout });
  }
  const results = keys.map((key) => findHost(database, key, system));
  const lines = results.map(({ entries }, index) =>
    database === 'hosts' ? entries.map(formatEntry).join('') : socketLines(entries, keys[index]),
  );
  const elapsedMs = results.reduce((sum, result) => sum + result.elapsedMs, 0);
  const status = results.every(({ entries }) => entries.length > 0) ? 0 : NOT_FOUND;
  return afterExchange(system, elapsedMs, {
    status,
    stdout: lines.join(''),
  });
};

function hostsEntries({ origin }: CommandSystem): HostEntry[] {
  const lines = origin.hosts.split('\n').map((line) => line.replace(/#.*/, '').trim().split(/\s+/));
  return lines.flatMap(([address, ...names]) => (address ? [{ address, names }] : []));
}

function formatEntry({ address, names }: HostEntry): string {
  return `${address.padEnd(15)} ${names.join(' ')}\n`;
}

function socketLines(entries: readonly HostEntry[], name: string): string {
  return entries
    .flatMap(({ address, names }, index) =>
      SOCKET_TYPES.map((type, at) => {
        const shown = index === 0 && at === 0 ? (names[0] ?? name) : '';
        return `${address.padEnd(15)} ${type.padEnd(6)} ${shown}`.trimEnd();
      }),
    )
    .map((line) => `${line}\n`)
    .join('');
}

function findHost(database: string, key: string, system: CommandSystem): Found {
  const reverse = reverseName(key);
  const own = hostsEntries(system).filter(({ address, names }) => address === key || names.includes(key));
  if (own.length > 0) return { entries: own.slice(0, database === 'hosts' ? 1 : own.length), elapsedMs: 0 };
  if (reverse !== undefined) {
    if (database !== 'hosts') return { entries: [{ address: key, names: [key] }], elapsedMs: 0 };
    const { answers, elapsedMs } = system.network.lookup(system.origin, reverse, 'PTR', false);
    const names = answers.filter(({ type }) => type === 'PTR').map(({ value }) => value.replace(/\.$/, ''));
    return {
      entries: names.length > 0 ? [{ address: key, names }] : [],
      elapsedMs,
    };
  }
  return byName(database, key, system);
}

/** `hosts` takes IPv6 addresses where there are any, else IPv4; the others take both. */
function byName(database: string, key: string, system: CommandSystem): Found {
  const types = database === 'ahostsv4' ? ['A'] : database === 'ahostsv6' ? ['AAAA'] : ['AAAA', 'A'];
  const entries: HostEntry[] = [];
  let elapsedMs = 0;
  for (const type of types) {
    const result = system.network.lookup(system.origin, key, type, !key.endsWith('.'));
    elapsedMs += result.elapsedMs;
    if (result.rcode === 'TIMEOUT') return { entries, elapsedMs };
    const addresses = result.answers.filter((answer) => answer.type === type);
    entries.push(...addresses.map(({ value, name }) => ({ address: value, names: [name] })));
    if (database === 'hosts' && entries.length > 0) break;
  }
  return { entries, elapsedMs };
}
