import * as fastCheck from 'fast-check';
import { RegularExpression } from './regular-expression';

const RUNS = 1_000 * Number(process.env['PODLAB_TEST_ROUNDS'] ?? 1);

const atom = fastCheck.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '^', '$', '\\b');
const repeatable = fastCheck.constantFrom('a', 'b', '.', '[ab]', '[^b]');
const { pattern } = fastCheck.letrec<{ pattern: string; piece: string }>((tie) => ({
  pattern: fastCheck
    .tuple(fastCheck.array(tie('piece'), { maxLength: 4 }), fastCheck.array(tie('piece'), { maxLength: 2 }))
    .map(([one, other]) => (other.length > 0 ? `${one.join('')}|${other.join('')}` : one.join(''))),
  piece: fastCheck.oneof(
    { depthSize: 'small' },
    atom,
    fastCheck
      .tuple(repeatable, fastCheck.constantFrom('*', '+', '?', '{2}', '{1,2}', '{0,1}', '*?', '+?'))
      .map((parts) => parts.join('')),
    tie('pattern').map((inner) => `(${inner})`),
    fastCheck
      .tuple(tie('pattern'), fastCheck.constantFrom('?', '{1,2}', '+'))
      .map(([inner, repeat]) => `(?:a(?:${inner}))${repeat}`),
  ),
}));
const text = fastCheck.string({ unit: fastCheck.constantFrom('a', 'b', 'c', ' '), maxLength: 12 });

it('finds what the language’s own expressions find', () => {
  fastCheck.assert(
    fastCheck.property(pattern, text, (source, subject) => {
      fastCheck.pre(source.length <= 200);
      const found = RegularExpression.compile(source)?.find(subject);
      const expected = new RegExp(source).exec(subject);
      expect(found && [found.index, found.groups[0]]).toEqual(
        expected ? [expected.index, expected[0]] : undefined,
      );
    }),
    { numRuns: RUNS },
  );
});

it('replaces what the language’s own expressions replace', () => {
  fastCheck.assert(
    fastCheck.property(pattern, text, fastCheck.boolean(), (source, subject, all) => {
      fastCheck.pre(source.length <= 200);
      const replaced = RegularExpression.compile(source)?.replace(
        subject,
        ({ groups: [whole] }) => `<${whole}>`,
        all,
      );
      expect(replaced).toBe(subject.replace(new RegExp(source, all ? 'g' : ''), '<$&>'));
    }),
    { numRuns: RUNS },
  );
});

it.each([
  ['[[:digit:]]+', 'port 80', '80'],
  ['[]a]+', 'x]a]', ']a]'],
  ['(foo|bar)-([a-z]+)', 'a bar-web', 'bar-web'],
  ['\\.', 'a.b', '.'],
  ['A', 'a', undefined],
  ['a{2,3}', 'caaaat', 'aaa'],
])('%s on %j is %j', (source, subject, whole) => {
  expect(RegularExpression.compile(source)?.find(subject)?.groups[0]).toBe(whole);
});

it.each(['(', ')', '[a', 'a{3,2}', '*a', '(?=a)', '\\1', '[z-a]', 'a'.repeat(201), '((a{99}){99}){99}'])(
  '%s is refused',
  (source) => {
    expect(RegularExpression.compile(source)).toBeUndefined();
  },
);

it.each(['(a|aa)+$', '(a+)+$', '(.*)*x', '(a*)*b', '.*.*.*.*.*.*.*.*x', '(a{0,20}){0,20}b'])(
  '%s takes no time that anybody notices',
  (source) => {
    const subject = `${'a'.repeat(2_000)}!`;
    expect(RegularExpression.compile(source)?.test(subject)).toBe(false);
  },
);
