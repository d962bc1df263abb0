import type { PacketFilter, PacketStyle } from '@podlab/netstack';
import { FilterSyntaxError, parseFilter } from '@podlab/netstack';
import { parseOptions } from './command';
import type { Command, ParsedOptions } from './command';

const LEFT_OUT: readonly string[] = ['w', 'r', 'F', 'C', 'G', 'W'];

/** Prints what passes an interface while it runs; reading and writing of files is left out by name. */
export const tcpdump: Command = (context, { stack, origin }) => {
  const options = parseOptions(context.arguments, 'icswrFCGWBEjmQTyzZ');
  const { letters, values } = options;
  const fail = (message: string): number => {
    context.err(`tcpdump: ${message}\n`);
    return 1;
  };
  const interfaces = [...(stack.state.namespaces.get(origin.namespace)?.interfaces.keys() ?? [])];
  if (letters.has('D') || letters.has('list-interfaces')) {
    interfaces.forEach((name, index) => context.out(`${index + 1}.${name} [Up, Running, Connected]\n`));
    context.out(
      `${interfaces.length + 1}.any (Pseudo-device that captures on all interfaces) [Up, Running]\n`,
    );
    return 0;
  }
  const unknown = LEFT_OUT.find((letter) => letters.has(letter));
  if (unknown !== undefined) return fail(`-${unknown}: files are left out of this simulation`);
  const name = values.get('i') ?? interfaces.find((each) => each !== 'lo') ?? 'lo';
  if (name !== 'any' && !interfaces.includes(name))
    return fail(`${name}: No such device exists (No such device exists)`);
  let filter: PacketFilter;
  try {
    filter = parseFilter(options.operands);
  } catch (error) {
    if (!(error instanceof FilterSyntaxError)) throw error;
    return fail(`can't parse filter expression: ${error.message}`);
  }
  const capture = stack.captures.open(origin.namespace, name === 'any' ? undefined : name, filter);
  if (capture === undefined) return fail('captures is limited to 64');
  context.err(openingText(name, letters.has('v')));
  const count = Number(values.get('c'));
  return {
    kind: 'capture',
    capture,
    style: styleOf(options, name === 'any'),
    shown: 0,
    ...(count > 0 && { left: count }),
  };
};

function openingText(name: string, verbose: boolean): string {
  const any = name === 'any';
  const start = any ? 'tcpdump: data link type LINUX_SLL2\n' : '';
  const hint = verbose
    ? 'tcpdump: '
    : 'tcpdump: verbose output suppressed, use -v[v]... for full protocol decode\n';
  const type = any ? 'LINUX_SLL2 (Linux cooked v2)' : 'EN10MB (Ethernet)';
  return `${start}${hint}listening on ${name}, link-type ${type}, snapshot length 262144 bytes\n`;
}

function styleOf({ letters }: ParsedOptions, any: boolean): PacketStyle {
  const stamp = letters.has('t') ? 'none' : 'time';
  return { any, numeric: letters.has('n'), stamp, ascii: letters.has('A') };
}
