import { mapHashToField } from '@noble/curves/abstract/modular.js';
import { p256 } from '@noble/curves/nist.js';
import { utf8Encode } from './utf8';

/**
 * ECDSA with P-256 and SHA-256 (FIPS 186-5): the two numbers of a signature one behind the other, as JSON Web Tokens have
 * them. The nonce is RFC 6979's, so that a key signs the same text with the same bytes.
 */
export function signP256(key: Uint8Array, text: string): Uint8Array {
  return p256.sign(utf8Encode(text), key, { lowS: false });
}

/** The public point of a private key, uncompressed: a byte 4 and two coordinates. */
export function publicP256(key: Uint8Array): Uint8Array {
  return p256.getPublicKey(key, false);
}

/** A private key out of 48 bytes or more that nobody can tell from random ones: none is likelier than another. */
export function keyP256(seed: Uint8Array): Uint8Array {
  return mapHashToField(seed, p256.Point.Fn.ORDER);
}
