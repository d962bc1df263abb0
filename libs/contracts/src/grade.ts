import { z } from 'zod';
import { AppliedDocument, KubernetesStatus } from './apply';
import { LabName } from './lab-primitives';
import { CONTRACT_LIMITS } from './limits';
import { Identifier } from './primitives';

/** What a student answered, by the names of quiz items and predictions, and which hints (of a step) she opened. */
export const LabAnswers = z.strictObject({
  quiz: z.record(LabName, z.array(LabName).max(CONTRACT_LIMITS.labChoices)).default({}),
  predictions: z.record(LabName, z.string().max(CONTRACT_LIMITS.labSentenceCharacters)).default({}),
  hints: z.record(LabName, z.int().min(0).max(CONTRACT_LIMITS.labHints)).default({}),
});
export type LabAnswers = z.infer<typeof LabAnswers>;

/** `POST /grade`: the lab by its name, and what is to be graded: manifests on a fresh cluster, or a cluster (its fork). */
export const GradeRequest = z
  .strictObject({
    lab: z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(@[0-9a-f]{12,64})?$/, 'must be lab or lab@hash'),
    manifests: z.string().max(CONTRACT_LIMITS.manifestCharacters).optional(),
    cluster: Identifier.optional(),
    seed: z.string().min(1).max(CONTRACT_LIMITS.seedCharacters).optional(),
    answers: LabAnswers.optional(),
  })
  .refine(({ manifests, cluster }) => (manifests === undefined) !== (cluster === undefined), {
    error: 'needs either manifests or cluster',
  });
export type GradeRequest = z.infer<typeof GradeRequest>;

export const GradeFormat = z.enum(['json', 'gradescope', 'junit', 'tap', 'classroom50', 'csv']);
export type GradeFormat = z.infer<typeof GradeFormat>;

/** A sentence of a result in both languages, with a stable code. */
export const GradeMessage = z.strictObject({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  en: z.string(),
  ko: z.string(),
});
export type GradeMessage = z.infer<typeof GradeMessage>;

/** What a result rests on: a request with the way it took, objects, what a command printed, or upstream's Status. */
export const GradeEvidence = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('Request'), request: z.record(z.string(), z.unknown()) }),
  z.strictObject({ kind: z.literal('Objects'), objects: z.array(z.record(z.string(), z.unknown())) }),
  z.strictObject({ kind: z.literal('Connectivity'), pairs: z.array(z.record(z.string(), z.unknown())) }),
  z.strictObject({
    kind: z.literal('Exec'),
    exit_code: z.int().optional(),
    stdout: z.string(),
    stderr: z.string(),
  }),
  z.strictObject({ kind: z.literal('Dns'), rcode: z.string(), answers: z.array(z.string()) }),
  z.strictObject({ kind: z.literal('History'), entries: z.array(z.record(z.string(), z.unknown())) }),
  z.strictObject({ kind: z.literal('Status'), status: KubernetesStatus }),
]);
export type GradeEvidence = z.infer<typeof GradeEvidence>;

/** `error`: it could not be run, which is no zero: `score` is null, and so is the grade's. */
export const CheckState = z.enum(['passed', 'failed', 'error']);
export type CheckState = z.infer<typeof CheckState>;

export const CheckResult = z.strictObject({
  name: LabName,
  step: LabName,
  kind: z.enum([
    'Object',
    'Request',
    'Connectivity',
    'Dns',
    'Exec',
    'History',
    'Disturbance',
    'Quiz',
    'Prediction',
  ]),
  title: z.strictObject({ en: z.string(), ko: z.string() }),
  state: CheckState,
  score: z.number().nullable(),
  max: z.number(),
  hidden: z.boolean(),
  message: GradeMessage,
  evidence: GradeEvidence.optional(),
});
export type CheckResult = z.infer<typeof CheckResult>;

/** Of a step: what its checks gave, less what its hints cost. */
export const StepResult = z.strictObject({
  name: LabName,
  title: z.strictObject({ en: z.string(), ko: z.string() }),
  score: z.number().nullable(),
  max: z.number(),
  hints_cost: z.number(),
});
export type StepResult = z.infer<typeof StepResult>;

/** The answer of `POST /grade` in its own format: for the same lab, seed and submission the same bytes every time. */
export const Grade = z.strictObject({
  lab: z.string().describe('name@hash'),
  engine: z.string(),
  seed: z.string(),
  variant: z.string().optional(),
  score: z.number().nullable(),
  max: z.number(),
  steps: z.array(StepResult),
  checks: z.array(CheckResult),
  /** What became of each document, where manifests were graded. */
  documents: z.array(AppliedDocument).optional(),
});
export type Grade = z.infer<typeof Grade>;
