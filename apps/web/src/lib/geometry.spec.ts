import { lengthOf, pointAlong, positionOn, roundedPath, wayBetween } from './geometry';

const at = (x: number, y: number) => ({ x, y });
// Two pods of one room, one of another, and the outside: a trunk at x = 0 with the root at its upper end.
const root = at(0, 0);
const pod = [at(20, 60), at(10, 60), at(10, 40), at(10, 20), at(0, 20), root];
const sibling = [at(20, 80), at(10, 80), at(10, 40), at(10, 20), at(0, 20), root];
const stranger = [at(60, 60), at(50, 60), at(50, 40), at(50, 20), at(0, 20), root];
const outside = [at(-20, 5), at(0, 5), root];

it.each([
  ['a sibling, without leaving the room', pod, sibling, [at(20, 60), at(10, 60), at(10, 80), at(20, 80)]],
  [
    'a pod of another room, along the bus',
    pod,
    stranger,
    [at(20, 60), at(10, 60), at(10, 40), at(10, 20), at(50, 20), at(50, 40), at(50, 60), at(60, 60)],
  ],
  [
    'the outside, up the trunk',
    pod,
    outside,
    [at(20, 60), at(10, 60), at(10, 40), at(10, 20), at(0, 20), at(0, 5), at(-20, 5)],
  ],
])('the way from a pod to %s', (_, from, to, way) => {
  expect(wayBetween(from, to)).toEqual(way);
  expect(wayBetween(to, from)).toEqual(way.toReversed());
});

it('measures a line and finds points on it', () => {
  const line = [at(0, 0), at(10, 0), at(10, 10)];
  expect(lengthOf(line)).toBe(20);
  expect(pointAlong(line, 0.75)).toEqual(at(10, 5));
  expect(pointAlong(line, 2)).toEqual(at(10, 10));
  expect(positionOn(line, at(10, 5))).toBe(15);
  expect(positionOn(line, at(5, 5))).toBeNull();
});

it('rounds corners no further than half of their sides', () => {
  expect(roundedPath([at(0, 0), at(10, 0), at(10, 4)], 8)).toBe('M0 0L5 0Q10 0 10 2L10 4');
  expect(roundedPath([])).toBe('');
});
