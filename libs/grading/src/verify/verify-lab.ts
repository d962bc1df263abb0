import type { Cluster, LogEntry } from '@podlab/cluster';
import type {
  AppliedDocument,
  CheckResult,
  Grade,
  LabAction,
  LabAnswers,
  LabWrongAnswer,
} from '@podlab/contracts';
import { Refusal } from '@podlab/kernel';
import { performActions } from '../actions/perform-actions';
import type { Lab } from '../bundle/lab';
import { STUDENT_USER } from '../cluster/kube';
import { settle, SETTLE_MS } from '../cluster/settle';
import { createCluster } from '@podlab/cluster';
import { gradeInstance } from '../grade/grade';
import { predictedAnswer } from '../grade/predictions';
import { rightChoices } from '../grade/quiz';
import { beginLab, labClusterConfig } from '../grade/start-lab';
import { instantiate, instantiateVariant, type LabInstance } from '../instance/instance';

export interface VerifyOptions {
  /** For each of them: the start scores none, the solution all. */
  readonly seeds: readonly string[];
  /** For each of them: wrong answers fail exactly where they say; the same seeds unless given. */
  readonly wrongSeeds?: readonly string[];
}

/** What a lab promises and does not keep. */
export interface VerifyProblem {
  readonly seed: string;
  readonly variant?: string;
  /** `start`, `solution`, or the name of a wrong answer. */
  readonly answer: string;
  readonly message: string;
}

/** Tries a lab: with the seeds given, and with each variant at least once. */
export function verifyLab(lab: Lab, { seeds, wrongSeeds = seeds }: VerifyOptions): VerifyProblem[] {
  return instancesOf(lab, seeds).flatMap((instance) => verifyInstance(instance, wrongSeeds));
}

function instancesOf(lab: Lab, seeds: readonly string[]): LabInstance[] {
  const drawn = seeds.map((seed) => instantiate(lab, seed));
  const seen = new Set(drawn.map(({ variant }) => variant?.name));
  const missing = lab.document.variants.filter(({ name }) => !seen.has(name));
  return [...drawn, ...missing.map((variant) => instantiateVariant(lab, seeds[0] ?? '1', variant))];
}

function verifyInstance(instance: LabInstance, wrongSeeds: readonly string[]): VerifyProblem[] {
  const { seed, variant, document } = instance;
  const about = { seed, ...(variant && { variant: variant.name }) };
  const begun = createCluster(labClusterConfig(instance));
  const problems = attempt(() => startProblems(instance, begun));
  const told = problems.map((message) => ({ ...about, answer: 'start', message }));
  if (problems.length > 0) return told;
  const solution = [...document.solution, ...(variant?.solution ?? [])];
  told.push(
    ...attempt(() => solutionProblems(instance, begun, solution)).map((message) => ({
      ...about,
      answer: 'solution',
      message,
    })),
  );
  if (!wrongSeeds.includes(seed)) return told;
  for (const wrong of [...document.wrong, ...(variant?.wrong ?? [])]) {
    const actions = wrong.after_solution ? [...solution, ...wrong.actions] : wrong.actions;
    const found = attempt(() => wrongProblems(instance, begun, actions, wrong));
    told.push(...found.map((message) => ({ ...about, answer: wrong.name, message })));
  }
  return told;
}

/** What a lab's own actions can't do is a problem of the lab. */
function attempt(verify: () => string[]): string[] {
  try {
    return verify();
  } catch (error) {
    if (error instanceof Refusal) return [error.message];
    throw error;
  }
}

function startProblems(instance: LabInstance, cluster: Cluster): string[] {
  const documents = beginLab(cluster, instance);
  const grade = gradeInstance(instance, cluster, { history: [] });
  return [
    ...refusals(documents),
    ...grade.checks
      .filter(({ state, max }) => state === 'error' || (state === 'passed' && max > 0))
      .map((check) => `${check.name} is ${check.state}, but nothing was done yet: ${check.message.en}`),
  ];
}

function solutionProblems(instance: LabInstance, begun: Cluster, actions: readonly LabAction[]): string[] {
  const { grade, documents } = gradeActions(instance, begun, actions);
  const failures = grade.checks.filter(({ state }) => state !== 'passed').map(resultText);
  const score = grade.score === grade.max ? [] : [`it scores ${grade.score} of ${grade.max}`];
  return [...refusals(documents), ...failures, ...(failures.length > 0 ? [] : score)];
}

function wrongProblems(
  instance: LabInstance,
  begun: Cluster,
  actions: readonly LabAction[],
  { fails, only_these }: LabWrongAnswer,
): string[] {
  const { grade } = gradeActions(instance, begun, actions);
  const expected = new Map(
    fails.map((one) => (typeof one === 'string' ? [one, undefined] : [one.check, one.because])),
  );
  return grade.checks.flatMap((check) => {
    const because = expected.get(check.name);
    if (check.state === 'error') return [resultText(check)];
    if (expected.has(check.name)) {
      if (check.state === 'passed') return [`${check.name} passes, but should fail`];
      return because === undefined || isBecause(check, because)
        ? []
        : [`${check.name} fails, but not because of ${because}: ${check.message.en}`];
    }
    const isOthers = !only_these || check.kind === 'Prediction';
    return check.state === 'passed' || isOthers ? [] : [`${check.name} fails, too: ${check.message.en}`];
  });
}

function isBecause({ message, evidence }: CheckResult, because: string): boolean {
  const diagnosis =
    evidence?.kind === 'Request'
      ? (evidence.request['diagnosis'] as { code?: string } | undefined)
      : undefined;
  return message.code === because || diagnosis?.code === because || message.en.includes(because);
}

const resultText = ({ name, state, message }: CheckResult) => `${name} is ${state}: ${message.en}`;

function refusals(documents: readonly AppliedDocument[]): string[] {
  return documents
    .filter(({ result }) => result === 'Refused')
    .map(({ kind, name, status }) => `${kind} ${name} is refused: ${status?.message}`);
}

/** Does what a student would, with every question answered right unless the actions say otherwise, and grades it. */
function gradeActions(
  instance: LabInstance,
  begun: Cluster,
  actions: readonly LabAction[],
): { grade: Grade; documents: readonly AppliedDocument[] } {
  const cluster = begun.fork();
  const history: LogEntry[] = [];
  cluster.onEntry((entry) => history.push(entry));
  const acted = performActions(cluster, actions, { instance, user: STUDENT_USER });
  settle(cluster, SETTLE_MS);
  const right = rightAnswers(instance, cluster);
  const answers = {
    quiz: { ...right.quiz, ...acted.answers.quiz },
    predictions: { ...right.predictions, ...acted.answers.predictions },
  };
  return { grade: gradeInstance(instance, cluster, { history, answers }), documents: acted.documents };
}

function rightAnswers(instance: LabInstance, cluster: Cluster): Pick<LabAnswers, 'quiz' | 'predictions'> {
  const { steps, namespace } = instance.document;
  const quiz = steps.flatMap((step) =>
    step.quiz.map((item) => [item.name, rightChoices(item, instance.variant?.name)] as const),
  );
  const predictions = steps.flatMap((step) =>
    step.predictions.flatMap((prediction) => {
      try {
        const { answer } = predictedAnswer(prediction, { cluster, namespace, values: {} });
        return [[prediction.name, answer] as const];
      } catch (error) {
        // Who should send is not there: the grade will say so.
        if (error instanceof Refusal) return [];
        throw error;
      }
    }),
  );
  return { quiz: Object.fromEntries(quiz), predictions: Object.fromEntries(predictions) };
}
