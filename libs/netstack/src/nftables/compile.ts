import { parsePrefix, prefixContains } from '../address';
import { isDestinationTranslated, isSourceTranslated } from '../conntrack-types';
import type { RuleContext } from '../iptables/compile';
import type { Packet } from '../packet';
import type { RuleCitation } from '../trace';
import { ruleText } from './statement-text';
import type { NftChainState, NftField, NftRule, NftStatement } from './types';

/** What rules of nftables can ask about beside what those of iptables can. */
export interface NftContext extends RuleContext {
  addressText(address: Packet['source']): string;
  /** Says that what was remembered of earlier packets had a part in the decision. */
  remembers(): void;
}

export type NftTest = (context: NftContext) => boolean;
type Reader = (context: NftContext) => string | undefined;

const CT_STATES: Readonly<Record<string, string>> = {
  NEW: 'new',
  ESTABLISHED: 'established',
  RELATED: 'related',
  INVALID: 'invalid',
};

/** A rule ready to be tried: what its conditions ask, prepared. */
export class CompiledNftRule {
  /** The condition of each statement that is one; undefined for others. */
  readonly tests: readonly (NftTest | undefined)[];
  /** The key that each statement with a set or map looks up. */
  readonly keys: readonly (Reader | undefined)[];
  /** How traces cite it, by the element that led there. */
  readonly citations = new Map<string, RuleCitation>();
  private written: string | undefined;

  constructor(
    readonly rule: NftRule,
    readonly index: number,
  ) {
    this.tests = rule.statements.map(testOf);
    this.keys = rule.statements.map(keyOf);
  }

  get text(): string {
    return (this.written ??= ruleText(this.rule));
  }
}

/** A chain with the derived form of its rules, made again when the state's rules are other ones. */
export class CompiledNftChain {
  private compiled_from: readonly NftRule[] | undefined;
  private compiled: readonly CompiledNftRule[] = [];

  constructor(
    /** Family and name of its table. */
    readonly table: string,
    readonly name: string,
    readonly state: NftChainState,
  ) {}

  get rules(): readonly CompiledNftRule[] {
    const { rules } = this.state;
    if (this.compiled_from !== rules) {
      this.compiled = rules.map((rule, index) => new CompiledNftRule(rule, index));
      this.compiled_from = rules;
    }
    return this.compiled;
  }
}

function testOf(statement: NftStatement): NftTest | undefined {
  if (statement.kind === 'match') {
    const test = matchTest(statement.field, statement.values);
    return statement.invert === true ? inverted(statement.field, test) : test;
  }
  if (statement.kind !== 'mark') return undefined;
  const { mask, value, invert = false } = statement;
  return ({ packet }) => ((packet.mark & mask) >>> 0 === value >>> 0) !== invert;
}

/** A field that the packet does not have is neither equal nor unequal. */
function inverted(field: NftField, test: NftTest): NftTest {
  const read = readerOf(field);
  return (context) => read(context) !== undefined && !test(context);
}

function matchTest(field: NftField, values: readonly string[]): NftTest {
  switch (field) {
    case 'ip saddr':
    case 'ip6 saddr':
      return addressTest(field === 'ip saddr', values, ({ packet }) => packet.source);
    case 'ip daddr':
    case 'ip6 daddr':
      return addressTest(field === 'ip daddr', values, ({ packet }) => packet.destination);
    case 'ct state':
    case 'ct status': {
      const test = field === 'ct state' ? hasState : hasStatus;
      return (context) => values.some((value) => test(context, value));
    }
    case 'iifname':
    case 'oifname': {
      const read = readerOf(field);
      return (context) => values.some((value) => interfaceMatches(read(context), value));
    }
    default:
      return valueTest(readerOf(field), values);
  }
}

function addressTest(
  is_ipv4: boolean,
  values: readonly string[],
  read: (context: NftContext) => Packet['source'],
): NftTest {
  const prefixes = values.map(parsePrefix);
  return (context) => {
    const address = read(context);
    if ((typeof address === 'number') !== is_ipv4) return false;
    for (const prefix of prefixes) if (prefixContains(prefix, address)) return true;
    return false;
  };
}

function valueTest(read: Reader, values: readonly string[]): NftTest {
  const ranges = values
    .filter((value) => /^\d+-\d+$/.test(value))
    .map((value) => value.split('-').map(Number));
  if (ranges.length === 0 && values.length === 1) return (context) => read(context) === values[0];
  const exact = new Set(values);
  return (context) => {
    const text = read(context);
    if (text === undefined) return false;
    return exact.has(text) || ranges.some(([low, high]) => Number(text) >= low && Number(text) <= high);
  };
}

function interfaceMatches(name: string | undefined, value: string): boolean {
  if (name === undefined) return false;
  return value.endsWith('*') ? name.startsWith(value.slice(0, -1)) : name === value;
}

function hasState({ conntrack_state: state }: NftContext, value: string): boolean {
  return state === undefined ? value === 'untracked' : CT_STATES[state] === value;
}

function hasStatus({ conntrack_entry: entry }: NftContext, value: string): boolean {
  if (entry === undefined) return false;
  return value === 'dnat' ? isDestinationTranslated(entry) : value === 'snat' && isSourceTranslated(entry);
}

function keyOf(statement: NftStatement): Reader | undefined {
  switch (statement.kind) {
    case 'lookup':
    case 'vmap':
      return concatenated(statement.fields);
    case 'vmap-own':
    case 'update':
      return readerOf(statement.field);
    default:
      return undefined;
  }
}

/** The key as elements are written: fields with ` . ` between. */
function concatenated(fields: readonly NftField[]): Reader {
  const readers = fields.map(readerOf);
  if (readers.length === 1) return readers[0];
  return (context) => {
    let key = '';
    for (let at = 0; at < readers.length; at++) {
      const part = readers[at](context);
      if (part === undefined) return undefined;
      key = at === 0 ? part : `${key} . ${part}`;
    }
    return key;
  };
}

/** A field of the packet as text; undefined where the packet has none such. */
function readerOf(field: NftField): Reader {
  switch (field) {
    case 'ip saddr':
    case 'ip6 saddr':
      return addressReader(field === 'ip saddr', ({ packet }) => packet.source);
    case 'ip daddr':
    case 'ip6 daddr':
      return addressReader(field === 'ip daddr', ({ packet }) => packet.destination);
    case 'meta l4proto':
      return protocolOf;
    case 'meta mark':
      return ({ packet }) => String(packet.mark);
    case 'iifname':
      return (context) => context.in_interface;
    case 'oifname':
      return (context) => context.out_interface;
    case 'fib saddr type':
      return (context) => addressType(context, context.packet.source);
    case 'fib daddr type':
      return (context) => addressType(context, context.packet.destination);
    case 'ct state':
      return ({ conntrack_state: state }) => (state === undefined ? 'untracked' : CT_STATES[state]);
    case 'ct status':
      return ({ conntrack_entry: entry }) => (entry === undefined ? undefined : '');
    default:
      return portReader(field);
  }
}

function addressReader(is_ipv4: boolean, read: (context: NftContext) => Packet['source']): Reader {
  return (context) => {
    const address = read(context);
    return (typeof address === 'number') === is_ipv4 ? context.addressText(address) : undefined;
  };
}

const PROTOCOLS: Readonly<Record<Packet['protocol'], string>> = {
  TCP: 'tcp',
  UDP: 'udp',
  SCTP: 'sctp',
  ICMP: 'icmp',
};

function protocolOf({ packet }: NftContext): string {
  if (packet.protocol === 'ICMP' && typeof packet.source !== 'number') return 'ipv6-icmp';
  return PROTOCOLS[packet.protocol];
}

function portReader(field: NftField): Reader {
  const [header, name] = field.split(' ');
  return ({ packet }) => {
    const { protocol } = packet;
    if (protocol === 'ICMP' || (header !== 'th' && header !== PROTOCOLS[protocol])) return undefined;
    return String(name === 'sport' ? packet.source_port : packet.destination_port);
  };
}

function addressType(context: NftContext, address: Packet['source']): string {
  if (context.isLocal(address)) return 'local';
  return context.isBroadcast(address) ? 'broadcast' : 'unicast';
}
