import { deepFreeze } from '@podlab/kernel';
import { IptablesError } from './iptables-error';
import { countJumps } from './jump-counts';
import type { JumpCounts } from './jump-counts';
import type { ChainState, Rule, TableState } from './types';

/** What one `iptables-restore` does to a table: all that is looked at is what it names and where that leads. */
export interface Change {
  readonly state: TableState;
  readonly replaced: ReadonlyMap<string, ChainState>;
  /** Of each replaced chain what is not as it was: between a beginning and an end that are. */
  readonly differences: ReadonlyMap<string, Difference>;
  readonly removed: ReadonlySet<string>;
  readonly more_rules: number;
}

interface Difference {
  readonly gone: readonly Rule[];
  readonly added: readonly Rule[];
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
    const rules = Object.freeze(chains[name].map(deepFreeze));
    replaced.set(name, policy === undefined ? { rules } : { policy, rules });
  }
  for (const name of remove) {
    const known = state.chains.get(name);
    if (known?.policy !== undefined) throw new IptablesError(`Chain '${name}' is built in`);
    replaced.delete(name);
    if (known !== undefined) removed.add(name);
  }
  const differences = new Map<string, Difference>();
  let more_rules = 0;
  for (const [name, { rules }] of replaced) {
    const before = state.chains.get(name)?.rules ?? [];
    more_rules += rules.length - before.length;
    differences.set(name, differenceOf(before, rules));
  }
  for (const name of removed) more_rules -= state.chains.get(name)?.rules.length ?? 0;
  return { state, replaced, differences, removed, more_rules };
}

/** Rules are frozen and shared, so that those of a long chain that stay are known by their identity. */
function differenceOf(before: readonly Rule[], after: readonly Rule[]): Difference {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return { gone: before.slice(start, before.length - end), added: after.slice(start, after.length - end) };
}

function chainAfter({ state, replaced, removed }: Change, name: string): ChainState | undefined {
  return removed.has(name) ? undefined : (replaced.get(name) ?? state.chains.get(name));
}

/**
 * Every jump that is new ends in a chain, and no way leads back to where it begins: a loop that was not there before has a
 * jump that was not there before.
 */
export function checkJumps(change: Change): void {
  const done = new Set<string>();
  const open = new Set<string>();
  const follow = (rules: readonly Rule[]): void => {
    for (const { target } of rules) {
      if (target.kind !== 'JUMP') continue;
      const jumped = chainAfter(change, target.chain);
      if (jumped === undefined) throw new IptablesError(`Chain '${target.chain}' does not exist`);
      if (jumped.policy !== undefined) throw new IptablesError(`Invalid argument: jump to ${target.chain}`);
      visit(target.chain, jumped.rules);
    }
  };
  const visit = (name: string, rules: readonly Rule[]): void => {
    if (done.has(name)) return;
    if (open.has(name)) throw new IptablesError('Too many levels of symbolic links');
    open.add(name);
    follow(rules);
    open.delete(name);
    done.add(name);
  };
  for (const [name, { added }] of change.differences) {
    open.add(name);
    follow(added);
    open.delete(name);
  }
}

/** By how many each chain is jumped to more or less often than before. */
export function jumpsMoved({ state, differences, removed }: Change): Map<string, number> {
  const moved = new Map<string, number>();
  for (const { gone, added } of differences.values()) {
    countJumps(moved, gone, -1);
    countJumps(moved, added, 1);
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
