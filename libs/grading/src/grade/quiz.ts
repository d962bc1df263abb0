import type { QuizItem } from '@podlab/contracts';
import { compareStrings } from '../order';
import { gradeMessage } from '../messages';
import { passed, type Outcome } from '../conditions/outcome';

/** The names of the right choices, in the variant that the student has. */
export function rightChoices({ choices }: QuizItem, variant: string | undefined): string[] {
  return choices
    .filter(({ right }) => (Array.isArray(right) ? right.includes(variant ?? '') : right))
    .map(({ name }) => name);
}

/** All right choices and no other. */
export function judgeQuiz(
  item: QuizItem,
  said: readonly string[] | undefined,
  variant: string | undefined,
): Outcome {
  if (said === undefined || said.length === 0)
    return { state: 'failed', message: gradeMessage('NotAnswered') };
  const right = rightChoices(item, variant);
  const chosen = [...new Set(said)].sort(compareStrings);
  if (chosen.join(' ') === [...right].sort(compareStrings).join(' ')) return passed();
  const why = item.choices.find(
    ({ name, why: words }) => chosen.includes(name) && words && !right.includes(name),
  );
  return { state: 'failed', message: gradeMessage('WrongAnswer', {}, why?.why) };
}
