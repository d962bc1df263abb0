import { invariant } from '@podlab/kernel';
import { CompiledNftChain } from './compile';
import type { NftTableView } from './evaluate';
import { IntervalSet } from './interval-set';
import type { NftReferences } from './references';
import { renderTables } from './render';
import { NftTransaction } from './transaction';
import type { NftCommand, NftFamily, NftHook, NftRulesetState, NftTableState } from './types';

/** A base chain at a hook, in the table it belongs to. */
export interface HookedChain {
  readonly table: NftTableView;
  readonly chain: CompiledNftChain;
  readonly priority: number;
}

/** The base chains at a hook for one family, by priority. */
export interface NftHookChains {
  readonly filter: readonly HookedChain[];
  readonly nat: readonly HookedChain[];
}

type PacketFamily = 'ip' | 'ip6';

/** Where the tables of a namespace are kept: nowhere until there is one. */
export interface NftablesHolder {
  nftables?: NftRulesetState;
}

/** The nftables of one namespace. */
export class Nftables {
  // Absent until there is a table: most namespaces never have one.
  private references: Map<string, NftReferences> | undefined;
  private views: Map<string, TableView> | undefined;
  private hooks = newHooks();
  /** The chains in `hooks`, with their tables. */
  private hooked: Set<string> | undefined;

  constructor(
    private readonly holder: NftablesHolder,
    private readonly now: () => number,
    private readonly changed: () => void,
  ) {}

  /** Whether there is a table. */
  get active(): boolean {
    return this.holder.nftables !== undefined;
  }

  /**
   * Does commands on one table in order, all or none, as `nft -f` does. One that cannot be done (a jump to nowhere, a
   * loop, a chain in use) throws {@link NftablesError} and nothing has changed. Chains can be deleted only when no rule
   * and no element leads there.
   */
  run(family: NftFamily, table: string, commands: readonly NftCommand[]): void {
    if (commands.length === 0) return;
    const { holder } = this;
    const tables: NftRulesetState = holder.nftables ?? new Map();
    new NftTransaction(tables, (this.references ??= new Map()), family, table).run(commands);
    if (tables.size === 0) delete holder.nftables;
    else holder.nftables = tables;
    const id = `${family} ${table}`;
    if (commands.some((command) => this.touchesHooks(id, command))) this.forgetHooks();
    if (this.views?.get(id)?.state !== tables.get(id)) this.views?.delete(id);
    this.views?.get(id)?.refresh();
    this.changed();
  }

  /** Whether other chains may stand at a hook after a command. */
  private touchesHooks(id: string, command: NftCommand): boolean {
    switch (command.do) {
      case 'add-table':
      case 'delete-table':
        return true;
      case 'add-chain':
        return command.base !== undefined;
      case 'delete-chain':
        return this.hooked?.has(`${id} ${command.chain}`) === true;
      default:
        return false;
    }
  }

  private forgetHooks(): void {
    this.hooks = newHooks();
    this.hooked = undefined;
  }

  tables(): NftTableState[] {
    return [...(this.holder.nftables?.values() ?? [])];
  }

  table(family: NftFamily, name: string): NftTableState | undefined {
    return this.holder.nftables?.get(`${family} ${name}`);
  }

  /** What `nft list ruleset` prints, or `nft list table FAMILY NAME`. */
  render(family?: NftFamily, name?: string): string {
    const shown = this.tables().filter(
      (table) =>
        (family === undefined || table.family === family) && (name === undefined || table.name === name),
    );
    return renderTables(shown, this.now());
  }

  /** The base chains at a hook that see packets of a family; undefined where there is no table at all. */
  at(hook: NftHook, family: PacketFamily): NftHookChains | undefined {
    if (this.holder.nftables === undefined) return undefined;
    return (this.hooks[family][hook] ??= this.find(hook, family));
  }

  private find(hook: NftHook, family: PacketFamily): NftHookChains {
    const filter: HookedChain[] = [];
    const nat: HookedChain[] = [];
    for (const state of this.tables()) {
      if (state.family !== family && state.family !== 'inet') continue;
      for (const [name, { base }] of state.chains) {
        if (base?.hook !== hook) continue;
        const table = this.view(state);
        const hooked = { table, chain: table.chain(name), priority: base.priority };
        (base.type === 'nat' ? nat : filter).push(hooked);
        (this.hooked ??= new Set()).add(`${table.id} ${name}`);
      }
    }
    const byPriority = (a: HookedChain, b: HookedChain): number => a.priority - b.priority;
    return { filter: filter.sort(byPriority), nat: nat.sort(byPriority) };
  }

  private view(state: NftTableState): TableView {
    const id = `${state.family} ${state.name}`;
    let view = this.views?.get(id);
    if (view === undefined) {
      view = new TableView(id, state);
      (this.views ??= new Map()).set(id, view);
    }
    return view;
  }
}

function newHooks(): { [F in PacketFamily]: { [H in NftHook]?: NftHookChains } } {
  return { ip: {}, ip6: {} };
}

/** What is derived of a table: compiled chains, made when a packet comes to them. */
class TableView implements NftTableView {
  /** Deleted ones stay behind until there are more than the table has. */
  private readonly chains = new Map<string, CompiledNftChain>();
  private readonly intervals = new Map<string, IntervalSet>();

  constructor(
    readonly id: string,
    readonly state: NftTableState,
  ) {}

  chain(name: string): CompiledNftChain {
    const state = this.state.chains.get(name);
    invariant(state !== undefined, `no chain ${name} in table ${this.id}`);
    let chain = this.chains.get(name);
    if (chain?.state !== state) {
      chain = new CompiledNftChain(this.id, name, state);
      this.chains.set(name, chain);
    }
    return chain;
  }

  interval(name: string): IntervalSet | undefined {
    const set = this.state.sets.get(name);
    if (set === undefined) return undefined;
    let made = this.intervals.get(name);
    if (made === undefined) {
      made = new IntervalSet(set);
      this.intervals.set(name, made);
    }
    return made;
  }

  /** The table changed: what may be out of date is made again. */
  refresh(): void {
    this.intervals.clear();
    if (this.chains.size > this.state.chains.size) this.chains.clear();
  }
}
