import { movedTo } from './move-focus';

/** Seven boxes, three in a line. */
const boxes = Array.from({ length: 7 }, (_, index) => ({
  left: (index % 3) * 100,
  top: Math.floor(index / 3) * 50,
}));

it.each<[number, string, number | null]>([
  [0, 'ArrowRight', 1],
  [2, 'ArrowRight', 3],
  [6, 'ArrowRight', 6],
  [0, 'ArrowLeft', 0],
  [1, 'ArrowDown', 4],
  [5, 'ArrowDown', 6],
  [6, 'ArrowDown', 6],
  [6, 'ArrowUp', 3],
  [2, 'ArrowUp', 2],
  [4, 'Home', 0],
  [4, 'End', 6],
  [4, 'Enter', null],
])('from box %i %s leads to %p', (from, key, to) => expect(movedTo(boxes, from, key)).toBe(to));
