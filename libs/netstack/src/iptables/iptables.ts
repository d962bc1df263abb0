import { equalJson, invariant, withinLimit } from '@podlab/kernel';
import type { AddressFamily } from '../address';
import { changeOf, checkJumps, checkRemovals, jumpsMoved } from './change';
import type { Change } from './change';
import { CompiledChain } from './compile';
import { JumpCounts } from './jump-counts';
import { ruleText } from './rule-text';
import type { HookName, Rule, TableName, TableState } from './types';

const HOOKS: Readonly<Record<TableName, readonly HookName[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
};
/** Models iptables iptables/nft.h enum nft_table_type: the order in which iptables-save goes through the tables. */
const SAVE_ORDER: readonly TableName[] = ['mangle', 'raw', 'filter', 'nat'];
const RULES_PER_TABLE_LIMIT = 400_000;

/** What is known of a table beside its state, so that a change need not walk it. */
interface Derived {
  rules: number;
  /** Counted when a chain is first removed. */
  jumps: JumpCounts | undefined;
}

interface CompiledTable {
  readonly chains: Map<string, CompiledChain>;
  readonly chain: (name: string) => CompiledChain;
}

/** The built-in chains at one hook; undefined where one lets everything through. */
export type HookChains = { readonly [T in TableName]: CompiledChain | undefined };

/** The iptables of one namespace, or its ip6tables. */
export class Iptables {
  private readonly compiled: { [T in TableName]?: CompiledTable } = {};
  private readonly derived: { [T in TableName]?: Derived } = {};
  private hooks: { [H in HookName]: HookChains | undefined } = newHooks();

  constructor(
    readonly family: AddressFamily,
    private readonly tables: Map<TableName, TableState>,
    private readonly onChange: () => void,
    /** Of equal tables that rest: what it compiled serves until these ones change. */
    private lender?: Iptables,
  ) {}

  private changed(): void {
    this.lender = undefined;
    this.hooks = newHooks();
    this.onChange();
  }

  /** Whether any table was ever made: then the namespace tracks connections, as Linux does from the first rule on. */
  get active(): boolean {
    return this.tables.size > 0;
  }

  /**
   * Writes chains of one table at once, as `iptables-restore` does: chains named here are replaced (made if missing),
   * others stay unless `flush` empties the whole table first; `remove` deletes user chains after that. A jump to a chain
   * that does not exist, a loop, or the removal of a chain in use refuses the whole call and changes nothing.
   */
  restore(
    table: TableName,
    chains: Readonly<Record<string, readonly Rule[]>>,
    options: { readonly flush?: boolean; readonly remove?: readonly string[] } = {},
  ): void {
    const current = options.flush === true ? undefined : this.tables.get(table);
    const state = current ?? newTable(table);
    const change = changeOf(state, chains, options.remove ?? []);
    const derived = current === undefined ? { rules: 0, jumps: undefined } : this.derivedOf(table, current);
    checkJumps(change);
    const moved = jumpsMoved(change);
    if (change.removed.size > 0)
      checkRemovals(change, (derived.jumps ??= new JumpCounts(state.chains)), moved);
    withinLimit('rules of an iptables table', derived.rules + change.more_rules, RULES_PER_TABLE_LIMIT);
    if (current === undefined) this.put(table, state, derived);
    this.commit(table, change, derived, moved);
  }

  private put(table: TableName, state: TableState, derived: Derived | undefined): void {
    this.tables.set(table, state);
    this.derived[table] = derived;
    this.compiled[table] = undefined;
    this.lender = undefined;
    this.hooks = newHooks();
  }

  private derivedOf(table: TableName, { chains }: TableState): Derived {
    let derived = this.derived[table];
    if (derived === undefined) {
      let rules = 0;
      for (const chain of chains.values()) rules += chain.rules.length;
      derived = { rules, jumps: undefined };
      this.derived[table] = derived;
    }
    return derived;
  }

  private commit(
    table: TableName,
    change: Change,
    derived: Derived,
    moved: ReadonlyMap<string, number>,
  ): void {
    const { state, replaced, removed, more_rules } = change;
    const { jumps } = derived;
    const compiled = this.compiled[table]?.chains;
    for (const [name, chain] of replaced) {
      if (jumps !== undefined && !state.chains.has(name)) jumps.set(name, 0);
      state.chains.set(name, chain);
      const known = compiled?.get(name);
      if (known !== undefined) known.state = chain;
    }
    for (const name of removed) {
      state.chains.delete(name);
      compiled?.delete(name);
    }
    derived.rules += more_rules;
    if (jumps !== undefined) {
      for (const [name, by] of moved) jumps.set(name, jumps.of(name) + by);
      for (const name of removed) jumps.forget(name);
    }
    this.changed();
  }

  /** The rules of a chain, undefined where there is no such chain. */
  rules(table: TableName, chain: string): readonly Rule[] | undefined {
    return this.tables.get(table)?.chains.get(chain)?.rules;
  }

  /** Names of the chains of a table in the order of their making, built-in ones first. */
  chains(table: TableName): string[] {
    return [...(this.tables.get(table)?.chains.keys() ?? [])];
  }

  /** What becomes of a packet at the end of a built-in chain; undefined of any other. */
  policy(table: TableName, chain: string): 'ACCEPT' | 'DROP' | undefined {
    return this.tables.get(table)?.chains.get(chain)?.policy;
  }

  setPolicy(table: TableName, chain: string, policy: 'ACCEPT' | 'DROP'): void {
    const state = this.table(table).chains.get(chain);
    invariant(state?.policy !== undefined, `${chain} is no built-in chain of ${table}`);
    state.policy = policy;
    this.changed();
  }

  /** Adds `rule` to the chain unless an equal one is there: `iptables -C … || iptables -A/-I …`. */
  ensureRule(table: TableName, chain: string, rule: Rule, position: 'append' | 'prepend'): void {
    const rules = this.table(table).chains.get(chain)?.rules ?? [];
    if (rules.some((existing) => equalJson(existing, rule))) return;
    this.restore(table, { [chain]: position === 'append' ? [...rules, rule] : [rule, ...rules] });
  }

  /** Takes every rule equal to `rule` out of the chain: `iptables -D`; false when there was none. */
  removeRule(table: TableName, chain: string, rule: Rule): boolean {
    const rules = this.rules(table, chain) ?? [];
    const rest = rules.filter((existing) => !equalJson(existing, rule));
    if (rest.length === rules.length) return false;
    this.restore(table, { [chain]: rest });
    return true;
  }

  /** What `iptables-save [-t table]` (`ip6tables-save`) prints, without its two comment lines that tell version and date. */
  render(table?: TableName): string {
    const names = table === undefined ? SAVE_ORDER : [table];
    return names.map((name) => renderTable(name, this.tables.get(name), this.family)).join('');
  }

  /** The built-in chains at a hook, by table. */
  at(hook: HookName): HookChains {
    if (this.lender !== undefined) return this.lender.at(hook);
    return (this.hooks[hook] ??= {
      raw: this.builtIn('raw', hook),
      mangle: this.builtIn('mangle', hook),
      nat: this.builtIn('nat', hook),
      filter: this.builtIn('filter', hook),
    });
  }

  private builtIn(table: TableName, hook: HookName): CompiledChain | undefined {
    if (!HOOKS[table].includes(hook)) return undefined;
    const state = this.tables.get(table)?.chains.get(hook);
    const idle = state === undefined || (state.rules.length === 0 && state.policy !== 'DROP');
    return idle ? undefined : (this.compiled[table] ?? this.compile(table)).chain(hook);
  }

  private table(table: TableName): TableState {
    let state = this.tables.get(table);
    if (state === undefined) {
      state = newTable(table);
      this.put(table, state, undefined);
      this.changed();
    }
    return state;
  }

  private compile(table: TableName): CompiledTable {
    const chains = new Map<string, CompiledChain>();
    const chain = (name: string): CompiledChain => {
      let made = chains.get(name);
      if (made === undefined) {
        const source = this.tables.get(table)?.chains.get(name);
        invariant(source !== undefined, `no chain ${name} in ${table}`);
        made = new CompiledChain(this.family, table, name, source, chain);
        chains.set(name, made);
      }
      return made;
    };
    const compiled: CompiledTable = { chains, chain };
    this.compiled[table] = compiled;
    return compiled;
  }
}

function newHooks(): { [H in HookName]: HookChains | undefined } {
  return {
    PREROUTING: undefined,
    INPUT: undefined,
    FORWARD: undefined,
    OUTPUT: undefined,
    POSTROUTING: undefined,
  };
}

function newTable(table: TableName): TableState {
  return {
    chains: new Map(HOOKS[table].map((name) => [name, { policy: 'ACCEPT', rules: [] as const }])),
  };
}

function renderTable(name: TableName, table: TableState | undefined, family: AddressFamily): string {
  if (table === undefined) return '';
  const lines = [`*${name}`];
  for (const [chain, { policy }] of table.chains) lines.push(`:${chain} ${policy ?? '-'} [0:0]`);
  for (const [chain, { rules }] of table.chains) {
    for (const rule of rules) lines.push(`-A ${chain} ${ruleText(rule, family)}`.trimEnd());
  }
  lines.push('COMMIT');
  return `${lines.join('\n')}\n`;
}
