import fc from 'fast-check';
import { interned } from './interned';

it.each(['', '7', '-0', '__proto__', 'constructor', 'a b', '\u0000', '\ud800', '한글', 'x'.repeat(100_000)])(
  'gives %j back',
  (text) => expect(interned(text)).toBe(text),
);

it('gives every text back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => interned(text) === text),
    { seed: 42 },
  );
});
