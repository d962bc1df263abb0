import { invariant } from '@podlab/kernel';
import { formatIpv6, maskIpv6, parseIpv6 } from './address-ipv6';
import type { Ipv6Address } from './address-ipv6';
import type { Protocol } from './packet';

export type { Ipv6Address } from './address-ipv6';

/**
 * An address as the network computes with it: of IPv4 a signed 32-bit number (a small integer to the engine), of IPv6
 * its 32 hexadecimal digits. Both compare with ===, key a Map and are plain data. The number 0 also stands for none.
 */
export type Address = number | Ipv6Address;

export type AddressFamily = 'IPv4' | 'IPv6';

/** The five fields that name a flow. Both addresses are of one family. */
export interface HeaderTuple {
  protocol: Protocol;
  source: Address;
  source_port: number;
  destination: Address;
  destination_port: number;
}

/** A range of addresses `base`/`length`; `mask` is the netmask of IPv4, and of IPv6 -1 for a single address, else 0. */
export interface Prefix {
  readonly base: Address;
  readonly length: number;
  readonly mask: number;
}

const DECIMAL = /^(0|[1-9][0-9]{0,2})$/;

/** The number of a dotted-quad IPv4 address, or undefined when the text is none. */
export function tryParseIpv4(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!DECIMAL.test(part) || Number(part) > 255) return undefined;
    value = (value << 8) | Number(part);
  }
  return value;
}

/** The number of a dotted-quad IPv4 address; anything else is the caller's mistake. */
export function parseIpv4(text: string): number {
  const value = tryParseIpv4(text);
  invariant(value !== undefined, `not an IPv4 address: ${text}`);
  return value;
}

/** An address of either family, or undefined when the text is none. A zone (`%eth0`) is none: link-local is left out. */
export function tryParseAddress(text: string): Address | undefined {
  return text.includes(':') ? parseIpv6(text) : tryParseIpv4(text);
}

/** An address of either family; anything else is the caller's mistake. */
export function parseAddress(text: string): Address {
  const value = tryParseAddress(text);
  invariant(value !== undefined, `not an IP address: ${text}`);
  return value;
}

/** A dotted quad, or the canonical text of RFC 5952. */
export function formatAddress(address: Address): string {
  if (typeof address !== 'number') return formatIpv6(address);
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** An address written as {@link formatAddress} writes it; anything else is the caller's mistake. */
export function canonicalAddress(text: string): string {
  return formatAddress(parseAddress(text));
}

/** `10.244.1.7:80`, `[fd00:10:244:1::7]:80`. */
export function formatEndpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

export function familyOf(address: Address): AddressFamily {
  return typeof address === 'number' ? 'IPv4' : 'IPv6';
}

/** The family of an address, a prefix or a range written as text. */
export function familyOfText(text: string): AddressFamily {
  return text.includes(':') ? 'IPv6' : 'IPv4';
}

/** `0.0.0.0` or `::`. */
export function unspecifiedAddress(family: AddressFamily): Address {
  return family === 'IPv4' ? 0 : IPV6_UNSPECIFIED;
}

/** Whether it is `0.0.0.0` or `::`. */
export function isUnspecified(address: Address): boolean {
  return address === 0 || address === IPV6_UNSPECIFIED;
}

/** 127.0.0.0/8 or `::1`. */
export function isLoopback(address: Address): boolean {
  return typeof address === 'number' ? address >>> 24 === 127 : address === IPV6_LOOPBACK;
}

const IPV6_UNSPECIFIED = '0'.repeat(32) as Ipv6Address;
const IPV6_LOOPBACK = '1'.padStart(32, '0') as Ipv6Address;

/** The address `offset` behind (or, below zero, before) another. */
export function addToAddress(address: Address, offset: number): Address {
  if (typeof address === 'number') return (address + offset) | 0;
  return BigInt.asUintN(128, BigInt(`0x${address}`) + BigInt(offset))
    .toString(16)
    .padStart(32, '0') as Ipv6Address;
}

/** How far behind the start of its range an address is. */
export function offsetIn(prefix: Prefix, address: Address): number {
  const { base } = prefix;
  invariant(familyOf(base) === familyOf(address), 'an address and its range are of one family');
  if (typeof address === 'number') return (address - Number(base)) >>> 0;
  return Number(BigInt(`0x${address}`) - BigInt(`0x${base}`));
}

/** Below zero where `a` comes first by number; IPv4 before IPv6. */
export function compareAddresses(a: Address, b: Address): number {
  if (typeof a === 'number') return typeof b === 'number' ? (a >>> 0) - (b >>> 0) : -1;
  if (typeof b === 'number') return 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Bits of an address: 32 or 128. */
export function widthOf(family: AddressFamily): number {
  return family === 'IPv4' ? 32 : 128;
}

/** The netmask of an IPv4 prefix length, as a signed 32-bit number. */
export function maskOf(length: number): number {
  return length === 0 ? 0 : -1 << (32 - length);
}

/** `10.0.0.0/8`, `fd00::/64`, or a bare address taken as a range of one; host bits are cleared. */
export function tryParsePrefix(text: string): Prefix | undefined {
  const slash = text.indexOf('/');
  const address = tryParseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  const width = typeof address === 'number' ? 32 : 128;
  const written = slash < 0 ? String(width) : text.slice(slash + 1);
  if (!DECIMAL.test(written) || Number(written) > width) return undefined;
  return prefixOf(address, Number(written));
}

/** A range as {@link tryParsePrefix} reads it; anything else is the caller's mistake. */
export function parsePrefix(text: string): Prefix {
  const prefix = tryParsePrefix(text);
  invariant(prefix !== undefined, `not an IP prefix: ${text}`);
  return prefix;
}

/** The range of `length` leading bits that `address` lies in. */
export function prefixOf(address: Address, length: number): Prefix {
  if (typeof address !== 'number') {
    return { base: maskIpv6(address, length), length, mask: length === 128 ? -1 : 0 };
  }
  const mask = maskOf(length);
  return { base: address & mask, length, mask };
}

/** `base/length`, the length always written. */
export function formatPrefix(prefix: Prefix): string {
  return `${formatAddress(prefix.base)}/${prefix.length}`;
}

/** Whether `address` lies in `prefix`; never where they are of two families. */
export function prefixContains(prefix: Prefix, address: Address): boolean {
  if (typeof address === 'number') return (address & prefix.mask) === prefix.base;
  const { base } = prefix;
  return typeof base !== 'number' && maskIpv6(address, prefix.length) === base;
}

/** A number that stands for an address in a hash. */
export function hashAddress(address: Address): number {
  if (typeof address === 'number') return address;
  let hash = 0;
  for (let at = 0; at < 32; at++) hash = (Math.imul(hash, 31) + address.charCodeAt(at)) | 0;
  return hash;
}
