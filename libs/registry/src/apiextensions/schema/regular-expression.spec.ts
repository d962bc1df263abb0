import * as fc from 'fast-check';
import { parseRegularExpression } from './regular-expression';

test.each<[pattern: string, matching: string[], others: string[]]>([
  ['^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', ['a', 'a-b', '0'], ['', '-a', 'a-', 'A']],
  ['^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$', ['* * * * */5', '1 2 3 4 5'], ['* * * *', 'a b c d e']],
  ['b+', ['abc', 'b'], ['', 'ac']],
  ['^(?:a|bc){2,3}$', ['aa', 'abc', 'bcabc'], ['a', 'aaaa']],
  ['^(?i)Ab$', ['ab', 'AB'], ['a']],
  ['^[^[:space:]]+$', ['ab'], ['a b']],
  ['^a.c$', ['abc'], ['a\nc']],
  ['\\bfoo\\b', ['a foo b'], ['afoo']],
  ['^[\\w.-]+\\.x$', ['a-b.x'], ['a x']],
  ['^a{,2}$', ['a{,2}'], ['a']],
  ['^(?P<name>a)?$', ['', 'a'], ['b']],
])('%s', (pattern, matching, others) => {
  const expression = parseRegularExpression(pattern);
  expect(matching.map((text) => expression?.test(text))).toEqual(matching.map(() => true));
  expect(others.map((text) => expression?.test(text))).toEqual(others.map(() => false));
});

test.each([
  '(',
  'a)',
  '[a',
  '*a',
  'a**',
  '(?=a)',
  '(?<!a)',
  'a{3,2}',
  'a{1001}',
  '\\',
  '[b-a]',
  '\\1',
  '((a{1000}){1000}){9}',
])('%s is refused', (pattern) => {
  expect(parseRegularExpression(pattern)).toBeUndefined();
});

test('says what the host says of patterns that both know', () => {
  const part = fc.oneof(
    fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '(a|b)', '(ab)?', '(?:b|ab)'),
    fc.constantFrom('a*', 'b+', '(a|ab)*', 'a{1,2}', '[a-b]{2}', '^', '$'),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), fc.stringMatching(/^[ab1]{0,8}$/), (parts, text) => {
      const pattern = parts.join('');
      expect(parseRegularExpression(pattern)?.test(text)).toBe(new RegExp(pattern, 'u').test(text));
    }),
  );
});

test('a pattern over which a host hangs costs no more than another', () => {
  expect(parseRegularExpression('^(a+)+$')?.test(`${'a'.repeat(5_000)}!`)).toBe(false);
});
