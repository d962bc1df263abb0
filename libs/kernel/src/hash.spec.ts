import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { base32, fnv1a32, hex, sha256 } from './hash';
import { utf8Encode } from './utf8';

describe('hashes', () => {
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ])('sha256 of %j as FIPS 180-4 gives it', (text, digest) => {
    expect(hex(sha256(text))).toBe(digest);
  });

  it('sha256 as Node gives it, of text and of bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const expected = createHash('sha256').update(text, 'utf8').digest('hex');
        expect(hex(sha256(text))).toBe(expected);
        expect(hex(sha256(utf8Encode(text)))).toBe(expected);
      }),
    );
  });

  it.each([
    ['', ''],
    ['f', 'MY======'],
    ['fo', 'MZXQ===='],
    ['foo', 'MZXW6==='],
    ['foob', 'MZXW6YQ='],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI======'],
  ])('base32 of %j as RFC 4648 gives it', (text, encoded) => {
    expect(base32(utf8Encode(text))).toBe(encoded);
  });

  it('FNV-1a goes on where it stood, and is of bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
        expect(fnv1a32(other, fnv1a32(one))).toBe(fnv1a32(one + other));
        const bytes = utf8Encode(one);
        expect(fnv1a32(one)).toBe(
          bytes.reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193) >>> 0, 0x811c9dc5),
        );
      }),
    );
  });

  it.each([
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['foobar', 0xbf9cf968],
  ])('FNV-1a of %j as its authors give it', (text, hash) => {
    expect(fnv1a32(text)).toBe(hash);
  });
});
