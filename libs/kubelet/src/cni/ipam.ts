import { invariant } from '@podlab/kernel';

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

/** The network's own address, the bridge's and the broadcast address are never given to a pod. */
const FIRST_POD_HOST = 2;

/** The next free address of `cidr` after the last one given out, round and round; undefined when none is left. */
export function reserveAddress(state: IpamState, cidr: string, podUid: string): string | undefined {
  const { base, size } = parseCidr(cidr);
  const lastHost = size - 2;
  const span = lastHost - FIRST_POD_HOST + 1;
  for (let step = 1; step <= span; step++) {
    const host = FIRST_POD_HOST + ((state.last - FIRST_POD_HOST + step + span) % span);
    if (state.reserved.has(host)) continue;
    state.reserved.set(host, podUid);
    state.last = host;
    return formatAddress(base + host);
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
  return formatAddress(parseCidr(cidr).base + 1);
}

/** The address of flannel.1 in a node's pod CIDR: the network's own. */
export function networkOf(cidr: string): string {
  return formatAddress(parseCidr(cidr).base);
}

export function prefixLengthOf(cidr: string): number {
  return Number(cidr.slice(cidr.indexOf('/') + 1));
}

function parseCidr(cidr: string): { base: number; size: number } {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr);
  invariant(match, `${cidr} is no IPv4 CIDR`);
  const [first, second, third, fourth, prefix] = match.slice(1).map(Number);
  const size = 2 ** (32 - prefix);
  const address = ((first * 256 + second) * 256 + third) * 256 + fourth;
  return { base: address - (address % size), size };
}

function formatAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}
