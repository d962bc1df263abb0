import { parsePrefix, prefixContains, tryParseAddress } from '../address';
import type { Prefix } from '../address';
import type { NftElement, NftSetState } from './types';

interface Range {
  readonly element: NftElement;
  readonly key: string;
  readonly prefix: Prefix | undefined;
  readonly low: number;
  readonly high: number;
}

/** The elements of a set with flag `interval` as ranges, as they were when it was made. */
export class IntervalSet {
  private readonly ranges: readonly Range[];

  constructor({ elements, type }: NftSetState) {
    const addresses = type[0] === 'ipv4_addr' || type[0] === 'ipv6_addr';
    this.ranges = [...elements]
      .map(([key, element]) => {
        const [low, high = low] = addresses ? [0, 0] : key.split('-').map(Number);
        return { key, element, prefix: addresses ? parsePrefix(key) : undefined, low, high };
      })
      .sort((a, b) => (b.prefix?.length ?? 0) - (a.prefix?.length ?? 0));
  }

  /** The key of the range that holds the value, the narrowest where several do. */
  find(value: string): string | undefined {
    const address = tryParseAddress(value);
    const number = Number(value);
    return this.ranges.find(({ prefix, low, high }) =>
      prefix === undefined
        ? number >= low && number <= high
        : address !== undefined && prefixContains(prefix, address),
    )?.key;
  }
}
