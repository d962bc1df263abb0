import { withinLimit } from '@podlab/kernel';
import type { PolicyEngine } from './engine';

/** Which senders reach which receivers on one port, as far as policies go. */
export interface TruthTable {
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** A row a sender, a column a receiver. */
  readonly allowed: readonly (readonly boolean[])[];
}

const TRUTH_TABLE_PAIRS_LIMIT = 4_000_000;

/** Asks the engine for every pair of addresses. */
export function truthTable(
  engine: PolicyEngine,
  asked: {
    readonly from: readonly string[];
    readonly to: readonly string[];
    readonly protocol: string;
    readonly port: number;
  },
): TruthTable {
  const { from, to, protocol, port } = asked;
  withinLimit('pairs of a truth table', from.length * to.length, TRUTH_TABLE_PAIRS_LIMIT);
  const senders = from.map((address) => engine.end(address));
  const receivers = to.map((address) => engine.end(address));
  const allowed = senders.map((sender) =>
    receivers.map((receiver) => engine.allowsBetween(sender, receiver, protocol, port)),
  );
  return { from, to, allowed };
}
