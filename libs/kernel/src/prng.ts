import { sha256 } from './hash';

/** State of one generator (xoshiro128**): four unsigned 32-bit words; plain data. */
export interface PrngState {
  a: number;
  b: number;
  c: number;
  d: number;
}

/** The state that belongs to `path` in the tree of generators under `seed`; sister paths are independent. */
export function seedPrng(seed: string, path: string): PrngState {
  const digest = sha256(`${seed}\u0000${path}`);
  const word = (at: number) =>
    (digest[at] | (digest[at + 1] << 8) | (digest[at + 2] << 16) | (digest[at + 3] << 24)) >>> 0;
  return { a: word(0), b: word(4), c: word(8), d: (word(12) | 1) >>> 0 };
}

/** Draws from a {@link PrngState} that it is given and changes in place. */
export class Prng {
  constructor(readonly state: PrngState) {}

  /** An integer from 0 to 2^32 - 1. */
  uint32(): number {
    const s = this.state;
    const product = Math.imul(s.b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = s.b << 9;
    s.c ^= s.a;
    s.d ^= s.b;
    s.b = (s.b ^ s.c) >>> 0;
    s.a = (s.a ^ s.d) >>> 0;
    s.c = (s.c ^ shifted) >>> 0;
    s.d = ((s.d << 11) | (s.d >>> 21)) >>> 0;
    return result;
  }

  /** A number from 0 up to, not including, 1. */
  float(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /** An integer from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.float() * (high - low + 1));
  }

  /** `length` characters of the alphabet that Kubernetes uses for generated names. Models k8s.io/apimachinery pkg/util/rand String. */
  suffix(length: number): string {
    let text = '';
    for (let i = 0; i < length; i++) text += SUFFIX_ALPHABET[this.uint32() % SUFFIX_ALPHABET.length];
    return text;
  }

  /** A version 4 UUID. */
  uuid(): string {
    const words = [this.uint32(), this.uint32(), this.uint32(), this.uint32()];
    const digits = words.map((word) => word.toString(16).padStart(8, '0')).join('');
    const variant = '89ab'[words[2] & 3];
    const groups = [
      digits.slice(0, 8),
      digits.slice(8, 12),
      `4${digits.slice(13, 16)}`,
      variant + digits.slice(17, 20),
      digits.slice(20, 32),
    ];
    // joined, not concatenated: one flat string, of which a cluster keeps many
    return groups.join('-');
  }
}

const SUFFIX_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
