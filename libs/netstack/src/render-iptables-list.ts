import type { Iptables } from './iptables/iptables';
import { ruleText } from './iptables/rule-text';
import type { Rule, TableName } from './iptables/types';

export interface ListOptions {
  readonly chain?: string;
  readonly verbose: boolean;
  readonly lineNumbers: boolean;
}

/** What `iptables -L -n` prints; counters are not kept and print as zero. Undefined where there is no such chain. */
export function renderIptablesList(
  tables: Iptables,
  table: TableName,
  options: ListOptions,
): string | undefined {
  const names = tables.chains(table);
  if (options.chain !== undefined && !names.includes(options.chain)) return undefined;
  const references = referencesOf(tables, table, names);
  const shown = options.chain === undefined ? names : [options.chain];
  return shown
    .map((chain) => chainText(tables, table, chain, references.get(chain) ?? 0, options))
    .join('\n');
}

const BUILT_IN: ReadonlySet<string> = new Set(['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']);

function referencesOf(tables: Iptables, table: TableName, names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) {
    for (const { target } of tables.rules(table, name) ?? [])
      if (target.kind === 'JUMP') counts.set(target.chain, (counts.get(target.chain) ?? 0) + 1);
  }
  return counts;
}

function chainText(
  tables: Iptables,
  table: TableName,
  chain: string,
  references: number,
  options: ListOptions,
): string {
  const policy = tables.policy(table, chain) ?? 'ACCEPT';
  const counters = options.verbose ? ' 0 packets, 0 bytes' : '';
  const about = BUILT_IN.has(chain) ? `policy ${policy}${counters}` : `${references} references`;
  const number = options.lineNumbers ? 'num  ' : '';
  const head = options.verbose
    ? `${number} pkts bytes target     prot opt in     out     source               destination         `
    : `${number}target     prot opt source               destination         `;
  const rules = (tables.rules(table, chain) ?? []).map((rule, index) => {
    const line = ruleLine(rule, tables, options.verbose);
    return options.lineNumbers ? `${String(index + 1).padEnd(5)}${line}` : line;
  });
  return [`Chain ${chain} (${about})`, head, ...rules, ''].join('\n');
}

/** Models iptables/nft-shared.c print_rule_details: fixed columns, then what each match and target adds. */
function ruleLine(rule: Rule, { family }: Iptables, verbose: boolean): string {
  const all = family === 'IPv6' ? '::/0' : '0.0.0.0/0';
  const text = ruleText(rule, family);
  const option = (name: string): string => optionOf(text, name);
  const target = targetName(rule).padEnd(10);
  const protocol = (option('-p') || (family === 'IPv6' ? 'all' : 'all')).padEnd(4);
  const source = (bare(option('-s')) || all).padEnd(20);
  const destination = (bare(option('-d')) || all).padEnd(20);
  const tail = tailText(rule, text);
  const ways = verbose ? `${(option('-i') || '*').padEnd(6)} ${(option('-o') || '*').padEnd(7)} ` : '';
  const counters = verbose ? '    0     0 ' : '';
  return `${counters}${target} ${protocol} --  ${ways}${source} ${destination}${tail === '' ? '' : ` ${tail}`}`;
}

function optionOf(text: string, name: string): string {
  const words = text.split(' ');
  const at = words.indexOf(name);
  if (at < 0) return '';
  return `${words[at - 1] === '!' ? '!' : ''}${words[at + 1]}`;
}

const bare = (prefix: string): string => prefix.replace(/\/(32|128)$/, '');

function targetName({ target }: Rule): string {
  if (target.kind === 'NONE') return '';
  return target.kind === 'JUMP' ? target.chain : target.kind;
}

/** What follows the addresses: matches in their order, then the target's own options. */
function tailText(rule: Rule, text: string): string {
  const parts = rule.matches.flatMap((match): string[] => {
    const not = 'invert' in match && match.invert ? '!' : '';
    switch (match.kind) {
      case 'comment':
        return [`/* ${match.comment} */`];
      case 'source-port':
      case 'destination-port': {
        const protocol = rule.matches.find((other) => other.kind === 'protocol');
        const side = match.kind === 'source-port' ? 'spt' : 'dpt';
        const range = match.last_port === undefined ? `:${match.port}` : `s:${match.port}:${match.last_port}`;
        return [
          `${protocol?.protocol ?? 'tcp'} ${side}${range.startsWith('s') ? range : `:${not}${range.slice(1)}`}`,
        ];
      }
      case 'destination-ports':
        return [`multiport dports ${not}${match.ports.join(',')}`];
      case 'mark':
        return [`mark match ${not}${optionOf(text, '--mark').replace('!', '')}`];
      case 'statistic':
        return [`statistic mode random probability ${optionOf(text, '--probability')}`];
      case 'conntrack-state':
        return [`${not}ctstate ${match.states.join(',')}`];
      case 'address-type':
        return [
          `ADDRTYPE match${match.source_type ? ` src-type ${match.invert_source ? '!' : ''}${match.source_type}` : ''}${match.destination_type ? ` dst-type ${match.invert_destination ? '!' : ''}${match.destination_type}` : ''}`,
        ];
      case 'conntrack-original-destination':
        return [`${not}ctorigdst ${bare(match.address)}`];
      case 'conntrack-original-destination-port':
        return [`${not}ctorigdstport ${match.port}`];
      case 'conntrack-original-source':
        return [`${not}ctorigsrc ${bare(match.address)}`];
      case 'recent':
        return [
          `recent: ${operationText(match.operation)}${match.seconds === undefined ? '' : ` seconds: ${match.seconds}`}${match.reap ? ' reap' : ''} name: ${match.name} side: source mask: 255.255.255.255`,
        ];
      default:
        return [];
    }
  });
  return [...parts, ...targetTail(rule, text)].join(' ');
}

function operationText(operation: string): string {
  return operation === 'rcheck' ? 'CHECK' : operation.toUpperCase();
}

function targetTail({ target }: Rule, text: string): string[] {
  switch (target.kind) {
    case 'DNAT':
      return [`to:${optionOf(text, '--to-destination')}`];
    case 'SNAT':
      return [`to:${optionOf(text, '--to-source')}`];
    case 'REJECT':
      return [`reject-with ${optionOf(text, '--reject-with')}`];
    case 'MASQUERADE':
      return target.random_fully ? ['random-fully'] : [];
    case 'MARK': {
      const [value, mask] = optionOf(text, '--set-xmark').split('/');
      if (value === mask) return [`MARK or ${value}`];
      return [mask === '0x0' ? `MARK xor ${value}` : `MARK set ${value}/${mask}`];
    }
    default:
      return [];
  }
}

/** What `iptables -S` prints: policies, then chains, then rules. */
export function renderIptablesSpec(tables: Iptables, table: TableName, chain?: string): string | undefined {
  const names = tables.chains(table);
  if (chain !== undefined && !names.includes(chain)) return undefined;
  const shown = chain === undefined ? names : [chain];
  const heads = shown.map((name) =>
    BUILT_IN.has(name) ? `-P ${name} ${tables.policy(table, name) ?? 'ACCEPT'}` : `-N ${name}`,
  );
  const rules = shown.flatMap((name) =>
    (tables.rules(table, name) ?? []).map((rule) => `-A ${name} ${ruleText(rule, tables.family)}`.trimEnd()),
  );
  return [...heads, ...rules, ''].join('\n');
}
