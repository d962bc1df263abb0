import { createCluster, type Cluster, type LogEntry } from '@podlab/cluster';
import type {
  AppliedDocument,
  CheckResult,
  Grade,
  LabAction,
  LabAnswers,
  LabWrongAnswer,
} from '@podlab/contracts';
import { Refusal } from '@podlab/kernel';
import { performActions, type Acted } from '../actions/perform-actions';
import type { Lab } from '../bundle/lab';
import { STUDENT_USER } from '../cluster/kube';
import { settle, SETTLE_MS } from '../cluster/settle';
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
  const drawn = seeds.map((seed) => instantiate(lab, seed));
  const seen = new Set(drawn.map(({ variant }) => variant?.name));
  const [seed = '1'] = seeds;
  const others = lab.document.variants
    .filter(({ name }) => !seen.has(name))
    .map((variant) => instantiateVariant(lab, seed, variant));
  return [
    ...drawn.flatMap((instance) => {
      const { document, variant } = instance;
      const wrong = [...document.wrong, ...(variant?.wrong ?? [])];
      return verifyInstance(instance, wrongSeeds.includes(instance.seed) ? wrong : []);
    }),
    ...others.flatMap((instance) => verifyInstance(instance, instance.variant?.wrong ?? [])),
  ];
}

/** A cluster and what was done to it since the lab began. */
interface Done {
  readonly cluster: Cluster;
  readonly history: readonly LogEntry[];
  readonly acted: Pick<Acted, 'documents' | 'answers'>;
}

function verifyInstance(instance: LabInstance, wrong: readonly LabWrongAnswer[]): VerifyProblem[] {
  const { seed, variant, document } = instance;
  const about = { seed, ...(variant && { variant: variant.name }) };
  const told = (answer: string, messages: readonly string[]) =>
    messages.map((message) => ({ ...about, answer, message }));
  const cluster = createCluster(labClusterConfig(instance));
  const begun: Done = { cluster, history: [], acted: { documents: [], answers: {} } };
  const atStart = attempt(() => startProblems(instance, cluster));
  if (atStart.length > 0) return told('start', atStart);
  const solution = [...document.solution, ...(variant?.solution ?? [])];
  const solved = attemptTo(() => act(instance, begun, solution));
  if ('problem' in solved) return told('solution', [solved.problem]);
  const problems = told(
    'solution',
    attempt(() => solutionProblems(instance, solved.value)),
  );
  for (const answer of wrong) {
    const base = answer.after_solution ? solved.value : begun;
    const found = attempt(() => wrongProblems(instance, act(instance, base, answer.actions), answer));
    problems.push(...told(answer.name, found));
  }
  return problems;
}

/** What a lab's own actions can't do is a problem of the lab. */
function attempt(verify: () => string[]): string[] {
  const result = attemptTo(verify);
  return 'problem' in result ? [result.problem] : result.value;
}

function attemptTo<T>(verify: () => T): { readonly value: T } | { readonly problem: string } {
  try {
    return { value: verify() };
  } catch (error) {
    if (error instanceof Refusal) return { problem: error.message };
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

function solutionProblems(instance: LabInstance, done: Done): string[] {
  const grade = gradeDone(instance, done);
  const failures = grade.checks.filter(({ state }) => state !== 'passed').map(resultText);
  const score = grade.score === grade.max ? [] : [`it scores ${grade.score} of ${grade.max}`];
  return [...refusals(done.acted.documents), ...failures, ...(failures.length > 0 ? [] : score)];
}

function wrongProblems(instance: LabInstance, done: Done, { fails, only_these }: LabWrongAnswer): string[] {
  const grade = gradeDone(instance, done);
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

/** Does what a student would, after what was done before. */
function act(instance: LabInstance, before: Done, actions: readonly LabAction[]): Done {
  const cluster = before.cluster.fork();
  const history = [...before.history];
  cluster.onEntry((entry) => history.push(entry));
  const { documents, answers } = performActions(cluster, actions, { instance, user: STUDENT_USER });
  settle(cluster, SETTLE_MS);
  return { cluster, history, acted: { documents, answers } };
}

/** Grades it with every question answered right, unless the actions answered otherwise. */
function gradeDone(instance: LabInstance, { cluster, history, acted }: Done): Grade {
  const right = rightAnswers(instance, cluster);
  const answers = {
    quiz: { ...right.quiz, ...acted.answers.quiz },
    predictions: { ...right.predictions, ...acted.answers.predictions },
  };
  return gradeInstance(instance, cluster, { history, answers });
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
