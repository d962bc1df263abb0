import type { Check, Condition, Grade, LabAnswers } from '@podlab/contracts';
import { gradeBy, gradeMessage, instantiate, type Lab, type Outcome } from '@podlab/grading';
import { ConditionJudge, notRun } from './condition-judge';
import { RealCluster } from './real-cluster';

export interface RealOptions {
  readonly seed: string;
  readonly answers?: Partial<LabAnswers>;
}

const LOOK_EVERY_MS = 1000;

/**
 * Grades a real cluster by those checks that can run there, and changes nothing in it. What can't be told there has no
 * score: neither a pass nor a zero. Throws ClusterRefused.
 */
export async function gradeRealCluster(
  lab: Lab,
  { file, context }: { readonly file: string; readonly context?: string },
  { seed, answers }: RealOptions,
): Promise<Grade> {
  const instance = instantiate(lab, seed);
  const { namespace, steps } = instance.document;
  const judge = new ConditionJudge(RealCluster.open(file, context), namespace);
  const outcomes = new Map<string, Outcome>();
  for (const check of steps.flatMap((step) => step.checks))
    outcomes.set(check.name, await outcomeOf(check, judge));
  return gradeBy(
    { instance, ...(answers && { answers }) },
    {
      check: ({ name }) => outcomes.get(name) ?? notRun('nobody looked'),
      prediction: ({ name }) =>
        answers?.predictions?.[name] === undefined
          ? { state: 'failed', message: gradeMessage('NotAnswered') }
          : notRun('what a packet does is predicted in a simulated cluster'),
    },
  );
}

async function outcomeOf(check: Check, judge: ConditionJudge): Promise<Outcome> {
  if (check.kind === 'History') return notRun('a real cluster keeps no log of what was done');
  if (check.kind === 'Disturbance') return notRun('a real cluster is not disturbed');
  return waitFor(check, judge);
}

/** The time that a condition has in virtual time, it has here by the clock on the wall. */
async function waitFor(condition: Condition, judge: ConditionJudge): Promise<Outcome> {
  const until = performance.now() + (condition.within_ms ?? 0);
  for (;;) {
    const outcome = await judge.lookAt(condition);
    if (outcome.state !== 'failed' || performance.now() >= until) return outcome;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
