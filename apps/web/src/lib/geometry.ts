/** A point of the picture, in CSS pixels from its upper left corner. */
export interface Point {
  x: number;
  y: number;
}
export interface Box extends Point {
  width: number;
  height: number;
}

const distance = (a: Point, b: Point): number => Math.hypot(b.x - a.x, b.y - a.y);

export const lengthOf = (line: readonly Point[]): number =>
  line.slice(1).reduce((sum, point, index) => sum + distance(line[index]!, point), 0);

/** The point at a fraction of the line's length. */
export function pointAlong(line: readonly Point[], fraction: number): Point {
  let left = lengthOf(line) * Math.min(Math.max(fraction, 0), 1);
  for (let index = 1; index < line.length; index++) {
    const from = line[index - 1]!;
    const to = line[index]!;
    const part = distance(from, to);
    if (left <= part && part > 0) {
      const share = left / part;
      return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
    }
    left -= part;
  }
  return line.at(-1) ?? { x: 0, y: 0 };
}

/** Where on the line the point lies, as a length from its beginning; null where it does not. */
export function positionOn(line: readonly Point[], point: Point): number | null {
  let passed = 0;
  for (let index = 1; index < line.length; index++) {
    const from = line[index - 1]!;
    const to = line[index]!;
    const part = distance(from, to);
    if (Math.abs(distance(from, point) + distance(point, to) - part) < 0.01)
      return passed + distance(from, point);
    passed += part;
  }
  return line.length === 1 && distance(line[0]!, point) < 0.01 ? 0 : null;
}

function cutAt(line: readonly Point[], length: number): Point[] {
  const kept: Point[] = [];
  let passed = 0;
  for (const [index, point] of line.entries()) {
    if (index > 0) passed += distance(line[index - 1]!, point);
    if (passed < length - 0.01) kept.push(point);
  }
  return [...kept, pointAlong(line, length / (lengthOf(line) || 1))];
}

/**
 * The way between two leaves of a tree of wires, each given by its line to the root: up the first line to where
 * the two meet, and down the other.
 */
export function wayBetween(first: readonly Point[], second: readonly Point[]): Point[] {
  const meetings = [...first, ...second].flatMap((point) => {
    const onFirst = positionOn(first, point);
    return onFirst !== null && positionOn(second, point) !== null ? [{ point, onFirst }] : [];
  });
  if (meetings.length === 0) return withoutRepeats([...first, ...second.toReversed()]);
  const { point, onFirst } = meetings.reduce((best, meeting) =>
    meeting.onFirst < best.onFirst ? meeting : best,
  );
  return withoutRepeats([
    ...cutAt(first, onFirst),
    ...cutAt(second, positionOn(second, point)!).toReversed(),
  ]);
}

const withoutRepeats = (line: readonly Point[]): Point[] =>
  line.filter((point, index) => index === 0 || distance(line[index - 1]!, point) > 0.01);

/** An SVG path through the points, its corners rounded. */
export function roundedPath(line: readonly Point[], radius = 8): string {
  if (line.length === 0) return '';
  const parts = [`M${line[0]!.x} ${line[0]!.y}`];
  for (let index = 1; index < line.length - 1; index++) {
    const [before, corner, after] = [line[index - 1]!, line[index]!, line[index + 1]!];
    const inward = Math.min(radius, distance(before, corner) / 2);
    const outward = Math.min(radius, distance(corner, after) / 2);
    const enter = toward(corner, before, inward);
    const leave = toward(corner, after, outward);
    parts.push(`L${enter.x} ${enter.y}Q${corner.x} ${corner.y} ${leave.x} ${leave.y}`);
  }
  const last = line.at(-1)!;
  if (line.length > 1) parts.push(`L${last.x} ${last.y}`);
  return parts.join('');
}

function toward(from: Point, to: Point, length: number): Point {
  const whole = distance(from, to) || 1;
  return { x: from.x + ((to.x - from.x) * length) / whole, y: from.y + ((to.y - from.y) * length) / whole };
}
