import type { HeldValues, StrategyContext } from '@podlab/apiserver';
import { AllocationError } from './ip-allocator';

/** First and last node port, both included. */
export type PortRange = readonly [number, number];

/**
 * A node port: the wanted one, or a free one drawn from the upper band, then from the lower.
 * Throws AllocationError. Models pkg/registry/core/service/portallocator.
 */
export function allocateNodePort(
  [first, last]: PortRange,
  used: HeldValues<number>,
  wanted: number | undefined,
  random: StrategyContext['random'],
): number {
  if (wanted) {
    if (wanted < first || wanted > last) {
      const range = `The range of valid ports is ${first}-${last}`;
      throw new AllocationError(`provided port is not in the valid range. ${range}`);
    }
    if (used.has(wanted)) throw new AllocationError('provided port is already allocated');
    return wanted;
  }
  const dynamic = first + staticBand(last - first + 1);
  for (const [low, high] of [
    [dynamic, last],
    [first, dynamic - 1],
  ]) {
    if (low > high) continue;
    const start = random.integer(low, high);
    for (let i = 0; i <= high - low; i++) {
      const candidate = low + ((start - low + i) % (high - low + 1));
      if (!used.has(candidate)) return candidate;
    }
  }
  throw new AllocationError('range is full');
}

/** The band left to those who choose a port: a thirty-second of the range, 16 to 128 ports. Models calculateRangeOffset. */
function staticBand(size: number): number {
  return size <= 16 ? 0 : Math.min(Math.max(16, Math.floor(size / 32)), 128);
}
