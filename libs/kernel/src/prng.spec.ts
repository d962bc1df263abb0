import * as fc from 'fast-check';
import { Prng, seedPrng } from './prng';

const draw = (prng: Prng, count: number) => Array.from({ length: count }, () => prng.uint32());

/** The published algorithm of xoshiro128** (Blackman and Vigna), on big integers. */
function reference([a, b, c, d]: bigint[], count: number): number[] {
  const low = (value: bigint) => BigInt.asUintN(32, value);
  const rotate = (value: bigint, by: bigint) => low((value << by) | (value >> (32n - by)));
  const drawn: number[] = [];
  for (let i = 0; i < count; i++) {
    drawn.push(Number(low(rotate(low(b * 5n), 7n) * 9n)));
    const shifted = low(b << 9n);
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11n);
  }
  return drawn;
}

describe('the tree of generators', () => {
  it('starts with the published numbers of xoshiro128** for the state 1 2 3 4', () => {
    expect(draw(new Prng({ a: 1, b: 2, c: 3, d: 4 }), 4)).toEqual([11520, 0, 5927040, 70819200]);
  });

  it('is xoshiro128** from any state', () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        const state = seedPrng(seed, 'path');
        const words = [state.a, state.b, state.c, state.d].map(BigInt);
        expect(draw(new Prng(state), 20)).toEqual(reference(words, 20));
      }),
    );
  });

  it('gives each path its own numbers, whatever its sisters draw', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.nat({ max: 50 }), (seed, path, sister, drawn) => {
        fc.pre(path !== sister);
        const alone = draw(new Prng(seedPrng(seed, path)), 8);
        const other = new Prng(seedPrng(seed, sister));
        draw(other, drawn);
        expect(draw(new Prng(seedPrng(seed, path)), 8)).toEqual(alone);
        expect(draw(new Prng(seedPrng(seed, sister)), 8)).not.toEqual(alone);
      }),
    );
  });

  it('does not take a seed that ends like a path for that path', () => {
    expect(seedPrng('ab', 'c')).not.toEqual(seedPrng('a', 'bc'));
  });

  it('draws integers over the whole range that was asked for and never outside', () => {
    const prng = new Prng(seedPrng('42', 'integers'));
    const seen = new Set(Array.from({ length: 1000 }, () => prng.integer(-2, 3)));
    expect([...seen].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2, 3]);
  });

  it('writes name suffixes in the alphabet of Kubernetes', () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        expect(new Prng(seedPrng(seed, 'names')).suffix(5)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{5}$/);
      }),
    );
  });

  it('writes UUIDs of version 4', () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        expect(new Prng(seedPrng(seed, 'uid')).uuid()).toMatch(
          /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
        );
      }),
    );
  });
});
