import type { LabSummary } from '@podlab/contracts';
import { type Lab, stepPoints } from '@podlab/grading';

/** A lab in a list. */
export function labSummary(lab: Lab, classId: string | null): LabSummary {
  const { title, summary, order, minutes, points, steps } = lab.document;
  const worth = stepPoints(lab.document);
  return {
    name: lab.name,
    hash: lab.hash,
    title,
    ...(summary && { summary }),
    order,
    minutes,
    points,
    steps: steps.map((step, index) => ({ name: step.name, title: step.title, max: worth[index] })),
    class: classId,
  };
}
