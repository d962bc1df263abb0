import { instantiate, solutionText, verifyLab } from '@podlab/grading';
import { filesOf, labAt, Unreadable } from './folders';

const SEEDS = Array.from({ length: 20 }, (_, index) => String(index + 1));
/** Wrong answers cost the most time and are the same for every seed. */
const WRONG_SEEDS = SEEDS.slice(0, 5);

/** Tries a lab: what it promises and does not keep, a line each. */
export function problemsOf(folder: string): string[] {
  try {
    return verifyLab(labAt(folder), { seeds: SEEDS, wrongSeeds: WRONG_SEEDS }).map(
      ({ seed, variant, answer, message }) =>
        `seed ${seed}${variant === undefined ? '' : `, variant ${variant}`}, ${answer}: ${message}`,
    );
  } catch (error) {
    if (error instanceof Unreadable) return error.message.split('\n');
    throw error;
  }
}

/** The solution of a lab as the student with this seed has it. Throws Unreadable. */
export const solutionAt = (lab: string, labs: string, seed: string): string =>
  solutionText(instantiate(labAt(lab, labs), seed));

/** The files of a lab that can be read; another one is not sent anywhere. Throws Unreadable. */
export function bundleOf(folder: string): Record<string, string> {
  labAt(folder);
  return filesOf(folder);
}
