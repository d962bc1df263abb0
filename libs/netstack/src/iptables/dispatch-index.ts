import type { Address } from '../address';
import type { CompiledRule } from './compile';

const NONE: readonly number[] = [];
const HOST_MASK = -1;

/**
 * Finds the rules of a long chain that a packet could match, in rule order: those for its destination address, those
 * for its destination port, and those that name neither. A rule left out could not have matched, so the walk over the
 * candidates ends as the walk over all would.
 */
export class DispatchIndex {
  private readonly by_destination = new Map<Address, number[]>();
  private readonly by_port = new Map<number, number[]>();
  private readonly rest: number[] = [];

  constructor(rules: readonly CompiledRule[]) {
    rules.forEach((rule, position) => {
      const { destination } = rule;
      const port = onlyPort(rule);
      if (destination !== undefined && !destination.invert && destination.mask === HOST_MASK) {
        push(this.by_destination, destination.base, position);
      } else if (port !== undefined) {
        push(this.by_port, port, position);
      } else {
        this.rest.push(position);
      }
    });
  }

  /** The first candidate at or after `from`, or -1. */
  next(destination: Address, port: number, from: number): number {
    let best = firstFrom(this.rest, from);
    const byDestination = firstFrom(this.by_destination.get(destination) ?? NONE, from);
    if (byDestination >= 0 && (best < 0 || byDestination < best)) best = byDestination;
    const byPort = firstFrom(this.by_port.get(port) ?? NONE, from);
    return byPort >= 0 && (best < 0 || byPort < best) ? byPort : best;
  }
}

/** The one destination port that a rule asks for, if it does. */
function onlyPort(rule: CompiledRule): number | undefined {
  for (const match of rule.rule.matches) {
    if (match.kind !== 'destination-port' || match.invert === true) continue;
    if (match.last_port === undefined || match.last_port === match.port) return match.port;
  }
  return undefined;
}

function push<K>(map: Map<K, number[]>, key: K, position: number): void {
  const positions = map.get(key);
  if (positions === undefined) map.set(key, [position]);
  else positions.push(position);
}

/** The first of ascending `positions` that is at or after `from`, by bisection; -1 when there is none. */
function firstFrom(positions: readonly number[], from: number): number {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (positions[middle] < from) low = middle + 1;
    else high = middle;
  }
  return low < positions.length ? positions[low] : -1;
}
