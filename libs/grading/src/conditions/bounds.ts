import type { Bounds } from '@podlab/contracts';

export const isWithin = ({ min, max }: Bounds, value: number): boolean =>
  (min === undefined || value >= min) && (max === undefined || value <= max);

/** `3`, `2–4`, `≥ 2`, `≤ 4`. */
export function boundsText({ min, max }: Bounds): string {
  if (min === undefined) return `≤ ${max}`;
  if (max === undefined) return `≥ ${min}`;
  return min === max ? String(min) : `${min}–${max}`;
}

/** One or many as a list. */
export const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];

/** `A`, `A or B`. */
export const choiceText = (values: readonly (string | number)[]): string => values.join(' / ');
