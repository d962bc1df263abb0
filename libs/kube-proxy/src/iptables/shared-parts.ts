import type { Rule } from '@podlab/netstack';

/**
 * Whose part of a shared chain a rule is. Parts stand in the order of their Services' keys, so that one can be exchanged
 * without looking at all others.
 */
export class SharedParts {
  private readonly owners = new WeakMap<Rule, string>();

  own(key: string, rules: readonly Rule[]): void {
    for (const rule of rules) this.owners.set(rule, key);
  }

  /**
   * `rules` with one Service's part exchanged; undefined where the chain does not hold it as it should, such as after a
   * load, when nobody is known to own anything. The rules behind all parts are nobody's.
   */
  exchange(
    rules: readonly Rule[],
    key: string,
    old: readonly Rule[],
    now: readonly Rule[],
  ): readonly Rule[] | undefined {
    const at = this.placeOf(rules, key);
    if (old.some((rule, offset) => rules[at + offset] !== rule)) return undefined;
    const next = rules[at + old.length];
    if (next !== undefined && this.owners.get(next) === key) return undefined;
    this.own(key, now);
    return [...rules.slice(0, at), ...now, ...rules.slice(at + old.length)];
  }

  /** Where the part of `key` begins, or would. */
  private placeOf(rules: readonly Rule[], key: string): number {
    let low = 0;
    let high = rules.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const owner = this.owners.get(rules[middle]);
      if (owner !== undefined && owner < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
