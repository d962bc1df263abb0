import { addToAddress, familyOf, formatAddress, parsePrefix, widthOf } from '@podlab/netstack';
import type { Prefix } from '@podlab/netstack';

/** Addresses given out on one node: plain data. Models containernetworking plugins/ipam/host-local. */
export interface IpamState {
  /** Host number of the address given out last: the next search begins behind it. */
  last: number;
  /** Host number → the pod's uid. */
  reserved: Map<number, string>;
}

export function createIpamState(): IpamState {
  return { last: 1, reserved: new Map() };
}

/** The network's own address, the bridge's and, of IPv4, the broadcast address are never given to a pod. */
const FIRST_POD_HOST = 2;
/** Hosts that are counted; a node's IPv6 range has more than a number can hold. */
const LARGEST_RANGE = 2 ** 32;

/** The next free address of `cidr` after the last one given out, round and round; undefined when none is left. */
export function reserveAddress(state: IpamState, cidr: string, podUid: string): string | undefined {
  const range = parsePrefix(cidr);
  const lastHost = lastHostOf(range);
  const span = lastHost - FIRST_POD_HOST + 1;
  for (let step = 1; step <= span; step++) {
    const host = FIRST_POD_HOST + ((state.last - FIRST_POD_HOST + step + span) % span);
    if (state.reserved.has(host)) continue;
    state.reserved.set(host, podUid);
    state.last = host;
    return formatAddress(addToAddress(range.base, host));
  }
  return undefined;
}

/** Gives a pod's address back. */
export function releaseAddress(state: IpamState, podUid: string): void {
  for (const [host, uid] of state.reserved) {
    if (uid === podUid) state.reserved.delete(host);
  }
}

/** The bridge's address in a node's pod CIDR: its first. */
export function gatewayOf(cidr: string): string {
  return formatAddress(addToAddress(parsePrefix(cidr).base, 1));
}

/** The address of flannel.1 in a node's pod CIDR: the network's own. */
export function networkOf(cidr: string): string {
  return formatAddress(parsePrefix(cidr).base);
}

export function prefixLengthOf(cidr: string): number {
  return Number(cidr.slice(cidr.indexOf('/') + 1));
}

/** Models containernetworking plugins/ipam/host-local/backend/allocator lastIP. */
function lastHostOf({ base, length }: Prefix): number {
  const family = familyOf(base);
  const size = Math.min(2 ** (widthOf(family) - length), LARGEST_RANGE);
  return family === 'IPv4' ? size - 2 : size - 1;
}
