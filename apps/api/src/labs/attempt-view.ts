/** An attempt as whoever works on it sees it: nothing of it gives a solution or a hidden check away. */
import type { Attempt, AttemptStep, GradeEvidence, LabStep } from '@podlab/contracts';
import { itemPoints, judgeQuiz, type LabInstance, rightChoices, stepPoints, stepText } from '@podlab/grading';
import type { AttemptRecord } from '@podlab/persistence';
import { type AttemptAnswers, answersOf, type KeptResults, resultsOf, stepsOf } from './attempt-state';

/** What is asked about in a prediction, where it can be told yet. */
export type AskedRequest = AttemptStep['predictions'][number]['request'];

export interface AttemptSurroundings {
  instance: LabInstance;
  person: { id: string; name: string };
  due_at: number | null;
  asked: ReadonlyMap<string, AskedRequest>;
  /** Of the newest runs, by check. */
  evidence: ReadonlyMap<string, GradeEvidence>;
}

export function attemptView(record: AttemptRecord, about: AttemptSurroundings): Attempt {
  const { instance, person, due_at, asked, evidence } = about;
  const { document } = instance;
  const view: View = {
    instance,
    asked,
    evidence,
    answers: answersOf(record),
    results: resultsOf(record),
    points: itemPoints(document),
    hiddenNames: hiddenNamesOf(document.steps),
  };
  const best = new Map(stepsOf(record).map((step) => [step.name, step.score]));
  const worth = stepPoints(document);
  return {
    id: record.id,
    lab: `${record.lab}@${record.lab_hash}`,
    title: document.title,
    class: record.class_id,
    person,
    group: record.group_name,
    cluster: record.cluster_id,
    seed: record.seed,
    namespace: document.namespace,
    variant: null,
    minutes: document.minutes,
    started_at: timeOf(record.created_at),
    due_at: due_at === null ? null : timeOf(due_at),
    score: record.score,
    max: record.max,
    runs: record.runs,
    hand:
      record.hand_raised_at === null
        ? null
        : { raised_at: timeOf(record.hand_raised_at), note: record.hand_note },
    steps: document.steps.map((step, index) => ({
      ...stepView(step, view),
      max: worth[index],
      score: best.get(step.name) ?? null,
    })),
  };
}

/** Which steps are done: every check passed, everything answered. */
export function stepsDone(
  record: AttemptRecord,
  { document }: Pick<LabInstance, 'document'>,
): { name: string; done: boolean }[] {
  const [answers, results] = [answersOf(record), resultsOf(record)];
  return document.steps.map((step) => ({ name: step.name, done: isDone(step, answers, results) }));
}

export const timeOf = (ms: number): string => new Date(ms).toISOString();

interface View {
  instance: LabInstance;
  answers: AttemptAnswers;
  results: KeptResults;
  points: ReadonlyMap<string, number>;
  hiddenNames: ReadonlyMap<string, string>;
  asked: ReadonlyMap<string, AskedRequest>;
  evidence: ReadonlyMap<string, GradeEvidence>;
}

function hiddenNamesOf(steps: readonly LabStep[]): ReadonlyMap<string, string> {
  const hidden = steps.flatMap(({ checks }) => checks).filter((check) => check.hidden);
  return new Map(hidden.map(({ name }, index) => [name, `hidden-${index + 1}`]));
}

function isDone(step: LabStep, answers: AttemptAnswers, results: KeptResults): boolean {
  return (
    step.checks.every(({ name }) => results[name]?.state === 'passed') &&
    step.quiz.every(({ name }) => name in answers.quiz) &&
    step.predictions.every(({ name }) => name in answers.predictions)
  );
}

function stepView(step: LabStep, view: View): Omit<AttemptStep, 'max' | 'score'> {
  const { instance, answers, results } = view;
  return {
    name: step.name,
    title: step.title,
    text: stepText(instance, step),
    done: isDone(step, answers, results),
    checks: step.checks.map((check) => checkView(check, view)),
    hints: step.hints.map(({ text, cost }, index) => ({
      cost,
      text: index < (answers.hints[step.name] ?? 0) ? text : null,
    })),
    predictions: step.predictions.map((item) => predictionView(item, view)),
    quiz: step.quiz.map((item) => quizView(item, view)),
  };
}

/** A hidden check has the name that it has in a student's results. */
function checkView(
  { name, title, hidden }: LabStep['checks'][number],
  { results, points, hiddenNames, evidence }: View,
) {
  const result = results[name];
  return {
    name: hiddenNames.get(name) ?? name,
    title: hidden ? null : title,
    hidden,
    max: points.get(name) ?? 0,
    state: result?.state ?? null,
    message: hidden ? null : (result?.message ?? null),
    evidence: hidden ? null : (evidence.get(name) ?? null),
  };
}

function predictionView({ name, question, ask }: LabStep['predictions'][number], { answers, asked }: View) {
  const answer = answers.predictions[name] ?? null;
  const found = answers.found[name] ?? null;
  const isRight = answer === null || found === null ? null : same(answer, found);
  return { name, question, ask, request: asked.get(name) ?? null, answer, right: isRight, found };
}

const same = (said: string, found: string) => said.trim().toLowerCase() === found.toLowerCase();

function quizView(item: LabStep['quiz'][number], { answers, instance }: View) {
  const { name, question, choices, why } = item;
  const right = rightChoices(item, instance.variant?.name);
  const answer = answers.quiz[name] ?? null;
  const shown = choices.map((choice) => ({
    name: choice.name,
    text: choice.text,
    ...(answer?.includes(choice.name) && choice.why && { why: choice.why }),
  }));
  const isRight = answer === null ? null : judgeQuiz(item, answer, instance.variant?.name).state === 'passed';
  return {
    name,
    question,
    choices: shown,
    several: right.length > 1,
    answer,
    right: isRight,
    ...(answer !== null && why && { why }),
  };
}
