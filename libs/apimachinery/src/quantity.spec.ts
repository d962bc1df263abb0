import fc from 'fast-check';
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  milliValue,
  parseQuantity,
  wholeValue,
} from './quantity';

// Cases of k8s.io/apimachinery pkg/api/resource/quantity_test.go TestQuantityParse and TestQuantityString.
describe('the canonical text of a quantity', () => {
  test.each([
    ['0', '0'],
    ['0n', '0'],
    ['1', '1'],
    ['+1', '1'],
    ['1000', '1k'],
    ['1024', '1024'],
    ['1Ki', '1Ki'],
    ['1024Ki', '1Mi'],
    ['1.5Gi', '1536Mi'],
    ['0.5', '500m'],
    ['.5', '500m'],
    ['1.', '1'],
    ['100m', '100m'],
    ['1000m', '1'],
    ['1100m', '1100m'],
    ['123e3', '123e3'],
    ['1E', '1E'],
    ['1e3', '1e3'],
    ['0.1n', '1n'],
    ['1.1Ki', '1127'],
    ['0.5Ki', '512'],
    ['-500m', '-500m'],
    ['2E9', '2e9'],
    ['9223372036854775807E', '9223372036854775807'],
  ])('%s is %s', (text, expected) => {
    expect(canonicalQuantity(text)).toBe(expected);
  });

  test.each([
    ['', 'quantities must match the regular expression'],
    ['abc', 'quantities must match the regular expression'],
    ['.', 'quantities must match the regular expression'],
    ['1 Gi', 'quantities must match the regular expression'],
    ['1x', "unable to parse quantity's suffix"],
    ['1mm', "unable to parse quantity's suffix"],
    ['1GiB', "unable to parse quantity's suffix"],
    ['1K', "unable to parse quantity's suffix"],
  ])('%s is refused', (text, message) => {
    expect(() => parseQuantity(text)).toThrow(message);
  });

  test('the canonical text is the same amount and its own canonical text', () => {
    const suffix = fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'e-3');
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), suffix, (amount, unit) => {
        const quantity = parseQuantity(`${amount}${unit}`);
        const text = formatQuantity(quantity);
        expect(compareQuantities(parseQuantity(text), quantity)).toBe(0);
        expect(formatQuantity(parseQuantity(text))).toBe(text);
      }),
    );
  });
});

test('arithmetic is exact', () => {
  expect(formatQuantity(addQuantities(parseQuantity('100m'), parseQuantity('1')))).toBe('1100m');
  expect(formatQuantity(addQuantities(parseQuantity('1Gi'), parseQuantity('512Mi')))).toBe('1536Mi');
  expect(milliValue(parseQuantity('1.5'))).toBe(1500);
  expect(milliValue(parseQuantity('1u'))).toBe(1);
  expect(wholeValue(parseQuantity('1500m'))).toBe(2);
  expect(wholeValue(parseQuantity('1Ki'))).toBe(1024);
  expect(compareQuantities(parseQuantity('1000Mi'), parseQuantity('1Gi'))).toBeLessThan(0);
});
