/** What an attempt's row holds as JSON. */
import { CheckResult, LabAnswers, StepResult } from '@podlab/contracts';
import type { AttemptRecord } from '@podlab/persistence';
import { z } from 'zod';

const Answers = LabAnswers.extend({
  /** What the cluster did when a prediction was made. */
  found: z.record(z.string(), z.string()).default({}),
});
export type AttemptAnswers = z.infer<typeof Answers>;

/** Of each check the newest result, without what it rests on. */
const Result = CheckResult.pick({ state: true, score: true, message: true });
export type KeptResult = z.infer<typeof Result>;
const Results = z.record(z.string(), Result);
export type KeptResults = z.infer<typeof Results>;

const Steps = z.array(StepResult.pick({ name: true, score: true, max: true }));
export type KeptSteps = z.infer<typeof Steps>;

export const answersOf = ({ answers }: AttemptRecord): AttemptAnswers => Answers.parse(JSON.parse(answers));
export const resultsOf = ({ results }: AttemptRecord): KeptResults => Results.parse(JSON.parse(results));
export const stepsOf = ({ steps }: AttemptRecord): KeptSteps => Steps.parse(JSON.parse(steps));
export const NO_ANSWERS: AttemptAnswers = Answers.parse({});
