import { InvariantViolation } from '@podlab/kernel';
import type { Rule, TableName } from './types';

/** The iptables of one namespace. */
export class Iptables {
  /**
   * Writes chains of one table at once, as `iptables-restore` does: chains named here are replaced (made if missing),
   * others stay unless `flush` empties the whole table first. A jump to a chain that is neither here nor there, or a
   * built-in chain as target, refuses the whole call and changes nothing.
   */
  restore(
    table: TableName,
    chains: Readonly<Record<string, readonly Rule[]>>,
    options: { readonly flush?: boolean; readonly remove?: readonly string[] } = {},
  ): void {
    throw new InvariantViolation(table + Object.keys(chains) + options.flush);
  }
  /** The rules of a chain, undefined where there is no such chain. */
  rules(table: TableName, chain: string): readonly Rule[] | undefined {
    throw new InvariantViolation(table + chain);
  }
  /** Names of the chains of a table in the order of their making, built-in ones first. */
  chains(table: TableName): string[] {
    throw new InvariantViolation(table);
  }
  setPolicy(table: TableName, chain: string, policy: 'ACCEPT' | 'DROP'): void {
    throw new InvariantViolation(table + chain + policy);
  }
  /** Adds `rule` to the chain unless an equal one is there: `iptables -C … || iptables -A/-I …`. */
  ensureRule(table: TableName, chain: string, rule: Rule, position: 'append' | 'prepend'): void {
    throw new InvariantViolation(table + chain + rule.target.kind + position);
  }
  /** What `iptables-save [-t table]` prints. */
  render(table?: TableName): string {
    throw new InvariantViolation(String(table));
  }
}
