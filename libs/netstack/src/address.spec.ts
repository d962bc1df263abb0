import fc from 'fast-check';
import {
  addToAddress,
  formatAddress,
  formatPrefix,
  offsetIn,
  parseAddress,
  parsePrefix,
  prefixContains,
  tryParseAddress,
  tryParsePrefix,
} from './address';

describe('addresses', () => {
  it.each([
    ['10.96.0.10', '10.96.0.10/32'],
    ['10.96.0.10/16', '10.96.0.0/16'],
    ['192.168.255.255/0', '0.0.0.0/0'],
    ['255.255.255.255/1', '128.0.0.0/1'],
  ])('the prefix %s is written %s', (text, normal) => expect(formatPrefix(parsePrefix(text))).toBe(normal));

  it.each(['', '10.0.0', '10.0.0.256', '10.0.0.01', '10.0.0.1 ', '10.0.0.-1', '1e1.0.0.0'])(
    '%p is no address',
    (text) => expect(tryParseAddress(text)).toBeUndefined(),
  );

  it('every number is an address that reads back as itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (address) => {
        expect(parseAddress(formatAddress(address))).toBe(address);
      }),
    );
  });

  it('a prefix holds the addresses that share its leading bits', () => {
    const any = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(any, any, fc.integer({ min: 0, max: 32 }), (network, address, length) => {
        const bits = (value: number): string => value.toString(2).padStart(32, '0').slice(0, length);
        const prefix = parsePrefix(`${formatAddress(network)}/${length}`);
        expect(prefixContains(prefix, address | 0)).toBe(bits(network) === bits(address));
      }),
    );
  });

  // RFC 4291 section 2.2 and RFC 5952 sections 1 to 5.
  it.each([
    ['2001:DB8:0:0:8:800:200C:417A', '2001:db8::8:800:200c:417a'],
    ['FF01:0:0:0:0:0:0:101', 'ff01::101'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['::', '::'],
    ['0:0:0:0:0:FFFF:129.144.52.38', '::ffff:129.144.52.38'],
    ['2001:0db8:0000:0000:0001:0000:0000:0001', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8:aaaa:bbbb:cccc:dddd:eeee:0001', '2001:db8:aaaa:bbbb:cccc:dddd:eeee:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8::0:1', '2001:db8::1'],
    ['fd00:10:244:1::', 'fd00:10:244:1::'],
    ['::1:2:3:4:5:6:7', '0:1:2:3:4:5:6:7'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ])('the IPv6 address %s is written %s', (text, normal) => {
    expect(formatAddress(parseAddress(text))).toBe(normal);
  });

  it.each([
    ':',
    ':::',
    '1',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    ':1::',
    '1::2:',
    '12345::',
    'fe80::1%eth0',
    '::g',
    '1.2.3.4::',
    '::1.2.3',
    '::1.2.3.256',
    '::01.2.3.4',
    '1:2:3:4:5:6:7:1.2.3.4',
    '::1:2:3:4:5:6:7:8',
    ' ::1',
  ])('%p is no IPv6 address', (text) => expect(tryParseAddress(text)).toBeUndefined());

  it.each([
    ['fd00:10:244:1::7/56', 'fd00:10:244::/56'],
    ['fd00:10:244:ffff::7/61', 'fd00:10:244:fff8::/61'],
    ['fd00::7', 'fd00::7/128'],
    ['fd00::7/0', '::/0'],
  ])('the prefix %s is written %s', (text, normal) => expect(formatPrefix(parsePrefix(text))).toBe(normal));

  it.each(['10.0.0.0/33', 'fd00::/129', '10.0.0.0/', '10.0.0.0/01', 'fd00::/x', 'web/8'])(
    '%p is no prefix',
    (text) => expect(tryParsePrefix(text)).toBeUndefined(),
  );

  const groups = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), {
    minLength: 8,
    maxLength: 8,
  });
  const spelled = (parts: readonly number[]): string => parts.map((part) => part.toString(16)).join(':');
  const bitsOf = (parts: readonly number[]): string =>
    parts.map((part) => part.toString(2).padStart(16, '0')).join('');

  it('every IPv6 address is written shorter or alike and reads back as itself', () => {
    fc.assert(
      fc.property(groups, (parts) => {
        const text = formatAddress(parseAddress(spelled(parts)));
        expect(formatAddress(parseAddress(text))).toBe(text);
        expect(parseAddress(text)).toBe(parseAddress(spelled(parts)));
        expect(text).toBe(new URL(`http://[${spelled(parts)}]/`).hostname.slice(1, -1).replace(MAPPED, quad));
      }),
    );
  });

  it('an IPv6 prefix holds the addresses that share its leading bits, and none of IPv4', () => {
    const near = fc.tuple(groups, fc.integer({ min: 0, max: 127 })).map(([parts, bit]) => {
      const other = parts.map((part, at) => (at === bit >> 4 ? part ^ (0x8000 >> (bit & 15)) : part));
      return [parts, other] as const;
    });
    fc.assert(
      fc.property(near, fc.integer({ min: 0, max: 128 }), ([network, address], length) => {
        const prefix = parsePrefix(`${spelled(network)}/${length}`);
        const same = bitsOf(network).slice(0, length) === bitsOf(address).slice(0, length);
        expect(prefixContains(prefix, parseAddress(spelled(address)))).toBe(same);
        expect(prefixContains(prefix, parseAddress('10.0.0.1'))).toBe(false);
      }),
    );
  });

  it.each([
    ['10.255.255.255', 1, '11.0.0.0'],
    ['127.255.255.255', 1, '128.0.0.0'],
    ['fd00::ffff', 1, 'fd00::1:0'],
    ['fd00::1:0', -1, 'fd00::ffff'],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 1, '::'],
  ])('%s and %i is %s', (text, offset, sum) => {
    expect(formatAddress(addToAddress(parseAddress(text), offset))).toBe(sum);
  });

  it.each([
    ['10.0.0.0/8', '10.1.0.5', 65_541],
    ['192.0.0.0/2', '255.255.255.255', 1_073_741_823],
    ['fd00::/64', 'fd00::1:2', 65_538],
  ])('in %s the address %s is number %i', (range, text, offset) => {
    expect(offsetIn(parsePrefix(range), parseAddress(text))).toBe(offset);
  });
});

/** A URL writes an IPv4 address mapped into IPv6 as two groups. */
const MAPPED = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/;

function quad(_: string, high: string, low: string): string {
  const [first, second] = [parseInt(high, 16), parseInt(low, 16)];
  return `::ffff:${[first >> 8, first & 255, second >> 8, second & 255].join('.')}`;
}
