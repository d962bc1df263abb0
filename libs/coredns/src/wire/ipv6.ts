const GROUPS = 8;

/** The eight 16-bit groups of an IPv6 address as text, an IPv4 tail included; undefined for anything else. */
export function tryParseIPv6(text: string): number[] | undefined {
  const sides = text.split('::');
  if (!text.includes(':') || sides.length > 2) return undefined;
  const [head, tail] = sides.map(parseGroups);
  if (!head || (sides.length === 2 && !tail)) return undefined;
  if (tail === undefined) return head.length === GROUPS ? head : undefined;
  const missing = GROUPS - head.length - tail.length;
  return missing < 1 ? undefined : [...head, ...new Array<number>(missing).fill(0), ...tail];
}

function parseGroups(text: string): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const words = text.split(':');
  for (const [index, word] of words.entries()) {
    const dotted = index === words.length - 1 ? parseDotted(word) : undefined;
    if (dotted) groups.push(...dotted);
    else if (/^[0-9a-fA-F]{1,4}$/.test(word)) groups.push(parseInt(word, 16));
    else return undefined;
  }
  return groups;
}

function parseDotted(word: string): number[] | undefined {
  const octets = parseIPv4(word);
  return octets && [octets[0] * 256 + octets[1], octets[2] * 256 + octets[3]];
}

/** The four octets of an IPv4 address as text; undefined for anything else. */
export function parseIPv4(text: string): number[] | undefined {
  const octets = text.split('.');
  if (octets.length !== 4 || octets.some((octet) => !/^(0|[1-9]\d{0,2})$/.test(octet) || Number(octet) > 255))
    return undefined;
  return octets.map(Number);
}

/** An IPv6 address in its shortest form. Models RFC 5952 section 4. */
export function formatIPv6(groups: readonly number[]): string {
  let best = { start: -1, length: 1 };
  for (let start = 0; start < GROUPS; start++) {
    let length = 0;
    while (start + length < GROUPS && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const text = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  if (best.start < 0) return text(groups);
  return `${text(groups.slice(0, best.start))}::${text(groups.slice(best.start + best.length))}`;
}

export function isAddress(text: string): boolean {
  return parseIPv4(text) !== undefined || tryParseIPv6(text) !== undefined;
}

/** The name under which PTR records of an address stand (RFC 1035 3.5, RFC 3596 2.5); undefined for no address. */
export function reverseName(address: string): string | undefined {
  const octets = parseIPv4(address);
  if (octets) return `${octets.reverse().join('.')}.in-addr.arpa`;
  const groups = tryParseIPv6(address);
  if (!groups) return undefined;
  const digits = groups.map((group) => group.toString(16).padStart(4, '0')).join('');
  return `${[...digits].reverse().join('.')}.ip6.arpa`;
}

/** The address that a name below in-addr.arpa or ip6.arpa stands for. Models coredns plugin/pkg/dnsutil reverse.go. */
export function addressOfReverseName(name: string): string | undefined {
  if (name.endsWith('.in-addr.arpa')) {
    const address = name.slice(0, -'.in-addr.arpa'.length).split('.').reverse().join('.');
    return parseIPv4(address) && address;
  }
  if (!name.endsWith('.ip6.arpa')) return undefined;
  const digits = name.slice(0, -'.ip6.arpa'.length).split('.').reverse();
  if (digits.length !== 32 || digits.some((digit) => !/^[0-9a-f]$/.test(digit))) return undefined;
  const groups = Array.from({ length: GROUPS }, (_, index) =>
    parseInt(digits.slice(index * 4, index * 4 + 4).join(''), 16),
  );
  return formatIPv6(groups);
}
