import type { FieldError, Path } from '@podlab/apimachinery';
import { invalid } from '@podlab/apimachinery';
import { formatPrefix, parseAddress, tryParsePrefix } from '@podlab/netstack';
import type { Prefix } from '@podlab/netstack';
import { isCIDR } from './addresses';

const NOT_A_RANGE = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
const LEADING_ZERO = /(^|\.)0+(?=\d)/g;

/** The range that a text means however it is written: zeros in front of numbers count for nothing. */
export function rangeOf(text: string): Prefix | undefined {
  const [address = '', length = ''] = text.split('/');
  const plain = `${address.includes(':') ? address : address.replace(LEADING_ZERO, '$1')}/${length.replace(/^0+(?=\d)/, '')}`;
  return isCIDR(plain) && text.split('/').length === 2 ? tryParsePrefix(plain) : undefined;
}

/** Models apimachinery pkg/util/validation IsValidCIDRForLegacyField with StrictIPCIDRValidation. */
export function validateRange(text: string, path: Path): FieldError[] {
  const range = rangeOf(text);
  if (range === undefined) return [invalid(path, text, NOT_A_RANGE)];
  const [address, length] = text.split('/');
  const padded = (!address.includes(':') && address.search(LEADING_ZERO) >= 0) || /^0\d/.test(length);
  if (padded) return [invalid(path, text, 'must not have leading 0s in IP or prefix length')];
  if (/^::ffff:\d+\./i.test(address))
    return [invalid(path, text, 'must not have an IPv4-mapped IPv6 address')];
  const whole = formatPrefix({ ...range, base: parseAddress(address) });
  return whole === formatPrefix(range)
    ? []
    : [invalid(path, text, 'must not have bits set beyond the prefix length')];
}

/** Models apimachinery pkg/util/validation GetWarningsForCIDR, for a range that {@link validateRange} let pass. */
export function rangeWarnings(text: string, path: Path): string[] {
  const range = text.includes(':') ? rangeOf(text) : undefined;
  if (range === undefined || formatPrefix(range) === text) return [];
  const canonical = formatPrefix(range);
  return [
    `${path.toString()}: IPv6 CIDR value "${text}" should be in RFC 5952 canonical format ("${canonical}")`,
  ];
}
