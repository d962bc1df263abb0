import { deepFreeze, withinLimit } from '@podlab/kernel';
import { NftablesError } from './nftables-error';
import { chainsOf, NftReferences, setsOf } from './references';
import type {
  NftChainState,
  NftCommand,
  NftElement,
  NftFamily,
  NftRule,
  NftRulesetState,
  NftSetState,
  NftTableState,
} from './types';

const RULES_LIMIT = 400_000;
const CHAINS_LIMIT = 400_000;
const ELEMENTS_LIMIT = 400_000;
/** Elements of a dynamic set without a size of its own. Models nftables src/evaluate.c: 0xffff. */
const DYNAMIC_SIZE = 65_535;

const NO_SUCH = 'Error: Could not process rule: No such file or directory';
const BUSY = 'Error: Could not process rule: Device or resource busy';
const LOOP = 'Error: Could not process rule: Too many levels of symbolic links';
const UNSUPPORTED = 'Error: Could not process rule: Operation not supported';
const EXISTS = 'Error: Could not process rule: File exists';

/**
 * Commands on one table, done in order and either all or none: what `nft -f` does with a file. What it costs depends on
 * the commands, not on the table.
 */
export class NftTransaction {
  private readonly undo: (() => void)[] = [];
  /** Chains whose list of rules is this transaction's own, to append to. */
  private readonly own = new Map<string, NftRule[]>();

  constructor(
    private readonly tables: NftRulesetState,
    private readonly references: Map<string, NftReferences>,
    private readonly family: NftFamily,
    private readonly name: string,
  ) {}

  run(commands: readonly NftCommand[]): void {
    try {
      for (const command of commands) this.perform(command);
      this.checkLimits();
    } catch (error) {
      for (let at = this.undo.length - 1; at >= 0; at--) this.undo[at]();
      this.references.delete(this.id);
      throw error;
    }
  }

  private get id(): string {
    return `${this.family} ${this.name}`;
  }

  private get table(): NftTableState {
    const table = this.tables.get(this.id);
    if (table === undefined) throw new NftablesError(NO_SUCH);
    return table;
  }

  private get refs(): NftReferences {
    let references = this.references.get(this.id);
    if (references === undefined) {
      references = new NftReferences(this.table);
      this.references.set(this.id, references);
    }
    return references;
  }

  private chain(name: string): NftChainState {
    const chain = this.table.chains.get(name);
    if (chain === undefined) throw new NftablesError(`${NO_SUCH}; chain ${name}`);
    return chain;
  }

  private set(name: string): NftSetState {
    const set = this.table.sets.get(name);
    if (set === undefined) throw new NftablesError(`${NO_SUCH}; set ${name}`);
    return set;
  }

  private perform(command: NftCommand): void {
    switch (command.do) {
      case 'add-table':
        return this.addTable(command.comment);
      case 'delete-table':
        return this.deleteTable();
      case 'add-chain':
        return this.addChain(command);
      case 'flush-chain':
        return this.setRules(command.chain, []);
      case 'delete-chain':
        return this.deleteChain(command.chain);
      case 'add-rule':
        return this.addRule(command.chain, command.rule);
      case 'add-set':
        return this.addSet(command);
      case 'flush-set':
        return this.flushSet(command.set);
      case 'delete-set':
        return this.deleteSet(command.set);
      case 'add-element':
        return this.addElement(command.set, command.key, command.element);
      case 'delete-element':
        return this.deleteElement(command.set, command.key);
    }
  }

  private addTable(comment: string | undefined): void {
    const { id, family, name } = this;
    if (this.tables.has(id)) return;
    const sets = new Map<string, NftSetState>();
    const chains = new Map<string, NftChainState>();
    this.tables.set(id, { family, name, ...(comment === undefined ? {} : { comment }), sets, chains });
    this.undo.push(() => this.tables.delete(id));
  }

  private deleteTable(): void {
    const { id, table } = this;
    this.tables.delete(id);
    this.references.delete(id);
    this.undo.push(() => this.tables.set(id, table));
  }

  private addChain({ chain: name, base, comment }: Extract<NftCommand, { do: 'add-chain' }>): void {
    const { chains } = this.table;
    const known = chains.get(name);
    if (known !== undefined) {
      const same = base === undefined || JSON.stringify(base) === JSON.stringify(known.base);
      if (!same) throw new NftablesError(EXISTS);
      return;
    }
    chains.set(name, {
      ...(base === undefined ? {} : { base: deepFreeze({ ...base }) }),
      ...(comment === undefined ? {} : { comment }),
      rules: [],
    });
    this.undo.push(() => chains.delete(name));
  }

  /** The rules of a chain become others; those that were there are gone. */
  private setRules(name: string, rules: NftRule[]): void {
    const chain = this.chain(name);
    const before = chain.rules;
    for (const rule of before) this.refs.countRule(name, rule, -1);
    chain.rules = rules;
    this.own.set(name, rules);
    this.undo.push(() => {
      chain.rules = before;
    });
  }

  private deleteChain(name: string): void {
    const chain = this.chain(name);
    if (this.refs.usesOfChain(name) > 0) throw new NftablesError(BUSY);
    for (const rule of chain.rules) this.refs.countRule(name, rule, -1);
    this.own.delete(name);
    this.takeOut(this.table.chains, name);
  }

  private addRule(name: string, rule: NftRule): void {
    const chain = this.chain(name);
    for (const set of setsOf(rule)) this.set(set);
    for (const target of chainsOf(rule)) this.checkJump(target, () => this.refs.leads(target, name));
    for (const statement of rule.statements) {
      if (statement.kind !== 'vmap') continue;
      const set = this.set(statement.map);
      if (!set.map) throw new NftablesError(UNSUPPORTED);
      for (const { verdict } of set.elements.values()) {
        if (verdict !== undefined && 'chain' in verdict && this.refs.leads(verdict.chain, name)) {
          throw new NftablesError(LOOP);
        }
      }
    }
    let own = this.own.get(name);
    if (own === undefined) {
      const before = chain.rules;
      own = [...before];
      this.own.set(name, own);
      chain.rules = own;
      this.undo.push(() => {
        chain.rules = before;
      });
    }
    // Counted first: counts that are only made now are of the table without this rule.
    this.refs.countRule(name, rule, 1);
    own.push(deepFreeze(rule));
  }

  private checkJump(target: string, loops: () => boolean): void {
    if (this.chain(target).base !== undefined) throw new NftablesError(UNSUPPORTED);
    if (loops()) throw new NftablesError(LOOP);
  }

  private addSet({ set: name, options }: Extract<NftCommand, { do: 'add-set' }>): void {
    const { sets } = this.table;
    if (sets.has(name)) return;
    const flags = options.flags ?? [];
    const size = options.size ?? (flags.includes('dynamic') ? DYNAMIC_SIZE : undefined);
    const { map, type, comment, timeout_s } = options;
    sets.set(name, {
      map,
      type: [...type],
      ...(comment === undefined ? {} : { comment }),
      flags: [...flags],
      ...(timeout_s === undefined ? {} : { timeout_s }),
      ...(size === undefined ? {} : { size }),
      elements: new Map(),
    });
    this.undo.push(() => sets.delete(name));
  }

  private flushSet(name: string): void {
    const set = this.set(name);
    const before = set.elements;
    for (const { verdict } of before.values()) this.refs.countVerdict(verdict, -1);
    set.elements = new Map();
    this.undo.push(() => {
      set.elements = before;
    });
  }

  private deleteSet(name: string): void {
    const set = this.set(name);
    if (this.refs.usesOfSet(name) > 0) throw new NftablesError(BUSY);
    for (const { verdict } of set.elements.values()) this.refs.countVerdict(verdict, -1);
    this.takeOut(this.table.sets, name);
  }

  private addElement(name: string, key: string, element: NftElement): void {
    const set = this.set(name);
    if (set.map !== (element.verdict !== undefined)) throw new NftablesError(UNSUPPORTED);
    const { verdict } = element;
    if (verdict !== undefined && 'chain' in verdict) {
      this.checkJump(verdict.chain, () => this.refs.leadsToUser(verdict.chain, name));
    }
    const { elements } = set;
    const before = elements.get(key);
    this.refs.countVerdict(before?.verdict, -1);
    this.refs.countVerdict(verdict, 1);
    elements.set(key, element);
    withinLimit('elements of an nftables set', elements.size, ELEMENTS_LIMIT);
    this.undo.push(() => {
      if (before === undefined) elements.delete(key);
      else elements.set(key, before);
    });
  }

  private deleteElement(name: string, key: string): void {
    const { elements } = this.set(name);
    const element = elements.get(key);
    if (element === undefined) throw new NftablesError(`${NO_SUCH}; element ${key} of ${name}`);
    this.refs.countVerdict(element.verdict, -1);
    this.takeOut(elements, key);
  }

  /** Takes an entry out; put back it is the last one. */
  private takeOut<T>(entries: Map<string, T>, key: string): void {
    const value = entries.get(key) as T;
    entries.delete(key);
    this.undo.push(() => {
      entries.set(key, value);
    });
  }

  private checkLimits(): void {
    if (!this.tables.has(this.id)) return;
    withinLimit('rules of an nftables table', this.refs.rules, RULES_LIMIT);
    withinLimit('chains of an nftables table', this.table.chains.size, CHAINS_LIMIT);
  }
}
