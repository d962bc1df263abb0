import * as fc from 'fast-check';
import { utf8Decode, utf8Encode, utf8Length } from './utf8';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.nat({ max: 0xffff })).map((units) => String.fromCharCode(...units)),
);

describe('UTF-8', () => {
  it('encodes as Node does, lone surrogates included', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const expected = new Uint8Array(Buffer.from(text, 'utf8'));
        expect(utf8Encode(text)).toEqual(expected);
        expect(utf8Length(text)).toBe(expected.length);
      }),
    );
  });

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => expect(utf8Decode(utf8Encode(text))).toBe(text)),
    );
  });

  it('reads well-formed bytes as Node does, and never throws on others', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        const decoded = utf8Decode(bytes);
        let expected: string | undefined;
        try {
          expected = strict.decode(bytes);
        } catch {
          expect(decoded).toContain('\ufffd');
        }
        if (expected !== undefined) expect(decoded).toBe(expected);
      }),
    );
  });

  it.each([
    ['a cut sequence', [0x41, 0xe2, 0x82], 'A\ufffd\ufffd'],
    ['an overlong slash', [0xc0, 0xaf], '\ufffd\ufffd'],
    ['an overlong slash in three bytes', [0xe0, 0x80, 0xaf], '\ufffd\ufffd\ufffd'],
    ['an encoded surrogate', [0xed, 0xa0, 0x80], '\ufffd\ufffd\ufffd'],
    ['a code point over U+10FFFF', [0xf4, 0x90, 0x80, 0x80], '\ufffd\ufffd\ufffd\ufffd'],
    ['a byte that never occurs', [0xff, 0x41], '\ufffdA'],
  ])('replaces %s', (_, bytes, text) => {
    expect(utf8Decode(Uint8Array.from(bytes))).toBe(text);
  });

  it('reads text longer than one chunk', () => {
    const text = '가'.repeat(10_000);
    expect(utf8Decode(utf8Encode(text))).toBe(text);
  });
});
