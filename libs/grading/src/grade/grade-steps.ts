import type { Check, CheckResult, LabAnswers, LabStep, Prediction, StepResult } from '@podlab/contracts';
import type { Outcome } from '../conditions/outcome';
import type { LabInstance } from '../instance/instance';
import { gradeMessage, withWords } from '../messages';
import { pointsOf, worthOf } from './points';
import { judgeQuiz } from './quiz';

/** Who says what became of a check: somebody who looks at a simulated cluster, or at another one. */
export interface Judge {
  check(check: Check): Outcome;
  prediction(item: Prediction): Outcome;
}

/** What is graded: a lab as the student has it, and what she answered. */
export interface Grading {
  readonly instance: LabInstance;
  readonly answers?: Partial<LabAnswers>;
  /** Only this step. */
  readonly step?: string;
}

/** Every step and everything in it, in the lab's order. */
export function gradeSteps(grading: Grading, judge: Judge): { steps: StepResult[]; checks: CheckResult[] } {
  const { instance, answers, step: asked } = grading;
  const { document } = instance;
  const worth = worthOf(document.steps, document.points);
  const outcomes = new Map<string, Outcome>();
  const checks: CheckResult[] = [];
  const steps: StepResult[] = [];
  const needed = asked === undefined ? undefined : neededChecks(document.steps, asked);
  for (const step of document.steps) {
    if (asked !== undefined && step.name !== asked) {
      // Of another step only what a check of this one requires, and no result of that.
      for (const check of step.checks)
        if (needed?.has(check.name)) outcomes.set(check.name, checkOutcome(check, grading, judge, outcomes));
      continue;
    }
    const results = outcomesOf(step, grading, judge, outcomes).map(([item, outcome]) =>
      resultOf(step, item, outcome, worth.get(item.name) ?? 0),
    );
    checks.push(...results);
    steps.push(stepResult(step, results, answers?.hints?.[step.name] ?? 0, worth));
  }
  return { steps, checks };
}

/** The checks that those of a step require, and those that these require. */
function neededChecks(steps: readonly LabStep[], asked: string): ReadonlySet<string> {
  const needed = new Set<string>();
  const checks = steps.flatMap((step) => step.checks.map((check) => ({ step, check })));
  for (const { step, check } of checks.reverse())
    if (step.name === asked || needed.has(check.name)) for (const name of check.requires) needed.add(name);
  return needed;
}

/** What a visible check says of one that is not. */
const HIDDEN_CHECK = { en: 'a hidden check', ko: '숨겨진 확인' };

type Worth = ReadonlyMap<string, number>;

type Item = Pick<CheckResult, 'name' | 'kind' | 'title'> & { readonly hidden?: boolean };

function outcomesOf(
  step: LabStep,
  grading: Grading,
  judge: Judge,
  outcomes: Map<string, Outcome>,
): [Item, Outcome][] {
  const { instance, answers } = grading;
  const checks = step.checks.map((check): [Item, Outcome] => {
    const outcome = checkOutcome(check, grading, judge, outcomes);
    outcomes.set(check.name, outcome);
    return [check, outcome];
  });
  const predictions = step.predictions.map((item): [Item, Outcome] => [
    { name: item.name, kind: 'Prediction', title: item.question },
    judge.prediction(item),
  ]);
  const quiz = step.quiz.map((item): [Item, Outcome] => [
    { name: item.name, kind: 'Quiz', title: item.question },
    judgeQuiz(item, answers?.quiz?.[item.name], instance.variant?.name),
  ]);
  return [...checks, ...predictions, ...quiz];
}

function resultOf(
  step: LabStep,
  { name, kind, title, hidden = false }: Item,
  { state, message, evidence }: Outcome,
  worth: number,
): CheckResult {
  const max = pointsOf(worth);
  const score = state === 'error' ? null : state === 'passed' ? max : 0;
  return {
    name,
    step: step.name,
    kind,
    title,
    state,
    score,
    max,
    hidden,
    message,
    ...(evidence && { evidence }),
  };
}

function checkOutcome(
  check: Check,
  grading: Grading,
  judge: Judge,
  outcomes: ReadonlyMap<string, Outcome>,
): Outcome {
  const waits = requiredOutcome(check, grading, outcomes);
  if (waits) return waits;
  const outcome = judge.check(check);
  if (outcome.state !== 'failed' || !check.feedback) return outcome;
  return { ...outcome, message: withWords(outcome.message, check.feedback) };
}

/** A check whose ground is missing fails for that, and can't be run where that can't be told. */
function requiredOutcome(
  { requires }: Check,
  { instance }: Grading,
  outcomes: ReadonlyMap<string, Outcome>,
): Outcome | undefined {
  const missing = requires.find((name) => outcomes.get(name)?.state !== 'passed');
  if (missing === undefined) return undefined;
  if (outcomes.get(missing)?.state === 'error')
    return { state: 'error', message: gradeMessage('CannotRun', { reason: missing }) };
  const checks = instance.document.steps.flatMap((step) => step.checks);
  const required = checks.find(({ name }) => name === missing);
  const title = !required || required.hidden ? HIDDEN_CHECK : required.title;
  const { en } = gradeMessage('RequiresFirst', { required: title.en });
  const { ko } = gradeMessage('RequiresFirst', { required: title.ko });
  return { state: 'failed', message: { code: 'RequiresFirst', params: {}, en, ko } };
}

function stepResult(step: LabStep, results: readonly CheckResult[], hints: number, worth: Worth): StepResult {
  const max = results.reduce((sum, { name }) => sum + (worth.get(name) ?? 0), 0);
  const part = step.hints.slice(0, hints).reduce((sum, { cost }) => sum + cost, 0);
  const cost = Math.round(max * Math.min(1, part));
  const scored = results.reduce(
    (sum, { name, state }) => sum + (state === 'passed' ? (worth.get(name) ?? 0) : 0),
    0,
  );
  const isKnown = results.every(({ state }) => state !== 'error');
  return {
    name: step.name,
    title: step.title,
    score: isKnown ? pointsOf(Math.max(0, scored - cost)) : null,
    max: pointsOf(max),
    hints_cost: pointsOf(cost),
  };
}
