import { createPublicKey, verify } from 'node:crypto';
import { hex } from './hash';
import { keyP256, publicP256, signP256 } from './p256';

const fromHex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

/** RFC 6979, A.2.5. */
const KEY = fromHex('C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721');

describe('ECDSA with P-256', () => {
  it.each([
    [
      'sample',
      'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716',
      'f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
    ],
    [
      'test',
      'f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367',
      '019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083',
    ],
  ])('signs %s as RFC 6979 has it', (text, r, s) => {
    expect(hex(signP256(KEY, text))).toBe(r + s);
  });

  it('has the public point of RFC 6979', () => {
    expect(hex(publicP256(KEY))).toBe(
      '0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299',
    );
  });

  it('signs what another implementation verifies, whatever the key', () => {
    for (let seed = 1; seed <= 8; seed++) {
      const key = keyP256(new Uint8Array(48).fill(seed * 31));
      const point = publicP256(key);
      const [x, y] = [point.slice(1, 33), point.slice(33)].map((part) =>
        Buffer.from(part).toString('base64url'),
      );
      const published = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
      const asked = { key: published, dsaEncoding: 'ieee-p1363' } as const;
      expect(verify('sha256', Buffer.from('a text'), asked, signP256(key, 'a text'))).toBe(true);
      expect(verify('sha256', Buffer.from('a test'), asked, signP256(key, 'a text'))).toBe(false);
    }
  });
});
