import { parseAddress, parsePrefix, prefixContains } from '../address';
import type { Address, AddressFamily, Prefix } from '../address';
import type { ConntrackEntry, ConntrackState } from '../conntrack-types';
import type { Packet, Protocol } from '../packet';
import type { RecentList } from '../state';
import type { RuleCitation } from '../trace';
import { DispatchIndex } from './dispatch-index';
import { compileMatch } from './matchers';
import { ruleText } from './rule-text';
import type { ChainState, Match, Rule, TableName, Target } from './types';

/** What rules can ask about: the packet, where it is, and what conntrack knows of it. */
export interface RuleContext {
  packet: Packet;
  in_interface: string | undefined;
  out_interface: string | undefined;
  conntrack_state: ConntrackState | undefined;
  conntrack_entry: ConntrackEntry | undefined;
  isLocal(address: Address): boolean;
  isBroadcast(address: Address): boolean;
  recentList(name: string): RecentList;
  now(): number;
  random(): number;
}

const PROTOCOLS = { tcp: 'TCP', udp: 'UDP', sctp: 'SCTP', icmp: 'ICMP', 'ipv6-icmp': 'ICMP' } as const;

export type Test = (context: RuleContext) => boolean;

interface AddressTest extends Prefix {
  readonly invert: boolean;
}

/** A rule ready to be tried: header fields as numbers, tested in the kernel's order before the extension matches. */
export class CompiledRule {
  readonly source: AddressTest | undefined;
  readonly destination: AddressTest | undefined;
  readonly protocol: Protocol | undefined;
  readonly protocol_invert: boolean;
  readonly tests: readonly Test[];
  readonly target: Target;
  readonly kind: Target['kind'];
  /** The chain a JUMP goes to. */
  readonly chain: CompiledChain | undefined;
  /** Address of a DNAT or SNAT target. */
  readonly nat_address: Address;
  readonly has_statistic: boolean;
  readonly has_recent: boolean;
  /** How traces cite it, once one did: the same object for all of them. */
  citation: RuleCitation | undefined;
  private written: string | undefined;

  constructor(
    readonly rule: Rule,
    private readonly family: AddressFamily,
    chains: (name: string) => CompiledChain,
  ) {
    const { matches, target } = rule;
    this.source = addressTest(matches, 'source');
    this.destination = addressTest(matches, 'destination');
    const protocol = firstOf(matches, 'protocol');
    this.protocol = protocol === undefined ? undefined : PROTOCOLS[protocol.protocol];
    this.protocol_invert = protocol?.invert === true;
    this.tests = testsOf(matches);
    this.target = target;
    this.kind = target.kind;
    this.chain = target.kind === 'JUMP' ? chains(target.chain) : undefined;
    this.nat_address = target.kind === 'DNAT' || target.kind === 'SNAT' ? parseAddress(target.address) : 0;
    this.has_statistic = firstOf(matches, 'statistic') !== undefined;
    this.has_recent = firstOf(matches, 'recent') !== undefined;
  }

  /** The rule as iptables-save prints it. */
  get text(): string {
    return (this.written ??= ruleText(this.rule, this.family));
  }

  matches(context: RuleContext): boolean {
    const { packet } = context;
    if (!addressMatches(this.source, packet.source)) return false;
    if (!addressMatches(this.destination, packet.destination)) return false;
    if (this.protocol !== undefined && (this.protocol === packet.protocol) === this.protocol_invert) {
      return false;
    }
    const { tests } = this;
    for (let i = 0; i < tests.length; i++) if (!tests[i](context)) return false;
    return true;
  }
}

function addressMatches(test: AddressTest | undefined, address: Address): boolean {
  return test === undefined || prefixContains(test, address) !== test.invert;
}

type MatchOf<Kind extends Match['kind']> = Extract<Match, { kind: Kind }>;

// A fork compiles its rules anew: without a closure, a list or an iterator for each question.
function firstOf<Kind extends Match['kind']>(
  matches: readonly Match[],
  kind: Kind,
): MatchOf<Kind> | undefined {
  for (let i = 0; i < matches.length; i++) if (matches[i].kind === kind) return matches[i] as MatchOf<Kind>;
  return undefined;
}

const NO_TESTS: readonly Test[] = [];

/** Interfaces belong to the header, so they come before the extensions, as the kernel has it. */
function testsOf(matches: readonly Match[]): readonly Test[] {
  let tests: Test[] | undefined;
  for (let i = 0; i < matches.length; i++) {
    if (isInterface(matches[i])) (tests ??= []).push(compileMatch(matches[i]));
  }
  for (let i = 0; i < matches.length; i++) {
    if (!isHeader(matches[i]) && !isRemark(matches[i])) (tests ??= []).push(compileMatch(matches[i]));
  }
  // A copy has no room for more: this one is never added to.
  return tests?.slice() ?? NO_TESTS;
}

function addressTest(matches: readonly Match[], kind: 'source' | 'destination'): AddressTest | undefined {
  const match = firstOf(matches, kind);
  return match === undefined ? undefined : prefixTest(parsePrefix(match.address), match.invert === true);
}

function isInterface(match: Match): boolean {
  return match.kind === 'in-interface' || match.kind === 'out-interface';
}

/** What always holds: it is there to be read. */
function isRemark(match: Match): boolean {
  return match.kind === 'comment' || match.kind === 'protocol-module';
}

function isHeader(match: Match): boolean {
  return (
    match.kind === 'source' || match.kind === 'destination' || match.kind === 'protocol' || isInterface(match)
  );
}

/** One chain that a balancing chain may choose, and how likely it is to be reached. */
export interface Candidate {
  readonly position: number;
  readonly chain: string;
  readonly probability: number;
}

function balancedJumps(rules: readonly CompiledRule[]): Candidate[] {
  const candidates: Candidate[] = [];
  let remaining = 1;
  for (let position = 0; position < rules.length; position++) {
    const { rule, has_statistic: conditional, has_recent: remembers } = rules[position];
    if (rule.target.kind !== 'JUMP' || remembers || (!conditional && candidates.length === 0)) continue;
    const { chain } = rule.target;
    const own = conditional ? remaining * statisticOf(rule) : remaining;
    candidates.push({ position, chain, probability: own });
    remaining -= own;
    if (!conditional) break;
  }
  return candidates;
}

function statisticOf(rule: Rule): number {
  for (const match of rule.matches) {
    if (match.kind === 'statistic') return match.invert === true ? 1 - match.probability : match.probability;
  }
  return 1;
}

/** A chain with the derived form of its rules, made again when the state's rules are other ones. */
export class CompiledChain {
  private compiled_from: readonly Rule[] | undefined;
  private compiled: readonly CompiledRule[] = [];
  private dispatch: DispatchIndex | undefined;
  private balanced: readonly Candidate[] = [];
  /** The candidates as traces tell them, the same array for all of them. */
  told_candidates: readonly { readonly chain: string; readonly probability: number }[] = [];

  constructor(
    readonly family: AddressFamily,
    readonly table: TableName,
    readonly name: string,
    public state: ChainState,
    private readonly chains: (name: string) => CompiledChain,
  ) {}

  get rules(): readonly CompiledRule[] {
    if (this.compiled_from !== this.state.rules) this.compile();
    return this.compiled;
  }

  /** The index over the rules, where the chain is long enough for one to pay. */
  get index(): DispatchIndex | undefined {
    if (this.compiled_from !== this.state.rules) this.compile();
    return this.dispatch;
  }

  /** The jumps that `-m statistic` chooses among, the last one unconditional; empty where the chain does not balance. */
  get candidates(): readonly Candidate[] {
    if (this.compiled_from !== this.state.rules) this.compile();
    return this.balanced;
  }

  /** A chain that was deleted and made again is another one. */
  private leadsAsBefore({ chain }: CompiledRule): boolean {
    return chain === undefined || this.chains(chain.name) === chain;
  }

  private compile(): void {
    const known = new Map(this.compiled.map((rule) => [rule.rule, rule]));
    this.compiled = this.state.rules.map((rule) => {
      const before = known.get(rule);
      if (before !== undefined && this.leadsAsBefore(before)) return before;
      return new CompiledRule(rule, this.family, this.chains);
    });
    this.balanced = balancedJumps(this.compiled);
    this.told_candidates = this.balanced.map(({ chain, probability }) => ({ chain, probability }));
    this.dispatch = this.compiled.length < DISPATCH_MINIMUM ? undefined : new DispatchIndex(this.compiled);
    this.compiled_from = this.state.rules;
  }
}

/** Below this many rules a linear walk is as fast. */
const DISPATCH_MINIMUM = 8;

function prefixTest({ base, length, mask }: Prefix, invert: boolean): AddressTest {
  return { base, length, mask, invert };
}
