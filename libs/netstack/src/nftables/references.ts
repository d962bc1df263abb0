import type { NftRule, NftSetState, NftTableState, NftVerdict } from './types';

/** Who uses which chain and set of a table: derived, and kept up with every change so that no change walks the table. */
export class NftReferences {
  rules = 0;
  private readonly chains = new Map<string, number>();
  private readonly sets = new Map<string, number>();
  /** Chains that look up a map, with how many of their rules do. */
  private readonly map_users = new Map<string, Map<string, number>>();

  constructor(private readonly table: NftTableState) {
    for (const [name, { rules }] of table.chains) for (const rule of rules) this.countRule(name, rule, 1);
    for (const { elements } of table.sets.values()) {
      for (const { verdict } of elements.values()) this.countVerdict(verdict, 1);
    }
  }

  usesOfChain(chain: string): number {
    return this.chains.get(chain) ?? 0;
  }

  usesOfSet(set: string): number {
    return this.sets.get(set) ?? 0;
  }

  countRule(chain: string, rule: NftRule, by: 1 | -1): void {
    this.rules += by;
    for (const target of chainsOf(rule)) add(this.chains, target, by);
    for (const set of setsOf(rule)) add(this.sets, set, by);
    for (const statement of rule.statements) {
      if (statement.kind !== 'vmap') continue;
      let users = this.map_users.get(statement.map);
      if (users === undefined) this.map_users.set(statement.map, (users = new Map()));
      add(users, chain, by);
    }
  }

  countVerdict(verdict: NftVerdict | undefined, by: 1 | -1): void {
    if (verdict !== undefined && 'chain' in verdict) add(this.chains, verdict.chain, by);
  }

  /** Whether a way leads from `from` to `chain`. */
  leads(from: string, chain: string): boolean {
    return this.reaches(from, (name) => name === chain);
  }

  /** Whether a way leads from `from` to a chain that looks up `map`. */
  leadsToUser(from: string, map: string): boolean {
    const users = this.map_users.get(map);
    return users !== undefined && users.size > 0 && this.reaches(from, (name) => users.has(name));
  }

  private reaches(from: string, wanted: (chain: string) => boolean): boolean {
    const seen = new Set([from]);
    const open = [from];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (wanted(name)) return true;
      for (const next of this.nextOf(name)) {
        if (seen.has(next)) continue;
        seen.add(next);
        open.push(next);
      }
    }
    return false;
  }

  private *nextOf(chain: string): Iterable<string> {
    for (const rule of this.table.chains.get(chain)?.rules ?? []) {
      yield* chainsOf(rule);
      for (const statement of rule.statements) {
        if (statement.kind === 'vmap') yield* elementChains(this.table.sets.get(statement.map));
      }
    }
  }
}

function add(counts: Map<string, number>, name: string, by: number): void {
  const count = (counts.get(name) ?? 0) + by;
  if (count === 0) counts.delete(name);
  else counts.set(name, count);
}

export function* elementChains(set: NftSetState | undefined): Iterable<string> {
  if (set === undefined) return;
  for (const { verdict } of set.elements.values()) {
    if (verdict !== undefined && 'chain' in verdict) yield verdict.chain;
  }
}

/** The chains that a rule itself names. */
export function chainsOf(rule: NftRule): string[] {
  const chains: string[] = [];
  const take = (verdict: NftVerdict): void => {
    if ('chain' in verdict) chains.push(verdict.chain);
  };
  for (const statement of rule.statements) {
    if (statement.kind === 'verdict') take(statement.verdict);
    else if (statement.kind === 'vmap-random') statement.verdicts.forEach(take);
    else if (statement.kind === 'vmap-own') statement.mappings.forEach(({ verdict }) => take(verdict));
  }
  return chains;
}

/** The named sets and maps that a rule asks. */
export function setsOf(rule: NftRule): string[] {
  return rule.statements.flatMap((statement) => {
    if (statement.kind === 'lookup' || statement.kind === 'update') return [statement.set];
    return statement.kind === 'vmap' ? [statement.map] : [];
  });
}
