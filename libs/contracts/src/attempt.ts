import { z } from 'zod';
import { CheckResult, CheckState, GradeEvidence, GradeMessage } from './grade';
import { LabProblem, PredictionAsk } from './lab';
import { LabName } from './lab-primitives';
import { CONTRACT_LIMITS } from './limits';
import { Identifier, Timestamp } from './primitives';
import { RequestSource, RequestTarget } from './request';

/** Text of a lab, in both languages. */
const Bilingual = z.object({ en: z.string(), ko: z.string() });

/** `GET /labs`: what may be attempted, by its order. */
export const LabSummary = z.object({
  name: z.string(),
  /** Of the whole bundle; `name@hash` names exactly this version. */
  hash: z.string(),
  title: Bilingual,
  summary: Bilingual.optional(),
  order: z.int(),
  minutes: z.int(),
  points: z.int(),
  steps: z.array(z.object({ name: LabName, title: Bilingual, max: z.number() })),
  /** Of this server, or uploaded into a class. */
  class: Identifier.nullable(),
});
export type LabSummary = z.infer<typeof LabSummary>;

/** `POST /labs`: a bundle, a map from path to text; with `class` only that class sees it. */
export const LabUpload = z.strictObject({
  class: Identifier,
  files: z.record(z.string().max(CONTRACT_LIMITS.labPathCharacters), z.string()),
});
export type LabUpload = z.infer<typeof LabUpload>;

/** `POST /labs/check`: what is wrong with a bundle, without keeping it. */
export const LabCheck = z.object({ lab: LabSummary.nullable(), problems: z.array(LabProblem) });
export type LabCheck = z.infer<typeof LabCheck>;

/** `PUT /classes/{id}/labs/{lab}`: the class works on it. */
export const LabAssignment = z.strictObject({
  opens_at: z.iso.datetime().nullable().default(null),
  /** Checks after this moment count no more. */
  due_at: z.iso.datetime().nullable().default(null),
});
export type LabAssignment = z.infer<typeof LabAssignment>;

export const AssignedLab = LabSummary.extend({
  opens_at: z.iso.datetime().nullable(),
  due_at: z.iso.datetime().nullable(),
  /** The caller's own, where there is one. */
  attempt: Identifier.nullable(),
});
export type AssignedLab = z.infer<typeof AssignedLab>;

/** `POST /labs/{lab}/attempts`: the caller's own attempt, made at first touch; in a class with the class's quotas. */
export const AttemptCreate = z.strictObject({ class: Identifier.optional() });
export type AttemptCreate = z.infer<typeof AttemptCreate>;

const HintView = z.object({ cost: z.number(), text: Bilingual.nullable() });

const QuizView = z.object({
  name: LabName,
  question: Bilingual,
  choices: z.array(z.object({ name: LabName, text: Bilingual, why: Bilingual.optional() })),
  several: z.boolean(),
  /** What was chosen; it stays. */
  answer: z.array(LabName).nullable(),
  right: z.boolean().nullable(),
  why: Bilingual.optional(),
});

const PredictionView = z.object({
  name: LabName,
  question: Bilingual,
  ask: PredictionAsk,
  /** The request that is asked about; null where an object that it needs is not there yet. */
  request: z.object({ from: RequestSource, to: RequestTarget }).nullable(),
  answer: z.string().nullable(),
  right: z.boolean().nullable(),
  /** What the cluster did; told when it was answered. */
  found: z.string().nullable(),
});

const CheckView = z.object({
  name: LabName,
  /** Null: hidden. */
  title: Bilingual.nullable(),
  hidden: z.boolean(),
  max: z.number(),
  /** Of the last time it was run. */
  state: CheckState.nullable(),
  message: GradeMessage.nullable(),
  /** What the last run rests on; null: it was not run, it is hidden, or there was more than is kept (`evidence…Characters`). */
  evidence: GradeEvidence.nullable(),
});

/** A step of a lab as the student of this attempt sees it: her own names, ports and faults stand in the texts. */
export const AttemptStep = z.object({
  name: LabName,
  title: Bilingual,
  /** Markdown. */
  text: Bilingual,
  max: z.number(),
  score: z.number().nullable(),
  /** All that it asks passed. */
  done: z.boolean(),
  checks: z.array(CheckView),
  hints: z.array(HintView),
  predictions: z.array(PredictionView),
  quiz: z.array(QuizView),
});
export type AttemptStep = z.infer<typeof AttemptStep>;

export const Hand = z.object({ raised_at: z.iso.datetime(), note: z.string() });
export type Hand = z.infer<typeof Hand>;

/** Somebody's (or a group's) work on a lab. */
export const Attempt = z.object({
  id: Identifier,
  lab: z.string().describe('name@hash'),
  title: Bilingual,
  class: Identifier.nullable(),
  person: z.object({ id: Identifier, name: z.string() }),
  group: z.string().nullable(),
  cluster: Identifier,
  seed: z.string(),
  namespace: z.string(),
  variant: z.string().nullable(),
  minutes: z.int(),
  started_at: z.iso.datetime(),
  due_at: z.iso.datetime().nullable(),
  /** Of the best run so far. */
  score: z.number().nullable(),
  max: z.number(),
  runs: z.int(),
  hand: Hand.nullable(),
  steps: z.array(AttemptStep),
});
export type Attempt = z.infer<typeof Attempt>;

/** `POST /attempts/{id}/checks`: on a fork of the cluster; of one step, or of all. */
export const CheckRun = z.strictObject({ step: LabName.optional() });
export type CheckRun = z.infer<typeof CheckRun>;

export const CheckRunAnswer = z.object({
  attempt: Attempt,
  results: z.array(CheckResult),
  score: z.number().nullable(),
  max: z.number(),
});
export type CheckRunAnswer = z.infer<typeof CheckRunAnswer>;

/** `POST /attempts/{id}/answers`: each can be answered once. */
export const AnswersGiven = z.strictObject({
  quiz: z.record(LabName, z.array(LabName).min(1).max(CONTRACT_LIMITS.labChoices)).default({}),
  predictions: z.record(LabName, z.string().min(1).max(CONTRACT_LIMITS.labNameCharacters)).default({}),
});
export type AnswersGiven = z.infer<typeof AnswersGiven>;

/** `POST /attempts/{id}/hints`: opens the next hint of a step, which may cost. */
export const HintOpened = z.strictObject({ step: LabName });
export type HintOpened = z.infer<typeof HintOpened>;

/** `PUT /attempts/{id}/hand`. */
export const HandRaised = z.strictObject({
  raised: z.boolean(),
  note: z.string().trim().max(CONTRACT_LIMITS.handNoteCharacters).default(''),
});
export type HandRaised = z.infer<typeof HandRaised>;

/** What happens to an attempt. */
export const AttemptChange = z.enum([
  'Started',
  'Checked',
  'Answered',
  'Hint',
  'Hand',
  'Message',
  'Restored',
  'Reset',
  'Joined',
  'Broadcast',
  'Regraded',
]);
export type AttemptChange = z.infer<typeof AttemptChange>;

/**
 * A line of the time line of an attempt (`GET /attempts/{id}/timeline`): for help, and for integrity. `Message`: somebody
 * who helps said something to its student, or to the class while it was worked on; `Restored` and `Reset`: the cluster
 * went back; `Joined`: somebody who helps came into its cluster; `Broadcast`: its cluster was shown to the class, or was
 * no more (`detail.shown`).
 */
export const TimelineEntry = z.object({
  at: z.iso.datetime(),
  /** Virtual time of the cluster, where it has to do with it. */
  virtual_at: Timestamp.nullable(),
  kind: AttemptChange,
  person: z.object({ id: Identifier, name: z.string() }),
  detail: z.record(z.string(), z.unknown()),
});
export type TimelineEntry = z.infer<typeof TimelineEntry>;

/** `GET /classes/{id}/grades`: a row a member and lab. */
export const GradeRow = z.object({
  person: z.object({ id: Identifier, login: z.string().nullable(), name: z.string() }),
  group: z.string().nullable(),
  lab: z.string(),
  attempt: Identifier.nullable(),
  score: z.number().nullable(),
  max: z.number(),
  runs: z.int(),
  steps: z.array(z.object({ name: LabName, score: z.number().nullable(), max: z.number() })),
  started_at: z.iso.datetime().nullable(),
  last_run_at: z.iso.datetime().nullable(),
  late: z.boolean(),
});
export type GradeRow = z.infer<typeof GradeRow>;

export const GradesQuery = z.strictObject({
  format: z.enum(['json', 'csv']).default('json'),
  lab: z.string().optional(),
});
export type GradesQuery = z.infer<typeof GradesQuery>;
export const Grades = z.object({ rows: z.array(GradeRow) });
export type Grades = z.infer<typeof Grades>;

/** `POST /classes/{id}/regrade`: every attempt at a lab once more, under its newest version; asked again, it goes on. */
export const Regrade = z.strictObject({ lab: z.string() });
export type Regrade = z.infer<typeof Regrade>;

export const RegradeState = z.object({
  id: Identifier,
  lab: z.string().describe('name@hash'),
  total: z.int(),
  done: z.int(),
  failed: z.array(z.object({ attempt: Identifier, problem: z.string() })),
  finished_at: z.iso.datetime().nullable(),
});
export type RegradeState = z.infer<typeof RegradeState>;
