import { deepFreeze } from '@podlab/kernel';
import { IptablesError } from './iptables-error';
import { countJumps } from './jump-counts';
import type { JumpCounts } from './jump-counts';
import type { ChainState, Rule, TableState } from './types';

/** What one `iptables-restore` does to a table: all that is looked at is what it names and where that leads. */
export interface Change {
  readonly state: TableState;
  readonly replaced: ReadonlyMap<string, ChainState>;
  readonly removed: ReadonlySet<string>;
  readonly more_rules: number;
}

export function changeOf(
  state: TableState,
  chains: Readonly<Record<string, readonly Rule[]>>,
  remove: readonly string[],
): Change {
  const replaced = new Map<string, ChainState>();
  const removed = new Set<string>();
  for (const name of Object.keys(chains)) {
    const policy = state.chains.get(name)?.policy;
    const rules = deepFreeze([...chains[name]]);
    replaced.set(name, policy === undefined ? { rules } : { policy, rules });
  }
  for (const name of remove) {
    const known = state.chains.get(name);
    if (known?.policy !== undefined) throw new IptablesError(`Chain '${name}' is built in`);
    replaced.delete(name);
    if (known !== undefined) removed.add(name);
  }
  let more_rules = 0;
  for (const [name, { rules }] of replaced) {
    more_rules += rules.length - (state.chains.get(name)?.rules.length ?? 0);
  }
  for (const name of removed) more_rules -= state.chains.get(name)?.rules.length ?? 0;
  return { state, replaced, removed, more_rules };
}

function chainAfter({ state, replaced, removed }: Change, name: string): ChainState | undefined {
  return removed.has(name) ? undefined : (replaced.get(name) ?? state.chains.get(name));
}

/** Every jump from a replaced chain ends in a chain, and no way leads from a replaced chain back to itself. */
export function checkJumps(change: Change): void {
  const done = new Set<string>();
  const open = new Set<string>();
  const visit = (name: string, known: ReadonlySet<string>): void => {
    if (done.has(name)) return;
    if (open.has(name)) throw new IptablesError('Too many levels of symbolic links');
    open.add(name);
    for (const { target } of (chainAfter(change, name) as ChainState).rules) {
      if (target.kind !== 'JUMP' || known.has(target.chain)) continue;
      const jumped = chainAfter(change, target.chain);
      if (jumped === undefined) throw new IptablesError(`Chain '${target.chain}' does not exist`);
      if (jumped.policy !== undefined) throw new IptablesError(`Invalid argument: jump to ${target.chain}`);
      visit(target.chain, NOTHING);
    }
    open.delete(name);
    done.add(name);
  };
  for (const name of change.replaced.keys()) visit(name, unchangedJumps(change, name));
}

const NOTHING: ReadonlySet<string> = new Set();

/** Chains that a chain led to before and that are as they were: a new loop does not begin with one of these. */
function unchangedJumps({ state, replaced, removed }: Change, name: string): ReadonlySet<string> {
  const before = state.chains.get(name)?.rules;
  if (before === undefined || before.length === 0) return NOTHING;
  const known = new Set<string>();
  for (const { target } of before) {
    if (target.kind === 'JUMP' && !replaced.has(target.chain) && !removed.has(target.chain))
      known.add(target.chain);
  }
  return known;
}

/** By how many each chain is jumped to more or less often than before. */
export function jumpsMoved({ state, replaced, removed }: Change): Map<string, number> {
  const moved = new Map<string, number>();
  for (const [name, { rules }] of replaced) {
    countJumps(moved, state.chains.get(name)?.rules ?? [], -1);
    countJumps(moved, rules, 1);
  }
  for (const name of removed) countJumps(moved, state.chains.get(name)?.rules ?? [], -1);
  return moved;
}

/** A chain can go when nothing jumps to it any more. */
export function checkRemovals(
  { removed }: Change,
  jumps: JumpCounts,
  moved: ReadonlyMap<string, number>,
): void {
  for (const name of removed) {
    if (jumps.of(name) + (moved.get(name) ?? 0) > 0)
      throw new IptablesError(`Chain '${name}' does not exist`);
  }
}
