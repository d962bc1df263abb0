import fc from 'fast-check';
import {
  formatAddress,
  formatPrefix,
  parseAddress,
  parsePrefix,
  prefixContains,
  tryParseAddress,
} from './address';

describe('addresses', () => {
  it.each([
    ['10.96.0.10', '10.96.0.10/32'],
    ['10.96.0.10/16', '10.96.0.0/16'],
    ['192.168.255.255/0', '0.0.0.0/0'],
    ['255.255.255.255/1', '128.0.0.0/1'],
  ])('the prefix %s is written %s', (text, normal) => expect(formatPrefix(parsePrefix(text))).toBe(normal));

  it.each(['', '10.0.0', '10.0.0.256', '10.0.0.01', '10.0.0.1 ', '::1', '10.0.0.-1', '1e1.0.0.0'])(
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
});
