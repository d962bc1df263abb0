import fc from 'fast-check';
import { Expression, ExpressionFailed, InvalidExpression } from './expression';
import { Pattern } from './pattern';
import { InvalidPattern } from './pattern-syntax';

const SERVICE = {
  metadata: { name: 'web', labels: { 'app.kubernetes.io/name': 'web' } },
  spec: { replicas: 3, ports: [{ port: 80, targetPort: 8080 }], weight: 0.5, selector: { app: 'web' } },
};

it.each([
  ['object.spec.replicas == 3', true],
  ['object.spec.replicas + 1 == 4', true],
  ['object.spec.weight > 0.4', true],
  ['object.metadata.labels["app.kubernetes.io/name"] == "web"', true],
  ['object.spec.ports.exists(p, p.port == 80 && p.targetPort == 8080)', true],
  ['has(object.spec.type)', false],
  ['has(object.constructor)', false],
  ['object.metadata.name.matches("^w[a-f]b$")', true],
  ['object.metadata.name.startsWith(values.prefix)', true],
  ['size(object.spec.selector) == 1', true],
  ['objects.size() == 0', true],
])('%s is %s', (text, expected) => {
  expect(new Expression(text).holds({ object: SERVICE, values: { prefix: 'we' } })).toBe(expected);
});

it.each([
  ['1 +', /Unexpected token/],
  ['nobody == 1', /Unknown variable: nobody/],
  ['object.all(a, object.all(b, object.all(c, true)))', /loops nest at most 2 deep/],
  ['["a"].join(",") == ""', /join\(\) is not supported/],
  ['cel.bind(a, "x", a + a) == ""', /bind\(\) is not supported/],
  ['timestamp("2026-01-01T00:00:00Z").getHours("Asia/Seoul") == 9', /depends on a time zone/],
  ['object.name.matches("(a")', /a \( is not closed/],
  [Array.from({ length: 200 }, () => '1').join(' + '), /Exceeded/],
])('refuses %s', (text, message) => {
  expect(() => new Expression(text)).toThrow(InvalidExpression);
  expect(() => new Expression(text)).toThrow(message);
});

it.each([
  ['object.status.loadBalancer.ingress[0].ip == ""', 'No such key: status'],
  ['object.spec.ports[3].port == 1', /out of bounds/],
  ['object.metadata.name', 'neither true nor false'],
])('has no answer to %s', (text, message) => {
  expect(() => new Expression(text).holds({ object: SERVICE })).toThrow(ExpressionFailed);
  expect(() => new Expression(text).holds({ object: SERVICE })).toThrow(message);
});

it.each([
  ['', '', true],
  ['a', 'bab', true],
  ['^a', 'ba', false],
  ['a$', 'ab', false],
  ['b$', 'ab', true],
  ['^$', '', true],
  ['^$', 'a', false],
  ['^(ab|cd)+$', 'abcdab', true],
  ['^(ab|cd)+$', 'abc', false],
  ['^[^a-c]{2,3}$', 'xyz', true],
  ['^[^a-c]{2,3}$', 'xyzw', false],
  ['^\\d+\\.\\d+$', '10.25', true],
  ['^a?b*?c+$', 'bbcc', true],
  ['[\\w-]+@x', 'me-2@x', true],
  ['^.$', '\n', false],
  ['^포드$', '포드', true],
  ['a{2}', 'xaax', true],
])('pattern %s over %j: %s', (pattern, text, expected) => {
  expect(new Pattern(pattern).test(text)).toBe(expected);
});

it.each(['(', '[a', 'a)', '*a', 'a{200}', '(?=a)', '\\1', '[z-a]', '('.repeat(30)])(
  'refuses pattern %s',
  (pattern) => {
    expect(() => new Pattern(pattern)).toThrow(InvalidPattern);
  },
);

it('finds what the regular expressions of the language find', () => {
  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '1', '(a|b)', '(?:ab)', '^', '$');
  const repeat = fc.constantFrom('', '', '*', '+', '?', '{1,2}');
  const piece = fc
    .tuple(atom, repeat)
    .map(([what, times]) => (/[$^]/.test(what) && what.length === 1 ? what : what + times));
  const pattern = fc.array(
    fc.array(piece, { maxLength: 4 }).map((parts) => parts.join('')),
    { minLength: 1, maxLength: 3 },
  );
  const text = fc
    .array(fc.constantFrom('a', 'b', '1', '\n'), { maxLength: 8 })
    .map((letters) => letters.join(''));
  fc.assert(
    fc.property(pattern, text, (choices, subject) => {
      const source = choices.join('|');
      expect(new Pattern(source).test(subject)).toBe(new RegExp(source, 'u').test(subject));
    }),
    { numRuns: 500 },
  );
});

it('takes no longer for a pattern that a backtracking engine never ends with', () => {
  expect(new Pattern('^(a+)+$').test(`${'a'.repeat(2000)}!`)).toBe(false);
  expect(new Pattern('(x*)*(x*)*(x*)*y').test('x'.repeat(2000))).toBe(false);
});

describe('what would take too long', () => {
  const long = {
    object: {
      text: 'ab,'.repeat(50_000),
      keys: Object.fromEntries([...Array(400).keys()].map((key) => [`k${key}`, 1])),
    },
  };

  it.each([
    'object.text.split(",").all(a, object.text.split(",").all(b, a != "z"))',
    'object.text.split(",").map(a, object.text.split(",").filter(b, a != b)).size() > 0',
    'object.keys.all(a, object.keys.exists_one(b, a == b))',
    'object.keys.exists(a, object.text.matches("((a|b|,)*){50}q"))',
  ])('ends: %s', (text) => {
    expect(() => new Expression(text).holds(long)).toThrow('labExpressionCost is limited to 100000');
  });

  it('is counted anew each time, and never where there is little', () => {
    const all = new Expression('object.keys.all(a, object.keys.exists(b, a == b))');
    const few = { object: { keys: { a: 1, b: 2 } } };
    for (let time = 0; time < 3; time++) expect(all.holds(few)).toBe(true);
    expect(() => new Expression('__cost.size() == 0')).toThrow(/__cost is no name/);
  });
});
