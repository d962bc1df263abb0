declare const IPV6: unique symbol;

/** The 128 bits of an IPv6 address as 32 lower-case hexadecimal digits, without colons. */
export type Ipv6Address = string & { readonly [IPV6]: true };

const GROUPS = 8;
const GROUP = /^[0-9a-f]{1,4}$/i;
const DOTTED = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** An address in any of the forms of RFC 4291 section 2.2, or undefined when the text is none. */
export function parseIpv6(text: string): Ipv6Address | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [front, back] = halves;
  const head = groupsOf(front, back === undefined);
  const tail = back === undefined ? [] : groupsOf(back, true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = GROUPS - head.length - tail.length;
  if (back === undefined ? missing !== 0 : missing < 1) return undefined;
  const zeros = Array.from({ length: missing }, () => '0');
  const digits = [...head, ...zeros, ...tail].map((group) => group.toLowerCase().padStart(4, '0'));
  return digits.join('') as Ipv6Address;
}

/** The groups of one side of `::`; the last four bytes may be a dotted quad. */
function groupsOf(text: string, last: boolean): string[] | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  const quad = last ? DOTTED.exec(groups[groups.length - 1]) : null;
  if (quad !== null) {
    const bytes = quad.slice(1).map(Number);
    const written = quad.slice(1).join('.') === bytes.join('.');
    if (!written || bytes.some((byte) => byte > 255)) return undefined;
    groups.splice(-1, 1, hexadecimal(bytes[0], bytes[1]), hexadecimal(bytes[2], bytes[3]));
  }
  return groups.every((group) => GROUP.test(group)) ? groups : undefined;
}

function hexadecimal(high: number, low: number): string {
  return ((high << 8) | low).toString(16);
}

/** The canonical text of RFC 5952: lower case, no leading zeros, the longest run of zero groups as `::`. */
export function formatIpv6(address: Ipv6Address): string {
  const groups = (address.match(/.{4}/g) ?? []).map((group) => parseInt(group, 16));
  if (isMappedIpv4(address)) return `::ffff:${dottedQuad(groups[6], groups[7])}`;
  const run = longestZeroRun(groups);
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  if (run.length < 2) return text(groups);
  return `${text(groups.slice(0, run.start))}::${text(groups.slice(run.start + run.length))}`;
}

function isMappedIpv4(address: Ipv6Address): boolean {
  return address.startsWith('00000000000000000000ffff');
}

function dottedQuad(high: number, low: number): string {
  return [high >>> 8, high & 255, low >>> 8, low & 255].join('.');
}

/** The first of the longest runs of zero groups. */
function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}

/** The address with all but its first `length` bits cleared. */
export function maskIpv6(address: Ipv6Address, length: number): Ipv6Address {
  if (length >= 128) return address;
  const whole = length >> 2;
  const rest = length & 3;
  if (rest === 0) return address.slice(0, whole).padEnd(32, '0') as Ipv6Address;
  const nibble = parseInt(address[whole], 16) & (0xf0 >> rest) & 0xf;
  return `${address.slice(0, whole)}${nibble.toString(16)}`.padEnd(32, '0') as Ipv6Address;
}
