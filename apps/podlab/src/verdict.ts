import type { Grade } from '@podlab/contracts';

/** Exit statuses. */
export const ENOUGH = 0;
export const TOO_FEW = 1;
export const WRONG_USAGE = 2;
export const NOT_GRADED = 3;

/** Points that are certain, and points that are still possible: the same when everything could be run. */
export function boundsOf({ checks, steps }: Grade): { readonly least: number; readonly most: number } {
  let least = 0;
  let most = 0;
  for (const { name, max, hints_cost: cost } of steps) {
    const own = checks.filter(({ step }) => step === name);
    const sum = (state: string) =>
      own
        .filter((check) => check.state === state)
        .reduce((points, check) => points + hundredths(check.max), 0);
    least += Math.max(0, sum('passed') - hundredths(cost));
    most += Math.max(0, hundredths(max) - sum('failed') - hundredths(cost));
  }
  return { least: least / 100, most: most / 100 };
}

const hundredths = (points: number) => Math.round(points * 100);

/** What could not be run decides nothing: it is no verdict only where it would make the difference. */
export function exitStatus(grade: Grade, minScore = grade.max): number {
  const { least, most } = boundsOf(grade);
  if (least >= minScore) return ENOUGH;
  return most < minScore ? TOO_FEW : NOT_GRADED;
}

/** One line for people. */
export function summary(grade: Grade): string {
  const count = (state: string) => grade.checks.filter((check) => check.state === state).length;
  const { least, most } = boundsOf(grade);
  const points = least === most ? `${least}` : `between ${least} and ${most}`;
  const notRun = count('error') > 0 ? `, ${count('error')} not run` : '';
  return `${grade.lab.split('@')[0]}: ${points} of ${grade.max} points (${count('passed')} passed, ${count('failed')} failed${notRun})`;
}
