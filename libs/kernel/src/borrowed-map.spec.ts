import * as fc from 'fast-check';
import { BorrowedMap, borrowData } from './borrowed-map';
import { copyData, encodeData } from './data';

type Entries = Map<string, { n: number; inner: Map<string, number[]> }>;

const entries = (): Entries =>
  new Map(['a', 'b', 'c'].map((key, n) => [key, { n, inner: new Map([[key, [n]]]) }]));

const KEYS = ['a', 'b', 'c', 'd'];

/** What may be done with a map of these; the answers of two maps are compared. */
const ACTS: Readonly<Record<string, (map: Entries, key: string) => unknown>> = {
  get: (map, key) => map.get(key)?.n,
  change: (map, key) => map.get(key)?.inner.set('new', [7]).size,
  has: (map, key) => map.has(key),
  size: (map) => map.size,
  set: (map, key) => map.set(key, { n: 9, inner: new Map() }).size,
  delete: (map, key) => map.delete(key),
  clear: (map) => map.clear(),
  keys: (map) => [...map.keys()],
  values: (map) => [...map.values()].map(({ n }) => n),
  walk: (map) => [...map].map(([key]) => key),
  each: (map) => {
    const found: string[] = [];
    map.forEach((_, key) => found.push(key));
    return found;
  },
};

describe('a borrowed map', () => {
  it('is as a copy would be, whatever is done with it, and leaves the other as it was', () => {
    const act = fc.tuple(fc.constantFrom(...Object.keys(ACTS)), fc.constantFrom(...KEYS));
    fc.assert(
      fc.property(fc.array(act, { maxLength: 12 }), (acts) => {
        const lender = entries();
        const [copied, borrowed] = [copyData(lender), new BorrowedMap(lender)];
        for (const [name, key] of acts)
          expect([name, key, ACTS[name](borrowed, key)]).toEqual([name, key, ACTS[name](copied, key)]);
        expect(encodeData(borrowed)).toBe(encodeData(copied));
        expect(encodeData(lender)).toBe(encodeData(entries()));
      }),
    );
  });

  it('copies nothing that nobody asks for', () => {
    const lender = entries();
    const borrowed = new BorrowedMap(lender);
    expect(borrowed.get('a')).not.toBe(lender.get('a'));
    lender.get('b')?.inner.set('later', []);
    expect(borrowed.get('b')?.inner.has('later')).toBe(true);
  });

  it('stands for the maps of a state, and its copy is one of all', () => {
    const state = { next: 1, list: [{ n: 1 }], entries: entries() };
    const borrowed = borrowData(state);
    borrowed.next++;
    borrowed.list[0].n = 5;
    expect(state.list[0].n).toBe(1);
    expect(encodeData(copyData(borrowed))).toBe(encodeData({ ...state, next: 2, list: [{ n: 5 }] }));
  });

  it('shares what is frozen', () => {
    const frozen = Object.freeze({ n: 1 });
    expect(new BorrowedMap(new Map([['a', frozen]])).get('a')).toBe(frozen);
    expect(borrowData(frozen)).toBe(frozen);
  });
});
