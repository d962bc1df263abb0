import { invariant } from '@podlab/kernel';
import type { Protocol } from './packet';

/** The five fields that name a flow, with addresses as signed 32-bit numbers (small integers to the engine). */
export interface HeaderTuple {
  protocol: Protocol;
  source: number;
  source_port: number;
  destination: number;
  destination_port: number;
}

/** A range of addresses `base`/`length`; `mask` is derived from `length`. */
export interface Prefix {
  readonly base: number;
  readonly length: number;
  readonly mask: number;
}

const DECIMAL = /^(0|[1-9][0-9]{0,2})$/;

/** The number of a dotted-quad IPv4 address, or undefined when the text is none. */
export function tryParseAddress(text: string): number | undefined {
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
export function parseAddress(text: string): number {
  const value = tryParseAddress(text);
  invariant(value !== undefined, `not an IPv4 address: ${text}`);
  return value;
}

/** Dotted quad of an address number. */
export function formatAddress(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** The netmask of a prefix length, as a signed 32-bit number. */
export function maskOf(length: number): number {
  return length === 0 ? 0 : -1 << (32 - length);
}

/** `10.0.0.0/8`, or a bare address taken as /32; host bits are cleared. */
export function parsePrefix(text: string): Prefix {
  const slash = text.indexOf('/');
  const length = slash < 0 ? 32 : Number(text.slice(slash + 1));
  invariant(Number.isInteger(length) && length >= 0 && length <= 32, `not an IPv4 prefix: ${text}`);
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  const mask = maskOf(length);
  return { base: address & mask, length, mask };
}

/** `base/length`, the length always written. */
export function formatPrefix(prefix: Prefix): string {
  return `${formatAddress(prefix.base)}/${prefix.length}`;
}

/** Whether `address` lies in `prefix`. */
export function prefixContains(prefix: Prefix, address: number): boolean {
  return (address & prefix.mask) === prefix.base;
}
