import { prefixContains, tryParseAddress, tryParsePrefix } from '@podlab/netstack';

/** Whether an address is of a range such as `10.244.0.0/16`. */
export function isInRange(range: string, address: string): boolean {
  const prefix = tryParsePrefix(range);
  const value = tryParseAddress(address);
  return prefix !== undefined && value !== undefined && prefixContains(prefix, value);
}
