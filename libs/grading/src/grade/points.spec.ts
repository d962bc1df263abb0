import fc from 'fast-check';
import { split } from './points';

it.each([
  [10_000, [1, 1, 1], [3334, 3333, 3333]],
  [10_000, [0, 2, 1], [0, 6667, 3333]],
  [100, [], []],
  [100, [0, 0], [0, 0]],
])('%i by %j is %j', (whole, weights, shares) => {
  expect(split(whole, weights)).toEqual(shares);
});

it('splits into whole parts that add up, and larger weights never get less', () => {
  const weights = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), weights, (whole, all) => {
      const shares = split(whole, all);
      const total = all.reduce((sum, weight) => sum + weight, 0);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(total === 0 ? 0 : whole);
      shares.forEach((share, index) =>
        expect(Math.abs(share - (total === 0 ? 0 : (whole * all[index]) / total))).toBeLessThan(1),
      );
    }),
  );
});
