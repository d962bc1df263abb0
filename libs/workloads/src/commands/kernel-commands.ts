import type { Network } from '@podlab/netstack';
import type { Command } from './command';

/** `sysctl -a`, `sysctl name`, `sysctl -n name`: what the network stack knows; writing is left out by name. */
export const sysctl: Command = (context, { stack, origin, netAdmin }) => {
  const words = context.arguments.filter((word) => !word.startsWith('-'));
  const bare = context.arguments.includes('-n');
  const known = kernelSettings(stack, origin.namespace);
  if (words.length === 0) {
    for (const [name, value] of [...known].sort(([a], [b]) => (a < b ? -1 : 1)))
      context.out(`${name} = ${value}\n`);
    return 0;
  }
  let status = 0;
  for (const word of words) {
    const name = word.replace(/=.*/, '').replace(/\//g, '.');
    const path = `/proc/sys/${name.replace(/\./g, '/')}`;
    if (word.includes('=')) {
      context.err(
        netAdmin
          ? `sysctl: ${name}: changing the kernel is left out of this simulation\n`
          : `sysctl: error setting key '${name}': Read-only file system\n`,
      );
      status = 1;
    } else if (!known.has(name)) {
      context.err(`sysctl: error: '${path}': No such file or directory\n`);
      status = 1;
    } else context.out(bare ? `${known.get(name)}\n` : `${name} = ${known.get(name)}\n`);
  }
  return status;
};

/** The settings of a network namespace by name. */
export function kernelSettings(stack: Network, namespace: string): ReadonlyMap<string, number> {
  const own = stack.state.namespaces.get(namespace)?.sysctls ?? new Map<string, number>();
  return new Map<string, number>([...DEFAULTS, ...own]);
}

/** What Linux has where nobody set it. */
const DEFAULTS: readonly (readonly [string, number])[] = [
  ['net.core.somaxconn', 4096],
  ['net.ipv4.ip_default_ttl', 64],
  ['net.ipv4.ip_forward', 0],
  ['net.ipv6.conf.all.forwarding', 0],
  ['net.netfilter.nf_conntrack_max', 8192],
];

/** The rule set as `nft` prints it. */
export const nft: Command = (context, { stack, origin, netAdmin }) => {
  const words = context.arguments.filter((word) => !word.startsWith('-'));
  if (context.arguments[0] === '-v' || context.arguments[0] === '--version') {
    context.out('nftables v1.1.3 (Commodore Bullmoose #4)\n');
    return 0;
  }
  if (!netAdmin) {
    context.err('Operation not permitted (you must be root)\n');
    return 1;
  }
  if (words[0] !== 'list') {
    context.err(
      `Error: ${words[0] ?? 'nothing'}: changing the rule set by hand is left out of this simulation\n`,
    );
    return 1;
  }
  const text = listed(stack.nftables(origin.namespace), words.slice(1));
  if (text === undefined) {
    context.err(`Error: No such file or directory\nlist ${words.slice(1).join(' ')}\n`);
    return 1;
  }
  context.out(text);
  return 0;
};

type Rules = ReturnType<Network['nftables']>;
type Family = 'ip' | 'ip6' | 'inet';

/** `ruleset`, `tables`, `table ip NAME`, or a chain, set or map of a table; undefined where there is no such thing. */
function listed(rules: Rules, words: readonly string[]): string | undefined {
  const [what = 'ruleset', ...rest] = words;
  const family = /^(ip6?|inet)$/.test(rest[0] ?? '') ? (rest.shift() as Family) : undefined;
  const known = rules.tables().filter((table) => family === undefined || table.family === family);
  if (what === 'ruleset') return known.map(({ family: of, name }) => rules.render(of, name)).join('');
  if (what === 'tables') return known.map(({ family: of, name }) => `table ${of} ${name}\n`).join('');
  const [tableName, part] = rest;
  const table = known.find(({ name, family: of }) => name === tableName && of === (family ?? 'ip'));
  if (!table) return undefined;
  const text = rules.render(table.family, table.name);
  if (what === 'table') return text;
  if (!['chain', 'set', 'map'].includes(what) || part === undefined) return undefined;
  const start = text.indexOf(`\t${what} ${part} {\n`);
  if (start < 0) return undefined;
  const block = text.slice(start, text.indexOf('\n\t}\n', start) + '\n\t}\n'.length);
  return `table ${table.family} ${table.name} {\n${block}}\n`;
}
