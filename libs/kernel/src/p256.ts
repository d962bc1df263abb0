import { hmac } from '@noble/hashes/hmac.js';
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { hex, sha256 } from './hash';

/** The curve P-256 of SP 800-186, 3.2.1.3. */
const PRIME = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const BASE: Point = {
  x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
  z: 1n,
};
const BYTES = 32;
const UNCOMPRESSED = 4;

/** x/z², y/z³ on the curve. */
interface Point {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
}

/**
 * ECDSA with P-256 and SHA-256 (FIPS 186-5): the two numbers of a signature one behind the other, as JSON Web Tokens have
 * them. The nonce is RFC 6979's, so that a key signs the same text with the same bytes. It takes a time that depends on the
 * key: good for keys of simulations alone.
 */
export function signP256(key: Uint8Array, text: string): Uint8Array {
  const secret = numberOf(key);
  const digest = numberOf(sha256(text));
  for (const nonce of nonces(secret, digest % ORDER)) {
    const r = affine(multiply(BASE, nonce)).x % ORDER;
    const s = (inverse(nonce, ORDER) * (digest + r * secret)) % ORDER;
    if (r !== 0n && s !== 0n) return joined(bytesOf(r), bytesOf(s));
  }
  return new Uint8Array();
}

/** The public point of a private key, uncompressed: a byte 4 and two coordinates. */
export function publicP256(key: Uint8Array): Uint8Array {
  const { x, y } = affine(multiply(BASE, numberOf(key)));
  return joined(Uint8Array.of(UNCOMPRESSED), bytesOf(x), bytesOf(y));
}

/** A private key out of at least 40 bytes that nobody can tell from random ones: none is likelier than another. */
export function keyP256(seed: Uint8Array): Uint8Array {
  return bytesOf((numberOf(seed) % (ORDER - 1n)) + 1n);
}

/** Models RFC 6979, 3.2: candidates for a nonce, in their order. */
function* nonces(secret: bigint, digest: bigint): Generator<bigint> {
  const seed = joined(bytesOf(secret), bytesOf(digest));
  const mac = (under: Uint8Array, ...parts: Uint8Array[]) => hmac(nobleSha256, under, joined(...parts));
  let value: Uint8Array = new Uint8Array(BYTES).fill(1);
  let key: Uint8Array = new Uint8Array(BYTES);
  for (const mark of [0, 1]) {
    key = mac(key, value, Uint8Array.of(mark), seed);
    value = mac(key, value);
  }
  for (;;) {
    value = mac(key, value);
    const nonce = numberOf(value);
    if (nonce > 0n && nonce < ORDER) yield nonce;
    key = mac(key, value, Uint8Array.of(0));
    value = mac(key, value);
  }
}

const field = (value: bigint): bigint => {
  const rest = value % PRIME;
  return rest < 0n ? rest + PRIME : rest;
};

const NOWHERE: Point = { x: 1n, y: 1n, z: 0n };

function multiply(point: Point, by: bigint): Point {
  let sum = NOWHERE;
  for (const bit of by.toString(2)) {
    sum = doubled(sum);
    if (bit === '1') sum = added(sum, point);
  }
  return sum;
}

/** For curves with a = -3: dbl-2001-b of the Explicit-Formulas Database. */
function doubled({ x, y, z }: Point): Point {
  const delta = field(z * z);
  const gamma = field(y * y);
  const beta = field(x * gamma);
  const alpha = field(3n * (x - delta) * (x + delta));
  const x3 = field(alpha * alpha - 8n * beta);
  const z3 = field((y + z) * (y + z) - gamma - delta);
  return { x: x3, y: field(alpha * (4n * beta - x3) - 8n * gamma * gamma), z: z3 };
}

/** The sum of a point and another one whose z is 1. */
function added(one: Point, { x, y }: Point): Point {
  if (one.z === 0n) return { x, y, z: 1n };
  const square = field(one.z * one.z);
  const h = field(x * square - one.x);
  const r = field(y * square * one.z - one.y);
  if (h === 0n) return r === 0n ? doubled(one) : NOWHERE;
  const h2 = field(h * h);
  const h3 = field(h2 * h);
  const v = field(one.x * h2);
  const x3 = field(r * r - h3 - 2n * v);
  return { x: x3, y: field(r * (v - x3) - one.y * h3), z: field(one.z * h) };
}

function affine({ x, y, z }: Point): { x: bigint; y: bigint } {
  const by = inverse(z, PRIME);
  const square = field(by * by);
  return { x: field(x * square), y: field(y * square * by) };
}

/** By Euclid's algorithm. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [value % modulus, modulus, 1n, 0n];
  while (a > 1n) [a, b, x, y] = [b % a, a, y - (b / a) * x, x];
  return ((x % modulus) + modulus) % modulus;
}

const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${hex(bytes)}`);

function bytesOf(value: bigint): Uint8Array {
  const text = value.toString(16).padStart(BYTES * 2, '0');
  return Uint8Array.from({ length: BYTES }, (_, index) => parseInt(text.slice(index * 2, index * 2 + 2), 16));
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
