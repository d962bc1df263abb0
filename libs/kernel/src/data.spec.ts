import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { cloneJson, copyData, decodeData, deepFreeze, encodeData, equalJson, shareEqual } from './data';

const keys = fc.oneof(fc.string(), fc.constantFrom('$', 'v', '__proto__', 'constructor', 'toString'));
const leaves = fc.oneof(
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
);
const asObject = (entries: [string, unknown][]): Record<string, unknown> => Object.fromEntries(entries);

const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    leaves,
    fc.array(tie('json')),
    fc.array(fc.tuple(keys, tie('json'))).map(asObject),
  ),
}));

const { data } = fc.letrec<{ data: unknown }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 4 },
    leaves,
    fc.constant(undefined),
    fc.uint8Array(),
    fc.array(tie('data')),
    fc.array(fc.tuple(keys, tie('json' as 'data'))).map(asObject),
    fc.array(fc.tuple(leaves, tie('data'))).map((entries) => new Map(entries)),
    fc.array(leaves).map((items) => new Set(items)),
  ),
  json: json,
}));

/** Jest's own equality reads an own `constructor` key as the class of the object. */
const expectSame = (actual: unknown, expected: unknown) =>
  expect(isDeepStrictEqual(actual, expected)).toBe(true);

describe('state as data', () => {
  it('survives being written and read: Map, Set, bytes, undefined, any key', () => {
    fc.assert(fc.property(data, (value) => expectSame(decodeData(encodeData(value)), value)));
  });

  it('gives equal text for what was read back', () => {
    fc.assert(
      fc.property(data, (value) => {
        const text = encodeData(value);
        expect(encodeData(decodeData(text))).toBe(text);
      }),
    );
  });

  it.each(['{"__proto__":{"polluted":true}}', '{"a":[{"__proto__":1}]}'])(
    'takes a __proto__ key as a key like any other: %s',
    (text) => {
      const value = JSON.parse(text) as object;
      for (const copy of [copyData(value), cloneJson(value), decodeData<object>(encodeData(value))]) {
        expect(JSON.stringify(copy)).toBe(text);
        expect('polluted' in copy).toBe(false);
      }
    },
  );

  it('copies so that a change of the copy does not reach the original', () => {
    const original = {
      list: [1],
      map: new Map([['a', { n: 1 }]]),
      set: new Set([1]),
      bytes: new Uint8Array(2),
    };
    const copy = copyData(original);
    copy.list.push(2);
    copy.map.get('a')!.n = 2;
    copy.set.add(2);
    copy.bytes[0] = 9;
    expect(original).toEqual({
      list: [1],
      map: new Map([['a', { n: 1 }]]),
      set: new Set([1]),
      bytes: new Uint8Array(2),
    });
  });

  it('copies to an equal value', () => {
    fc.assert(fc.property(data, (value) => expectSame(copyData(value), value)));
  });

  it('shares what is frozen between copies', () => {
    const frozen = deepFreeze({ spec: { ports: [80] } });
    expect(copyData({ frozen }).frozen).toBe(frozen);
  });

  it.each([
    ['a class instance', new (class Counter {})(), 'a Counter'],
    ['a date', new Date(0), 'a Date'],
  ])('refuses %s', (_, value, found) => {
    expect(() => copyData({ value })).toThrow(`state must be plain data, found ${found}`);
    expect(() => encodeData({ value })).toThrow(`state must be plain data, found ${found}`);
  });
});

describe('JSON values', () => {
  it('clones to a mutable value equal to the original', () => {
    fc.assert(
      fc.property(json, (value) => {
        const clone = cloneJson(deepFreeze(value));
        expectSame(clone, value);
        expect(typeof clone === 'object' && clone !== null && Object.isFrozen(clone)).toBe(false);
      }),
    );
  });

  it('drops undefined properties in a clone', () => {
    expect(Object.keys(cloneJson({ a: undefined, b: 1 }))).toEqual(['b']);
  });

  it('freezes all the way down', () => {
    const value = deepFreeze({ a: [{ b: 1 }] });
    expect([value, value.a, value.a[0]].map(Object.isFrozen)).toEqual([true, true, true]);
  });

  it('equals its clone, and no value that differs in one leaf', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(equalJson(value, cloneJson(value))).toBe(true);
        expect(equalJson({ list: [value, 1] }, { list: [cloneJson(value), 2] })).toBe(false);
      }),
    );
  });

  it.each([
    ['an undefined property and a missing one', { a: undefined }, {}, true],
    ['the same keys in another order', { a: 1, b: 2 }, { b: 2, a: 1 }, true],
    ['a null property and a missing one', { a: null }, {}, false],
    ['an array and an object', [], {}, false],
    ['arrays of other lengths', [1], [1, 2], false],
    ['null and an object', null, {}, false],
    ['a key that Object has and a missing one', { toString: 1 }, {}, false],
  ])('compares %s', (_, a, b, equal) => {
    expect([equalJson(a, b), equalJson(b, a)]).toEqual([equal, equal]);
  });
});

describe('sharing what an update leaves as it was', () => {
  it('keeps equal parts once and takes the others from the new value', () => {
    const previous = deepFreeze({ spec: { ports: [{ port: 80 }, { port: 81 }] }, status: { ready: 1 } });
    const next = shareEqual(
      { spec: { ports: [{ port: 80 }, { port: 99 }] }, status: { ready: 1 } },
      previous,
    );
    expect(next.status).toBe(previous.status);
    expect(next.spec.ports[0]).toBe(previous.spec.ports[0]);
    expect(next).toEqual({ spec: { ports: [{ port: 80 }, { port: 99 }] }, status: { ready: 1 } });
  });

  it('changes no value, whatever the two are', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const text = JSON.stringify(one);
        expect(JSON.stringify(shareEqual(JSON.parse(text), deepFreeze(other)))).toBe(text);
        expect(JSON.stringify(shareEqual(JSON.parse(text), deepFreeze(JSON.parse(text))))).toBe(text);
      }),
    );
  });
});
