import type { AssignedLab, GradeRow } from '@podlab/contracts';

export const gradeOf = (lab: AssignedLab, rows: readonly GradeRow[]): GradeRow | undefined =>
  rows.find((row) => row.attempt !== null && row.attempt === lab.attempt);

export const isFinished = (grade: GradeRow | undefined): boolean =>
  grade !== undefined && grade.score !== null && grade.score >= grade.max;

/** What to do next in a class: the lab that was begun and is not finished, else the first that may be begun. */
export function nextLab(
  labs: readonly AssignedLab[],
  rows: readonly GradeRow[],
  now: number,
): AssignedLab | null {
  const open = labs.filter(
    (lab) =>
      !isFinished(gradeOf(lab, rows)) &&
      (lab.opens_at === null || Date.parse(lab.opens_at) <= now) &&
      (lab.due_at === null || Date.parse(lab.due_at) >= now),
  );
  return open.find(({ attempt }) => attempt !== null) ?? open[0] ?? null;
}
