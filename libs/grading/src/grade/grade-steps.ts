import type { Cluster } from '@podlab/cluster';
import type { Check, CheckResult, LabStep, StepResult } from '@podlab/contracts';
import { waitFor } from '../conditions/condition';
import { disturb } from '../conditions/disturbance';
import { lookAtHistory } from '../conditions/history';
import { type Looking, type Outcome } from '../conditions/outcome';
import { gradeMessage, withWords } from '../messages';
import type { LabInstance } from '../instance/instance';
import type { ClusterSubmission } from './grade';
import { pointsOf, worthOf } from './points';
import { judgePrediction } from './predictions';
import { judgeQuiz } from './quiz';

/** What is graded: a settled cluster that nobody else has. */
export interface Graded extends ClusterSubmission {
  readonly instance: LabInstance;
  readonly cluster: Cluster;
}

/** Every step and everything in it, in the lab's order. */
export function gradeSteps(graded: Graded): { steps: StepResult[]; checks: CheckResult[] } {
  const { document } = graded.instance;
  const worth = worthOf(document.steps, document.points);
  const outcomes = new Map<string, Outcome>();
  const checks: CheckResult[] = [];
  const steps: StepResult[] = [];
  const asked = graded.step;
  const needed = asked === undefined ? undefined : neededChecks(document.steps, asked);
  for (const step of document.steps) {
    if (asked !== undefined && step.name !== asked) {
      // Of another step only what a check of this one requires, and no result of that.
      for (const check of step.checks)
        if (needed?.has(check.name)) outcomes.set(check.name, checkOutcome(check, graded, outcomes));
      continue;
    }
    const results = resultsOf(step, graded, outcomes, worth);
    checks.push(...results);
    steps.push(stepResult(step, results, graded.answers?.hints?.[step.name] ?? 0, worth));
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
const HIDDEN_CHECK = { en: 'a hidden check', ko: '숨겨진 검사' };

type Worth = ReadonlyMap<string, number>;

function resultsOf(
  step: LabStep,
  graded: Graded,
  outcomes: Map<string, Outcome>,
  worth: Worth,
): CheckResult[] {
  const { instance, answers } = graded;
  const result = (
    item: { name: string; kind: CheckResult['kind']; title: CheckResult['title']; hidden?: boolean },
    outcome: Outcome,
  ): CheckResult => {
    outcomes.set(item.name, outcome);
    const max = worth.get(item.name) ?? 0;
    const { name, kind, title, hidden = false } = item;
    const score = outcome.state === 'error' ? null : outcome.state === 'passed' ? pointsOf(max) : 0;
    const { state, message, evidence } = outcome;
    return {
      name,
      step: step.name,
      kind,
      title,
      state,
      score,
      max: pointsOf(max),
      hidden,
      message,
      ...(evidence && { evidence }),
    };
  };
  return [
    ...step.checks.map((check) => result(check, checkOutcome(check, graded, outcomes))),
    ...step.predictions.map((item) =>
      result(
        { name: item.name, kind: 'Prediction', title: item.question },
        judgePrediction(
          item,
          answers?.predictions?.[item.name],
          lookingOf(graded),
          graded.found?.[item.name],
        ),
      ),
    ),
    ...step.quiz.map((item) =>
      result(
        { name: item.name, kind: 'Quiz', title: item.question },
        judgeQuiz(item, answers?.quiz?.[item.name], instance.variant?.name),
      ),
    ),
  ];
}

function lookingOf({ cluster, instance, documents }: Graded): Looking {
  return {
    cluster,
    namespace: instance.document.namespace,
    values: {},
    refused: documents?.filter(({ result }) => result === 'Refused') ?? [],
  };
}

function checkOutcome(check: Check, graded: Graded, outcomes: ReadonlyMap<string, Outcome>): Outcome {
  const waits = requiredOutcome(check, graded, outcomes);
  if (waits) return waits;
  const outcome = runCheck(check, graded);
  if (outcome.state !== 'failed' || !check.feedback) return outcome;
  return { ...outcome, message: withWords(outcome.message, check.feedback) };
}

/** A check whose ground is missing fails for that, and can't be run where that can't be told. */
function requiredOutcome(
  { requires }: Check,
  { instance }: Graded,
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

function runCheck(check: Check, graded: Graded): Outcome {
  switch (check.kind) {
    case 'History':
      if (graded.history) return lookAtHistory(check, graded.history, graded.students);
      return { state: 'error', message: gradeMessage('CannotRun', { reason: 'there is no history' }) };
    case 'Disturbance':
      return disturb(check, lookingOf(graded), graded.instance);
    default:
      return waitFor(check, lookingOf(graded));
  }
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
