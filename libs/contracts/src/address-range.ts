import { z } from 'zod';

export const IpFamily = z.enum(['IPv4', 'IPv6']);
export type IpFamily = z.infer<typeof IpFamily>;

/** An address of either family. */
export const IpAddress = z.union([z.ipv4(), z.ipv6()], { error: 'must be an IPv4 or IPv6 address' });

const Range = z.union([z.cidrv4(), z.cidrv6()]);

/** A range of addresses as numbers. */
export interface AddressRange {
  readonly text: string;
  readonly family: IpFamily;
  readonly base: bigint;
  readonly length: number;
}

export function familyOf(text: string): IpFamily {
  return text.includes(':') ? 'IPv6' : 'IPv4';
}

/** A CIDR as numbers; undefined where the text is none. */
export function parseRange(text: string): AddressRange | undefined {
  if (!Range.safeParse(text).success) return undefined;
  const [address, length] = text.split('/');
  const family = familyOf(text);
  const base = family === 'IPv4' ? ipv4Number(address) : ipv6Number(address);
  return { text, family, base, length: Number(length) };
}

/** Whether two ranges have an address in common. */
export function overlap(one: AddressRange, other: AddressRange): boolean {
  if (one.family !== other.family) return false;
  const width = one.family === 'IPv4' ? 32 : 128;
  const rest = BigInt(width - Math.min(one.length, other.length));
  return one.base >> rest === other.base >> rest;
}

function ipv4Number(address: string): bigint {
  return address.split('.').reduce((value, part) => value * 256n + BigInt(part), 0n);
}

/** Of an address that is known to be well-formed; its last four bytes may be a dotted quad. */
function ipv6Number(address: string): bigint {
  const text = address.replace(/[0-9]+(\.[0-9]+){3}$/, (quad) => quadGroups(ipv4Number(quad)));
  const [front, back] = text.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const zeros = back === undefined ? [] : new Array<string>(8 - front.length - back.length).fill('0');
  const groups = [...front, ...zeros, ...(back ?? [])];
  return groups.reduce((value, group) => value * 65_536n + BigInt(`0x${group}`), 0n);
}

function quadGroups(value: bigint): string {
  return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
}
