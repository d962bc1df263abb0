import type { ChainState, Rule } from './types';

/** How often chains of a table are jumped to. Nearly every chain is exactly once, so only the others are kept. */
export class JumpCounts {
  private readonly others = new Map<string, number>();

  constructor(chains: ReadonlyMap<string, ChainState>) {
    const counts = new Map<string, number>();
    for (const { rules } of chains.values()) countJumps(counts, rules, 1);
    for (const name of chains.keys()) this.set(name, counts.get(name) ?? 0);
  }

  of(chain: string): number {
    return this.others.get(chain) ?? 1;
  }

  set(chain: string, count: number): void {
    if (count === 1) this.others.delete(chain);
    else this.others.set(chain, count);
  }

  /** The chain is no more. */
  forget(chain: string): void {
    this.others.delete(chain);
  }
}

/** Adds the jumps of some rules to `counts`, `by` for each. */
export function countJumps(counts: Map<string, number>, rules: readonly Rule[], by: 1 | -1): void {
  for (const { target } of rules) {
    if (target.kind === 'JUMP') counts.set(target.chain, (counts.get(target.chain) ?? 0) + by);
  }
}
