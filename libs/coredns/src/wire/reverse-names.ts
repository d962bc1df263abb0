import { formatAddress, tryParseAddress } from '@podlab/netstack';

/** The name under which PTR records of an address stand (RFC 1035 3.5, RFC 3596 2.5); undefined for no address. */
export function reverseName(text: string): string | undefined {
  const address = tryParseAddress(text);
  if (address === undefined) return undefined;
  if (typeof address !== 'number') return `${[...address].reverse().join('.')}.ip6.arpa`;
  return `${formatAddress(address).split('.').reverse().join('.')}.in-addr.arpa`;
}

/** The address that a name below in-addr.arpa or ip6.arpa stands for. Models coredns plugin/pkg/dnsutil reverse.go. */
export function addressOfReverseName(name: string): string | undefined {
  const text = name.endsWith('.in-addr.arpa')
    ? name.slice(0, -'.in-addr.arpa'.length).split('.').reverse().join('.')
    : nibblesOf(name)?.replace(/(.{4})(?=.)/g, '$1:');
  const address = text === undefined ? undefined : tryParseAddress(text);
  return address === undefined ? undefined : formatAddress(address);
}

/** The 32 digits of an address, first digit first. */
function nibblesOf(name: string): string | undefined {
  if (!name.endsWith('.ip6.arpa')) return undefined;
  const digits = name.slice(0, -'.ip6.arpa'.length).split('.').reverse();
  return digits.length === 32 && digits.every((digit) => /^[0-9a-f]$/.test(digit))
    ? digits.join('')
    : undefined;
}
