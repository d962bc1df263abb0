import type { Service } from '@podlab/api';
import type { StrategyContext } from '@podlab/apiserver';
import { UsedValues } from './used-values';
import { formatIPv4, isIPv6, parseIPv4 } from '../../validation/addresses';

/** The usable addresses of a service range as numbers, and where the band of dynamic ones begins. */
export interface ServiceNetwork {
  readonly cidr: string;
  readonly first: number;
  readonly last: number;
  /** Addresses below this one are left to those who choose for themselves, while others are free. */
  readonly dynamic: number;
}

/** The place of the Service `kubernetes` in the range. */
export const KUBERNETES_SERVICE_IP_OFFSET = 1;

/** An address that can't be had; the message is upstream's. */
export class AllocationError extends Error {
  override readonly name = 'AllocationError';
}

/** Models pkg/registry/core/service/ipallocator NewIPAllocator and calculateRangeOffset. */
export function serviceNetwork(cidr: string): ServiceNetwork {
  const [address, length] = cidr.split('/');
  const size = 2 ** (32 - Number(length));
  const base = Math.floor((parseIPv4(address) ?? 0) / size) * size;
  const first = base + 1;
  const last = Math.max(first, base + size - 2);
  return { cidr: `${formatIPv4(base)}/${length}`, first, last, dynamic: first + staticBand(size) };
}

/** The band below the dynamic one: a sixteenth of the range, 16 to 256 addresses. */
function staticBand(size: number): number {
  return size <= 16 ? 0 : Math.min(Math.max(16, Math.floor(size / 16)), 256);
}

/** The address of the Service `kubernetes`: the first of the range. */
export function kubernetesServiceIP(cidr: string): string {
  return formatIPv4(serviceNetwork(cidr).first - 1 + KUBERNETES_SERVICE_IP_OFFSET);
}

/**
 * An address for a Service: the wanted one, or a free one drawn from the upper band, then from the lower.
 * Throws {@link AllocationError}. Models ipallocator AllocateService and AllocateNextService.
 */
export function allocateClusterIP(
  network: ServiceNetwork,
  used: Pick<ReadonlySet<string>, 'has'>,
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
      const candidate = formatIPv4(low + ((start - low + i) % (high - low + 1)));
      if (!used.has(candidate)) return candidate;
    }
  }
  throw new AllocationError('range is full');
}

function takeWanted(network: ServiceNetwork, used: Pick<ReadonlySet<string>, 'has'>, wanted: string): string {
  const address = parseIPv4(wanted);
  if (address === undefined || isIPv6(wanted) || address < network.first - 1 || address > network.last + 1) {
    throw new AllocationError('the provided network does not match the current range');
  }
  if (address < network.first || address > network.last) {
    const range = `The range of valid IPs is ${network.cidr}`;
    throw new AllocationError(`the provided IP (${wanted}) is not in the valid range. ${range}`);
  }
  if (used.has(wanted)) throw new AllocationError('provided IP is already allocated');
  return wanted;
}

/** The addresses that other Services hold. */
export function usedClusterIPs(services: readonly Service[], except?: Service): UsedValues<string> {
  return new UsedValues(services, except, ({ spec }) => spec.clusterIPs ?? []);
}
