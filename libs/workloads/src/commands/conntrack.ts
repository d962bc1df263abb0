import type { ConntrackFilter } from '@podlab/netstack';
import { renderEntry, tryParseAddress } from '@podlab/netstack';
import { parseOptions } from './command';
import type { Command, ParsedOptions } from './command';

const VERSION = 'v1.4.8';
const LONG_WITH_VALUE = [
  'proto',
  'src',
  'dst',
  'orig-src',
  'orig-dst',
  'reply-src',
  'reply-dst',
  'sport',
  'dport',
  'orig-port-src',
  'orig-port-dst',
  'reply-port-src',
  'state',
  'family',
];
const COMMANDS: readonly string[] = ['L', 'D', 'C', 'F', 'dump', 'delete', 'count', 'flush'];

/** Shows and forgets tracked flows; watching events (-E) is left out by name. */
export const conntrack: Command = (context, system) => {
  const options = parseOptions(context.arguments, 'psdrqfgm', LONG_WITH_VALUE);
  const { letters } = options;
  const fail = (message: string): number => {
    context.err(`conntrack ${VERSION} (conntrack-tools): ${message}\n`);
    return 1;
  };
  if (letters.has('V')) {
    context.out(`conntrack ${VERSION} (conntrack-tools)\n`);
    return 0;
  }
  if (!system.netAdmin) return fail('Operation failed: Operation not permitted');
  if (letters.has('E') || letters.has('event'))
    return fail('-E: watching events is left out of this simulation');
  if (letters.has('I') || letters.has('U') || letters.has('S'))
    return fail('-I, -U and -S are left out of this simulation');
  const command = COMMANDS.find((name) => letters.has(name));
  if (command === undefined) return fail('You need to supply an operation');
  const filter = filterOf(options);
  if (typeof filter === 'string') return fail(filter);
  const table = system.stack.conntrack(system.origin.namespace);
  const fits = lateFilter(options);
  switch (command[0].toUpperCase()) {
    case 'C':
      context.out(`${table.list().length}\n`);
      return 0;
    case 'F':
      table.remove({});
      context.err(`conntrack ${VERSION} (conntrack-tools): connection tracking table has been emptied.\n`);
      return 0;
    default: {
      const now = system.now();
      const found = table.list(filter).filter((entry) => fits(renderEntry(entry, now)));
      for (const entry of found) context.out(`${renderEntry(entry, now)}\n`);
      const deleted = command === 'D' || command === 'delete';
      if (deleted) for (const entry of found) table.forget(entry);
      const what = `${found.length} flow entries have been ${deleted ? 'deleted' : 'shown'}.`;
      context.err(`conntrack ${VERSION} (conntrack-tools): ${what}\n`);
      return deleted && found.length === 0 ? 1 : 0;
    }
  }
};

/** The part of the options that the table itself looks for. */
function filterOf({ values }: ParsedOptions): ConntrackFilter | string {
  const value = (...names: string[]): string | undefined =>
    names.map((name) => values.get(name)).find((item) => item !== undefined);
  const protocol = value('p', 'proto')?.toUpperCase().replace('ICMPV6', 'ICMP');
  if (protocol !== undefined && !/^(TCP|UDP|SCTP|ICMP)$/.test(protocol))
    return `unknown protocol \`${value('p', 'proto')}'`;
  const source = value('s', 'src', 'orig-src');
  const destination = value('d', 'dst', 'orig-dst');
  const replySource = value('r', 'reply-src');
  for (const address of [source, destination, replySource])
    if (address !== undefined && tryParseAddress(address) === undefined)
      return `Invalid IP address \`${address}'`;
  const port = Number(value('dport', 'orig-port-dst'));
  const replyPort = Number(value('reply-port-src'));
  return {
    ...(protocol !== undefined && { protocol: protocol as 'TCP' }),
    ...(source !== undefined && { original_source: source }),
    ...(destination !== undefined && { original_destination: destination }),
    ...(port > 0 && { original_destination_port: port }),
    ...(replySource !== undefined && { reply_source: replySource }),
    ...(replyPort > 0 && { reply_source_port: replyPort }),
  };
}

/** What is looked for in the printed line. */
function lateFilter({ values }: ParsedOptions): (line: string) => boolean {
  const state = values.get('state');
  const sport = values.get('sport') ?? values.get('orig-port-src');
  const family = values.get('f') ?? values.get('family');
  return (line) =>
    (state === undefined || line.includes(` ${state} `)) &&
    (sport === undefined || / sport=([0-9]+) /.exec(line)?.[1] === sport) &&
    (family === undefined || /^[^=]*src=\S*:/.test(line) === (family === 'ipv6'));
}
