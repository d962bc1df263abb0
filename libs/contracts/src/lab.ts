import { z } from 'zod';
import { Check } from './check';
import { ClusterCreate } from './cluster';
import { LabActions, LabPath } from './lab-action';
import { CheckValues, LabName, LabText } from './lab-primitives';
import { RequestTemplate } from './lab-request';
import { CONTRACT_LIMITS } from './limits';
import { NamespaceName } from './primitives';

/** The cluster that the lab begins with: `POST /clusters` without what the lab's host decides. */
export const LabCluster = ClusterCreate.in.omit({ name: true, seed: true, clock: true, manifests: true });

const LabValue = z.union([z.string().min(1).max(CONTRACT_LIMITS.labValueCharacters), z.int()]);

/** Drawn from the student's seed: one of these, an integer between two (both included), or a short name. */
export const LabVariable = z.union([
  z.strictObject({
    choose: z.array(LabValue).min(1).max(CONTRACT_LIMITS.labChoices),
  }),
  z
    .strictObject({ integer: z.strictObject({ from: z.int(), to: z.int() }) })
    .refine(({ integer }) => integer.from <= integer.to, { error: 'from must not be more than to' }),
  z.strictObject({ name: LabName.describe('A prefix: web gives web-k3x9q') }),
]);
export type LabVariable = z.infer<typeof LabVariable>;

/** An answer that looks passing and is not: exactly these checks must fail. */
const LabWrongAnswer = z.strictObject({
  name: LabName,
  title: LabText,
  actions: LabActions,
  after_solution: z
    .boolean()
    .default(false)
    .describe('These actions come after those of the solution; otherwise in place of them'),
  fails: z
    .array(
      z.union([
        LabName,
        z.strictObject({
          check: LabName,
          because: z
            .string()
            .min(1)
            .describe('Code of its message or of the diagnosis, or words of its English message'),
        }),
      ]),
    )
    .min(1)
    .describe('The checks that fail, all others pass'),
  only_these: z.boolean().default(true).describe('false: others may fail too'),
});
export type LabWrongAnswer = z.infer<typeof LabWrongAnswer>;

/** One of several starts; the student's seed chooses. `${variant}` is its name. */
export const LabVariant = z.strictObject({
  name: LabName,
  title: LabText.optional(),
  variables: z.record(LabName, LabValue).default({}),
  start: LabActions.default([]).describe("After the lab's own start"),
  solution: LabActions.default([]).describe("After the lab's own solution"),
  wrong: z.array(LabWrongAnswer).max(CONTRACT_LIMITS.labWrongAnswers).default([]),
});
export type LabVariant = z.infer<typeof LabVariant>;

/** Part of the step's points, 0 to 1, that looking at it costs. */
export const LabHint = z.strictObject({ text: LabText, cost: z.number().min(0).max(1).default(0) });
export type LabHint = z.infer<typeof LabHint>;

const QuizChoice = z.strictObject({
  name: LabName,
  text: LabText,
  right: z
    .union([z.boolean(), z.array(LabName).min(1).max(CONTRACT_LIMITS.labVariants)])
    .default(false)
    .describe('Or the variants in which it is right'),
  why: LabText.optional().describe('Said when it was chosen'),
});

export const QuizItem = z
  .strictObject({
    name: LabName,
    question: LabText,
    choices: z.array(QuizChoice).min(2).max(CONTRACT_LIMITS.labChoices),
    why: LabText.optional().describe('Said when it is answered'),
    weight: z.int().min(0).max(1000).default(1),
  })
  .refine(({ choices }) => choices.some(({ right }) => right !== false), {
    error: 'needs a right choice',
    path: ['choices'],
  })
  .refine(({ choices }) => new Set(choices.map(({ name }) => name)).size === choices.length, {
    error: 'two choices have the same name',
    path: ['choices'],
  });
export type QuizItem = z.infer<typeof QuizItem>;

/**
 * What a prediction asks of the request: `disposition` (`Delivered`), `status` (`200`), `destination` (`ip:port` of the
 * last destination translation), `source` (the client that the application sees), `backend_node` (its node's name),
 * `hops` (how many places the packet comes through on its way), `rcode` of the name.
 */
export const PredictionAsk = z.enum([
  'disposition',
  'status',
  'destination',
  'source',
  'backend_node',
  'hops',
  'rcode',
]);
export type PredictionAsk = z.infer<typeof PredictionAsk>;

/** The student says what will become of a request before it is sent; the cluster itself gives the answer. */
export const Prediction = z.strictObject({
  name: LabName,
  question: LabText,
  request: RequestTemplate,
  let: CheckValues.optional(),
  ask: PredictionAsk,
  weight: z.int().min(0).max(1000).default(1),
});
export type Prediction = z.infer<typeof Prediction>;

export const LabStep = z.strictObject({
  name: LabName,
  title: LabText,
  text: LabPath.describe('A Markdown file; name.ko.md beside name.md is the Korean one'),
  weight: z
    .int()
    .min(0)
    .max(1000)
    .optional()
    .describe('Against the other steps; the sum of its checks unless given'),
  checks: z.array(Check).max(CONTRACT_LIMITS.labChecks).default([]),
  hints: z.array(LabHint).max(CONTRACT_LIMITS.labHints).default([]),
  predictions: z.array(Prediction).max(CONTRACT_LIMITS.labPredictions).default([]),
  quiz: z.array(QuizItem).max(CONTRACT_LIMITS.labQuizItems).default([]),
});
export type LabStep = z.infer<typeof LabStep>;

/** `lab.yaml`. */
export const LabDocument = z.strictObject({
  apiVersion: z.literal('podlab.dev/v1'),
  kind: z.literal('Lab'),
  metadata: z.strictObject({ name: NamespaceName }),
  title: LabText,
  summary: LabText.optional(),
  order: z.int().min(0).max(10_000).default(1000),
  minutes: z.int().min(1).max(1000).default(20),
  points: z.int().min(1).max(10_000).default(100).describe('What all of it is worth'),
  namespace: NamespaceName.default('default').describe('Of every object that names none'),
  cluster: LabCluster.prefault({}),
  variables: z
    .record(LabName, LabVariable)
    .refine((variables) => Object.keys(variables).length <= CONTRACT_LIMITS.labVariables, {
      error: `labVariables is limited to ${CONTRACT_LIMITS.labVariables}`,
    })
    .default({}),
  variants: z.array(LabVariant).max(CONTRACT_LIMITS.labVariants).default([]),
  start: LabActions.default([]),
  steps: z.array(LabStep).min(1).max(CONTRACT_LIMITS.labSteps),
  solution: LabActions,
  wrong: z.array(LabWrongAnswer).max(CONTRACT_LIMITS.labWrongAnswers).default([]),
});
export type LabDocument = z.infer<typeof LabDocument>;
export type LabDocumentBody = z.input<typeof LabDocument>;

/** What is wrong with a lab, and where. */
export const LabProblem = z.strictObject({
  file: z.string(),
  line: z.int().optional(),
  path: z.string().optional().describe('steps[0].checks[2].holds'),
  message: z.string(),
});
export type LabProblem = z.infer<typeof LabProblem>;
