import * as fc from 'fast-check';
import { distance, nearest } from './near';

describe('the distance of two texts', () => {
  it.each([
    ['web', 'web', 0],
    ['wbe', 'web', 1],
    ['ngnix', 'nginx', 1],
    ['web', 'wev', 1],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
  ])('%s and %s: %i', (one, other, expected) => {
    expect(distance(one, other)).toBe(expected);
  });

  it('is the same in both directions, and 0 only for the same text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (one, other) => {
        expect(distance(one, other)).toBe(distance(other, one));
        expect(distance(one, other) === 0).toBe(one === other);
      }),
    );
  });
});

describe('the nearest of some names', () => {
  it.each([
    ['wbe', ['web', 'db'], 'web'],
    ['nginx', ['nginx-service', 'mysql'], 'nginx-service'],
    ['warehouse', ['web', 'db'], undefined],
    ['db', ['web'], undefined],
  ])('%s of %j: %s', (text, names, expected) => {
    expect(nearest(text, names, (name) => name)).toBe(expected);
  });
});
