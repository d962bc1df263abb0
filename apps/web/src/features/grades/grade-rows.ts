import type { GradeRow } from '@podlab/contracts';

export type Column = 'name' | 'group' | 'score' | 'runs' | 'last';
export interface Sorting {
  by: Column | `step:${string}`;
  down: boolean;
}

/** What a row is sorted by; null is told last, whichever way. */
function valueOf(row: GradeRow, by: Sorting['by']): string | number | null {
  if (by === 'name') return row.person.name;
  if (by === 'group') return row.group;
  if (by === 'score') return row.score;
  if (by === 'runs') return row.attempt === null ? null : row.runs;
  if (by === 'last') return row.last_run_at;
  return row.steps.find(({ name }) => `step:${name}` === by)?.score ?? null;
}

export function sorted(rows: readonly GradeRow[], { by, down }: Sorting): GradeRow[] {
  return [...rows].sort((one, other) => {
    const [value, otherValue] = [valueOf(one, by), valueOf(other, by)];
    const tie = one.person.name.localeCompare(other.person.name);
    if (value === null || otherValue === null)
      return Number(value === null) - Number(otherValue === null) || tie;
    const order =
      typeof value === 'string' ? value.localeCompare(String(otherValue)) : value - Number(otherValue);
    return (down ? -order : order) || tie;
  });
}

/** The middle (a tenth is close enough) and the whole of what was scored, over those who have a score. */
export function summaryOf(rows: readonly GradeRow[]): {
  people: number;
  graded: number;
  late: number;
  median: number | null;
} {
  const scores = rows.flatMap(({ score }) => score ?? []).sort((one, other) => one - other);
  const half = Math.floor(scores.length / 2);
  const median =
    scores.length === 0
      ? null
      : scores.length % 2 === 1
        ? scores[half]!
        : Math.round(5 * (scores[half - 1]! + scores[half]!)) / 10;
  return {
    people: rows.length,
    graded: scores.length,
    late: rows.filter(({ late }) => late).length,
    median,
  };
}
