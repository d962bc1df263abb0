import type { HeldValues, StrategyContext } from '@podlab/apiserver';
import { formatIPv4, formatIPv6, isIPv6, parseIPv4, parseIPv6 } from '../../validation/addresses';

export type IPFamily = 'IPv4' | 'IPv6';

/** A service range: its usable addresses are `base + first` to `base + last`. */
export interface ServiceNetwork {
  readonly cidr: string;
  readonly family: IPFamily;
  readonly base: bigint;
  readonly first: number;
  readonly last: number;
  /** Addresses below this one are left to those who choose for themselves, while others are free. */
  readonly dynamic: number;
}

/** The place of the Service `kubernetes` in the range. */
export const KUBERNETES_SERVICE_IP_OFFSET = 1;

/** Addresses that are drawn from: of a larger range, its beginning. */
const LARGEST_DRAWN = 2 ** 32;

/** An address that can't be had; the message is upstream's. */
export class AllocationError extends Error {
  override readonly name = 'AllocationError';
}

/** The ranges of a cluster, its default family first. Models cmd/kube-apiserver/app/options getServiceIPAndRanges. */
export function serviceNetworks(service_cidr: string): ServiceNetwork[] {
  return service_cidr.split(',').map((cidr) => serviceNetwork(cidr.trim()));
}

/** Models pkg/registry/core/service/ipallocator NewIPAllocator and calculateRangeOffset. */
export function serviceNetwork(cidr: string): ServiceNetwork {
  const [address, length] = cidr.split('/');
  const family: IPFamily = isIPv6(address) ? 'IPv6' : 'IPv4';
  const bits = family === 'IPv6' ? 128 : 32;
  const value = family === 'IPv6' ? parseIPv6(address) : BigInt(parseIPv4(address) ?? 0);
  const mask = (1n << BigInt(bits - Number(length))) - 1n;
  const base = (value ?? 0n) & ~mask;
  const size = Math.min(2 ** (bits - Number(length)), LARGEST_DRAWN);
  const last = Math.max(1, size - (family === 'IPv4' ? 2 : 1));
  const name = `${formatAddress(family, base)}/${length}`;
  return { cidr: name, family, base, first: 1, last, dynamic: 1 + staticBand(size) };
}

/** The band below the dynamic one: a sixteenth of the range, 16 to 256 addresses. */
function staticBand(size: number): number {
  return size <= 16 ? 0 : Math.min(Math.max(16, Math.floor(size / 16)), 256);
}

/** The address of the Service `kubernetes`: the first of the first range. */
export function kubernetesServiceIP(service_cidr: string): string {
  const [{ family, base }] = serviceNetworks(service_cidr);
  return formatAddress(family, base + BigInt(KUBERNETES_SERVICE_IP_OFFSET));
}

function formatAddress(family: IPFamily, value: bigint): string {
  return family === 'IPv6' ? formatIPv6(value) : formatIPv4(Number(value));
}

/**
 * An address for a Service: the wanted one, or a free one drawn from the upper band, then from the lower.
 * Throws {@link AllocationError}. Models ipallocator AllocateService and AllocateNextService.
 */
export function allocateClusterIP(
  network: ServiceNetwork,
  used: HeldValues<string>,
  wanted: string | undefined,
  random: StrategyContext['random'],
): string {
  if (wanted) return takeWanted(network, used, wanted);
  const bands: [number, number][] = [
    [network.dynamic, network.last],
    [network.first, Math.min(network.dynamic - 1, network.last)],
  ];
  for (const [low, high] of bands) {
    if (low > high) continue;
    const start = random.integer(low, high);
    for (let i = 0; i <= high - low; i++) {
      const offset = low + ((start - low + i) % (high - low + 1));
      const candidate = formatAddress(network.family, network.base + BigInt(offset));
      if (!used.has(candidate)) return candidate;
    }
  }
  throw new AllocationError('range is full');
}

function takeWanted(network: ServiceNetwork, used: HeldValues<string>, wanted: string): string {
  const address = network.family === 'IPv6' ? parseIPv6(wanted) : parseIPv4(wanted);
  const size = 1n << BigInt((network.family === 'IPv6' ? 128 : 32) - Number(network.cidr.split('/')[1]));
  const offset = address === undefined ? -1n : BigInt(address) - network.base;
  if (offset < 0n || offset >= size) {
    throw new AllocationError('the provided network does not match the current range');
  }
  const beyond = offset === size - 1n && network.family === 'IPv4' && size > 2n;
  if (offset === 0n || beyond) {
    const range = `The range of valid IPs is ${network.cidr}`;
    throw new AllocationError(`the provided IP (${wanted}) is not in the valid range. ${range}`);
  }
  const canonical = formatAddress(network.family, network.base + offset);
  if (used.has(canonical)) throw new AllocationError('provided IP is already allocated');
  return wanted;
}
