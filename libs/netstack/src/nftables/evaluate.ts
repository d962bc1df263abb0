import { LimitExceeded } from '@podlab/kernel';
import { parseAddress } from '../address';
import type { Address } from '../address';
import { PathTree } from '../chain-paths';
import type { Target } from '../iptables/types';
import type { RuleCitation } from '../trace';
import { CompiledNftChain } from './compile';
import type { CompiledNftRule, NftContext } from './compile';
import { IntervalSet } from './interval-set';
import { elementText, endpointText, verdictText } from './statement-text';
import type { NftElement, NftEndpoint, NftStatement, NftTableState, NftVerdict } from './types';

/** What a base chain said: go on, or what the rule that {@link NftEvaluator.citation} cites wants. */
export type NftOutcome = 'ACCEPT' | 'DROP' | 'REJECT' | 'NAT' | 'CONTINUE';

/** A choice among several: what was chosen, and what could have been. */
export interface NftChoice {
  readonly chosen: string;
  readonly candidates: readonly string[];
  /** Set when a set remembered the client. */
  readonly sticky: boolean;
}

/** Told of what rules do on the way to the verdict; given only while a trace is recorded. */
export interface NftObserver {
  nftMarked(evaluator: NftEvaluator, citation: RuleCitation): void;
  nftChose(evaluator: NftEvaluator, citation: RuleCitation, choice: NftChoice): void;
}

/** The compiled chains and sets of one table. */
export interface NftTableView {
  readonly id: string;
  readonly state: NftTableState;
  chain(name: string): CompiledNftChain;
  interval(set: string): IntervalSet | undefined;
}

/** Chains that may call one another. */
const DEPTH_LIMIT = 64;
/** Citations of one rule that are remembered; beyond this many they are forgotten and made again. */
const CITATIONS_LIMIT = 1_024;
/** Addresses of translation that are remembered as numbers. */
const ADDRESSES_LIMIT = 65_536;
const NO_TARGET: Target = { kind: 'NONE' };

/** Walks chains of nftables. After an outcome the fields say which rule gave it and what it wants. */
export class NftEvaluator {
  /** The type of the steps that tell of what it decided. */
  readonly step = 'Nftables';
  /** What a rule of type nat wants, or how a rejection is told, in the words that iptables has for it. */
  target: Target = NO_TARGET;
  private rule: CompiledNftRule | undefined;
  private chain!: CompiledNftChain;
  private table!: NftTableView;
  private context!: NftContext;
  private observer: NftObserver | undefined;
  /** The map and its element that led here, as a remark behind the rule's text. */
  private via = '';
  private readonly stack: { readonly name: string }[] = [];
  private depth = 0;
  private readonly paths = new PathTree();
  private readonly addresses = new Map<string, Address>();

  /** The outcome of a base chain, its policy included. */
  run(
    table: NftTableView,
    chain: CompiledNftChain,
    context: NftContext,
    observer: NftObserver | undefined,
  ): NftOutcome {
    this.table = table;
    this.context = context;
    this.observer = observer;
    this.depth = 0;
    this.via = '';
    this.rule = undefined;
    const outcome = this.walk(chain);
    if (outcome !== 'CONTINUE') return outcome;
    this.chain = chain;
    this.rule = undefined;
    this.via = '';
    this.stack[0] = chain;
    this.depth = 1;
    return chain.state.base?.policy === 'drop' ? 'DROP' : 'CONTINUE';
  }

  /** Names of the chains on the way to where the walk is, outermost first; the same object for the same way. */
  path(): readonly string[] {
    return this.paths.pathOf(this.stack, this.depth);
  }

  get nat_address(): Address {
    const { target } = this;
    if (!('address' in target)) return 0;
    let address = this.addresses.get(target.address);
    if (address === undefined) {
      if (this.addresses.size >= ADDRESSES_LIMIT) this.addresses.clear();
      address = parseAddress(target.address);
      this.addresses.set(target.address, address);
    }
    return address;
  }

  /** The rule or policy that gave the outcome. */
  citation(): RuleCitation {
    const { chain, rule } = this;
    if (rule === undefined) {
      const policy = chain.state.base?.policy ?? 'accept';
      return { table: this.table.id, chain: chain.name, text: `policy ${policy}`, index: -1 };
    }
    return this.cite(chain, rule, this.via);
  }

  /** A rule as nft prints it; behind a # what led there or which of its choices it took. */
  private cite(chain: CompiledNftChain, rule: CompiledNftRule, remark: string): RuleCitation {
    let citation = rule.citations.get(remark);
    if (citation === undefined) {
      if (rule.citations.size >= CITATIONS_LIMIT) rule.citations.clear();
      const text = remark === '' ? rule.text : `${rule.text} # ${remark}`;
      citation = { table: this.table.id, chain: chain.name, text, index: rule.index };
      rule.citations.set(remark, citation);
    }
    return citation;
  }

  private walk(chain: CompiledNftChain): NftOutcome {
    if (this.depth >= DEPTH_LIMIT) throw new LimitExceeded('nftables jump depth', DEPTH_LIMIT);
    this.stack[this.depth++] = chain;
    const { via } = this;
    const { rules } = chain;
    for (let at = 0; at < rules.length; at++) {
      const verdict = this.tryRule(chain, rules[at]);
      if (verdict === undefined || verdict.kind === 'continue') continue;
      if (verdict.kind === 'return') break;
      if (!('chain' in verdict)) return this.decided(verdict.kind);
      const outcome = this.walk(this.table.chain(verdict.chain));
      if (outcome !== 'CONTINUE') return outcome;
      this.via = via;
      if (verdict.kind === 'goto') break;
    }
    this.depth--;
    return 'CONTINUE';
  }

  private decided(kind: string): NftOutcome {
    if (kind === 'accept') return 'ACCEPT';
    if (kind === 'drop') return 'DROP';
    return this.target.kind === 'REJECT' ? 'REJECT' : 'NAT';
  }

  /** Does the statements of a rule in order; undefined where it came to no verdict. */
  private tryRule(chain: CompiledNftChain, rule: CompiledNftRule): Verdict | undefined {
    const { statements } = rule.rule;
    let remembered = false;
    for (let at = 0; at < statements.length; at++) {
      const test = rule.tests[at];
      if (test !== undefined) {
        if (!test(this.context)) return undefined;
        continue;
      }
      const statement = statements[at];
      if (statement.kind === 'lookup') {
        if ((this.lookup(statement.set, rule, at) !== undefined) === (statement.invert === true))
          return undefined;
        remembered ||= this.table.state.sets.get(statement.set)?.flags.includes('timeout') === true;
        continue;
      }
      const verdict = this.perform(chain, rule, at, statement);
      if (verdict === undefined) continue;
      if (remembered && 'chain' in verdict) this.noteSticky(chain, rule, verdict);
      this.chain = chain;
      this.rule = rule;
      return verdict;
    }
    return undefined;
  }

  private noteSticky(
    chain: CompiledNftChain,
    rule: CompiledNftRule,
    { chain: chosen }: { chain: string },
  ): void {
    this.observer?.nftChose(this, this.cite(chain, rule, ''), { chosen, candidates: [], sticky: true });
  }

  private perform(
    chain: CompiledNftChain,
    rule: CompiledNftRule,
    at: number,
    statement: NftStatement,
  ): Verdict | undefined {
    switch (statement.kind) {
      case 'verdict':
        return statement.verdict;
      case 'vmap':
        return this.fromMap(statement.map, rule, at);
      case 'vmap-own': {
        const key = rule.keys[at]?.(this.context);
        return statement.mappings.find((mapping) => mapping.key === key)?.verdict ?? BREAK;
      }
      case 'vmap-random': {
        const choice = this.choose(chain, rule, statement.verdicts.map(targetText));
        return statement.verdicts[choice];
      }
      case 'set-mark':
        this.setMark(chain, rule, statement);
        return undefined;
      case 'update':
        this.remember(statement, rule.keys[at]?.(this.context));
        return undefined;
      default:
        return this.act(chain, rule, statement);
    }
  }

  private act(chain: CompiledNftChain, rule: CompiledNftRule, statement: NftStatement): Verdict | undefined {
    switch (statement.kind) {
      case 'dnat':
        this.target = { kind: 'DNAT', ...statement.to };
        return STOP;
      case 'dnat-random': {
        const { to } = statement;
        const choice = this.choose(chain, rule, to.map(endpointText));
        if (to.length > 1) this.via = choiceRemark(choice, to[choice]);
        this.target = { kind: 'DNAT', ...to[choice] };
        return STOP;
      }
      case 'snat':
        this.target = { kind: 'SNAT', address: statement.address };
        return STOP;
      case 'masquerade':
        this.target = { kind: 'MASQUERADE', random_fully: statement.fully_random };
        return STOP;
      case 'reject':
        this.target = { kind: 'REJECT', reject_with: statement.with };
        return STOP;
      default:
        return undefined;
    }
  }

  /** One of several, each as likely; a single one needs no luck. */
  private choose(chain: CompiledNftChain, rule: CompiledNftRule, candidates: readonly string[]): number {
    if (candidates.length === 1) return 0;
    const choice = Math.floor(this.context.random() * candidates.length);
    if (this.observer !== undefined) {
      const citation = this.cite(chain, rule, `${choice} : ${candidates[choice]}`);
      this.observer.nftChose(this, citation, { chosen: candidates[choice], candidates, sticky: false });
    }
    return choice;
  }

  private setMark(
    chain: CompiledNftChain,
    rule: CompiledNftRule,
    { operation, value }: Extract<NftStatement, { kind: 'set-mark' }>,
  ): void {
    const { packet } = this.context;
    const { mark } = packet;
    const made =
      operation === '|'
        ? mark | value
        : operation === '&'
          ? mark & value
          : operation === '^'
            ? mark ^ value
            : value;
    packet.mark = made >>> 0;
    this.observer?.nftMarked(this, this.cite(chain, rule, this.via));
  }

  private fromMap(map: string, rule: CompiledNftRule, at: number): Verdict {
    const found = this.lookup(map, rule, at);
    if (found?.element.verdict === undefined) return BREAK;
    this.via = `@${map} ${elementText(found.key, found.element)}`;
    return found.element.verdict;
  }

  private lookup(
    name: string,
    rule: CompiledNftRule,
    at: number,
  ): { readonly key: string; readonly element: NftElement } | undefined {
    const set = this.table.state.sets.get(name);
    const value = rule.keys[at]?.(this.context);
    if (set === undefined || value === undefined) return undefined;
    if (set.flags.includes('timeout')) this.context.remembers();
    const key = set.flags.includes('interval') ? this.table.interval(name)?.find(value) : value;
    if (key === undefined) return undefined;
    const element = set.elements.get(key);
    if (element === undefined) return undefined;
    const { expires_at_ms: expires } = element;
    return expires !== undefined && expires <= this.context.now() ? undefined : { key, element };
  }

  /** Models linux net/netfilter/nft_dynset.c: an element that is there lives anew; a set that is full takes no other. */
  private remember(
    { set: name, timeout_s }: Extract<NftStatement, { kind: 'update' }>,
    key: string | undefined,
  ): void {
    const set = this.table.state.sets.get(name);
    if (set === undefined || key === undefined) return;
    this.context.remembers();
    const now = this.context.now();
    const { elements } = set;
    for (const [old, { expires_at_ms }] of elements) {
      if (expires_at_ms === undefined || expires_at_ms > now) break;
      elements.delete(old);
    }
    const known = elements.delete(key);
    if (!known && set.size !== undefined && elements.size >= set.size) return;
    const timeout = timeout_s ?? set.timeout_s;
    elements.set(key, timeout === undefined ? {} : { expires_at_ms: now + timeout * 1000 });
  }
}

/** A verdict, or the end of the walk by what {@link NftEvaluator.target} says. */
type Verdict = NftVerdict | { readonly kind: 'stop' };
const STOP: Verdict = { kind: 'stop' };
/** A lookup that finds nothing ends its rule. */
const BREAK: Verdict = { kind: 'continue' };

function targetText(verdict: NftVerdict): string {
  return 'chain' in verdict ? verdict.chain : verdictText(verdict);
}

function choiceRemark(choice: number, endpoint: NftEndpoint): string {
  return `${choice} : ${endpointText(endpoint)}`;
}
