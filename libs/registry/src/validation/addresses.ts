import type { FieldError, Path } from '@podlab/apimachinery';
import { invalid } from '@podlab/apimachinery';

const NOT_AN_ADDRESS = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';

/** Four numbers of an IPv4 address in dotted form; undefined when it is none (leading zeros are none). */
export function parseIPv4(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = value * 256 + Number(part);
  }
  return value;
}

/** The dotted form of a 32-bit number. */
export function formatIPv4(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** Whether the text is an IPv6 address in one of its textual forms. */
export function isIPv6(text: string): boolean {
  if (!text.includes(':')) return false;
  const tail = text.slice(text.lastIndexOf(':') + 1);
  if (tail.includes('.')) {
    if (parseIPv4(tail) === undefined) return false;
    return isIPv6(`${text.slice(0, text.length - tail.length)}0:0`);
  }
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  return halves.length === 2 ? groups.length < 8 : groups.length === 8;
}

/** The 128-bit number of an IPv6 address; undefined when the text is none. */
export function parseIPv6(text: string): bigint | undefined {
  if (!isIPv6(text)) return undefined;
  const tail = text.slice(text.lastIndexOf(':') + 1);
  const embedded = tail.includes('.') ? parseIPv4(tail) : undefined;
  const plain =
    embedded === undefined
      ? text
      : `${text.slice(0, text.length - tail.length)}${Math.floor(embedded / 65536).toString(16)}:${(embedded % 65536).toString(16)}`;
  const [head, rest] = plain.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const groups = rest
    ? [...head, ...new Array<string>(8 - head.length - rest.length).fill('0'), ...rest]
    : head;
  return groups.reduce((value, group) => value * 65536n + BigInt(parseInt(group, 16)), 0n);
}

/** The form of RFC 5952: lower case, no leading zeros, `::` for the first longest run of two zero groups or more. */
export function formatIPv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => (value >> BigInt(112 - 16 * index)) & 0xffffn);
  let start = 0;
  let length = 1;
  for (let from = 0; from < 8; from++) {
    let to = from;
    while (to < 8 && groups[to] === 0n) to++;
    if (to - from > length) [start, length] = [from, to - from];
  }
  const text = (part: readonly bigint[]) => part.map((group) => group.toString(16)).join(':');
  if (length < 2) return text(groups);
  return `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`;
}

/** The one form of an address, by which two texts of it are the same. */
export function canonicalIP(text: string): string {
  const value = parseIPv6(text);
  return value === undefined ? text : formatIPv6(value);
}

export function isIP(text: string): boolean {
  return parseIPv4(text) !== undefined || isIPv6(text);
}

/** Models apimachinery pkg/util/validation IsValidIP. */
export function validateIP(text: string, path: Path): FieldError[] {
  return isIP(text) ? [] : [invalid(path, text, NOT_AN_ADDRESS)];
}

/** An address that others can reach. Models pkg/apis/core/validation ValidateNonSpecialIP after IsValidIP. */
export function validateNonSpecialIP(text: string, path: Path): FieldError[] {
  if (!isIP(text)) return validateIP(text, path);
  const errors: FieldError[] = [];
  const address = parseIPv4(text);
  const first = address === undefined ? -1 : address >>> 24;
  const lower = text.toLowerCase();
  if (address === 0 || lower === '::')
    errors.push(invalid(path, text, 'may not be unspecified (0.0.0.0 or ::)'));
  if (first === 127 || lower === '::1') {
    errors.push(invalid(path, text, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'));
  }
  if ((address !== undefined && address >>> 16 === 0xa9fe) || lower.startsWith('fe80:')) {
    errors.push(invalid(path, text, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'));
  }
  if ((address !== undefined && address >>> 8 === 0xe00000) || lower.startsWith('ff02:')) {
    errors.push(
      invalid(path, text, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'),
    );
  }
  return errors;
}

/** Whether the text is an address, `/` and a prefix length. */
export function isCIDR(text: string): boolean {
  const [address, length, ...more] = text.split('/');
  if (more.length > 0 || !/^\d{1,3}$/.test(length ?? '')) return false;
  if (parseIPv4(address) !== undefined) return Number(length) <= 32;
  return isIPv6(address) && Number(length) <= 128;
}

/** Models apimachinery pkg/util/validation GetWarningsForIP, for what is valid here at all. */
export function addressWarning(path: string, address: string): string[] {
  const canonical = canonicalIP(address);
  if (canonical === address) return [];
  return [`${path}: IPv6 address "${address}" should be in RFC 5952 canonical format ("${canonical}")`];
}
