import type { AddressFamily, Iptables, TableName } from '@podlab/netstack';
import { renderIptablesList, renderIptablesSpec } from '@podlab/netstack';
import type { CommandContext } from '../shell/host';
import { refusedOption } from './accepted-options';
import { parseOptions } from './command';
import type { Command, CommandSystem } from './command';

const TABLES: readonly TableName[] = ['raw', 'mangle', 'nat', 'filter'];
const VERSION = 'v1.8.11 (nf_tables)';
const CHANGES: readonly string[] = ['-A', '-I', '-D', '-R', '-F', '-N', '-X', '-P', '-E', '-Z', '-C'];

function tablesOf({ stack, origin }: CommandSystem, family: AddressFamily): Iptables {
  return family === 'IPv6' ? stack.ip6tables(origin.namespace) : stack.iptables(origin.namespace);
}

/** Lists the rules of the namespace; who may not administrate it is told so, and changes are left out by name. */
export const iptables: Command = (context, system) => {
  const family: AddressFamily = context.name.startsWith('ip6') ? 'IPv6' : 'IPv4';
  const words = context.arguments;
  if (words.includes('-V') || words.includes('--version')) {
    context.out(`${context.name} ${VERSION}\n`);
    return 0;
  }
  if (!system.netAdmin) {
    context.err(
      `${context.name} ${VERSION}: Could not fetch rule set generation id: Permission denied (you must be root)\n`,
    );
    return 4;
  }
  const table = tableOf(context);
  if (table === undefined) return 3;
  const change = words.find(
    (word) => CHANGES.includes(word) || /^--(append|insert|delete|flush|policy)$/.test(word),
  );
  if (change !== undefined) {
    context.err(
      `${context.name} ${VERSION}: ${change}: changing rules by hand is left out of this simulation\n`,
    );
    return 2;
  }
  const unknown = refusedOption(context.name, words);
  if (unknown !== undefined) {
    context.err(
      `${context.name} ${VERSION}: unknown option "${unknown.option}"\nTry \`${context.name} -h' or '${context.name} --help' for more information.\n`,
    );
    return 2;
  }
  const spec = words.findIndex((word) => word === '-S' || word === '--list-rules');
  const list = words.findIndex((word) => /^-[nv]*L[nv]*$/.test(word) || word === '--list');
  if (spec < 0 && list < 0) {
    context.err(
      `${context.name} ${VERSION}: no command specified\nTry \`${context.name} -h' or '${context.name} --help' for more information.\n`,
    );
    return 2;
  }
  const next = words[Math.max(spec, list) + 1];
  const chain = next === undefined || next.startsWith('-') ? undefined : next;
  const tables = tablesOf(system, family);
  const { letters } = parseOptions(words, 't');
  const text =
    spec >= 0
      ? renderIptablesSpec(tables, table, chain)
      : renderIptablesList(tables, table, {
          ...(chain !== undefined && { chain }),
          verbose: letters.has('v') || letters.has('verbose'),
          lineNumbers: letters.has('line-numbers'),
        });
  if (text === undefined) {
    context.err(`${context.name}: No chain/target/match by that name.\n`);
    return 1;
  }
  context.out(text);
  return 0;
};

/** The table of `-t`; undefined after a complaint. */
function tableOf(context: CommandContext): TableName | undefined {
  const { values } = parseOptions(context.arguments, 't', ['table']);
  const name = values.get('t') ?? values.get('table') ?? 'filter';
  const table = TABLES.find((each) => each === name);
  if (table === undefined)
    context.err(
      `${context.name} ${VERSION}: can't initialize ${context.name} table \`${name}': Table does not exist (do you need to insmod?)\nPerhaps ${context.name} or your kernel needs to be upgraded.\n`,
    );
  return table;
}

/** `iptables-save` and `ip6tables-save`. */
export const iptablesSave: Command = (context, system) => {
  if (!system.netAdmin) {
    context.err(
      `${context.name} ${VERSION}: Could not fetch rule set generation id: Permission denied (you must be root)\n`,
    );
    return 4;
  }
  const { values } = parseOptions(context.arguments, 't', ['table']);
  const name = values.get('t') ?? values.get('table');
  const table = TABLES.find((each) => each === name);
  if (name !== undefined && table === undefined) return tableOf(context) === undefined ? 1 : 0;
  context.out(tablesOf(system, context.name.startsWith('ip6') ? 'IPv6' : 'IPv4').render(table));
  return 0;
};
