/** A thread that grades one submission, reads one bundle, or begins one cluster, after another. */
import { restoreCluster, UnreadableManifests } from '@podlab/cluster';
import type { Grade } from '@podlab/contracts';
import {
  beginLab,
  gradeCluster,
  Grader,
  instantiate,
  instantiateVariant,
  type Lab,
  type LabReading,
  readLab,
  startLab,
} from '@podlab/grading';
import { LimitExceeded, Refusal } from '@podlab/kernel';
import { parentPort } from 'node:worker_threads';
import { born, ManifestsRefused } from '../clusters/birth';
import type {
  BeginJob,
  GradeJob,
  GraderAnswer,
  GraderJob,
  GraderRefusal,
  LabBundle,
  ReadJob,
} from './grade-job';

const KEPT_LABS = 50;
const labs = new Map<string, Lab>();

function labOf({ hash, files }: LabBundle): Lab {
  return kept(labs, KEPT_LABS, hash, () => {
    const reading = readLab(files);
    if ('problems' in reading) throw new Error(`the lab can't be read: ${reading.problems[0].message}`);
    return reading.lab;
  });
}

/** A cluster at its lab's beginning is a megabyte or two: a class hands in one lab, and an autograder names no seed. */
const KEPT_GRADERS = 4;
const CLUSTERS_OF_GRADER = 8;
const graders = new Map<string, Grader>();

const graderOf = (bundle: LabBundle): Grader =>
  kept(graders, KEPT_GRADERS, bundle.hash, () => new Grader(labOf(bundle), CLUSTERS_OF_GRADER));

/** What is there by that name, or is made now; the one that was not asked for the longest gives it its place. */
function kept<T>(all: Map<string, T>, most: number, name: string, make: () => T): T {
  const found = all.get(name) ?? make();
  all.delete(name);
  all.set(name, found);
  const [oldest] = all.keys();
  if (all.size > most) all.delete(oldest);
  return found;
}

function graded(job: GradeJob): Grade {
  const { submission, seed, answers, found, step } = job;
  if (submission.kind === 'Manifests')
    return graderOf(job).gradeManifests(submission.manifests, { seed, answers });
  const { checkpoint, history, students } = submission;
  return gradeCluster(labOf(job), restoreCluster(checkpoint), seed, {
    answers,
    found,
    history,
    students,
    step,
  });
}

/** The limit of time of this thread is that of a lab's beginning, which later happens where everybody waits. */
function readingOf({ files, begin }: ReadJob): LabReading {
  const reading = readLab(files);
  if ('problems' in reading || !begin) return reading;
  const { variants } = reading.lab.document;
  for (const [index, variant] of [...(variants.length > 0 ? variants : [undefined])].entries()) {
    try {
      startLab(instantiateVariant(reading.lab, 'seed', variant));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const path = variant === undefined ? 'start' : `variants[${index}].start`;
      return { problems: [{ file: 'lab.yaml', path, message: error.message }] };
    }
  }
  return reading;
}

function begun({ birth, lab }: BeginJob): string {
  const core = born(birth);
  if (lab) beginLab(core, instantiate(labOf(lab), lab.seed));
  return core.checkpoint();
}

function answerOf(job: GraderJob): GraderAnswer {
  if (job.kind === 'Read') return { reading: readingOf(job) };
  return job.kind === 'Begin' ? { checkpoint: begun(job) } : { grade: graded(job) };
}

const DONE = { Read: 'read', Begin: 'begun', Grade: 'graded' } as const;

function answerTo(job: GraderJob): GraderAnswer {
  try {
    return answerOf(job);
  } catch (error) {
    return job.kind === 'Begin' && error instanceof Refusal
      ? refusalOf(error)
      : { problem: 'Internal', detail: `It could not be ${DONE[job.kind]}: ${(error as Error).message}` };
  }
}

/** What was to begin does not make sense; that is no failure of this thread. */
function refusalOf(error: Refusal): GraderRefusal {
  const detail = error.message;
  if (error instanceof ManifestsRefused) return { problem: error.name, detail, errors: [...error.errors] };
  if (error instanceof UnreadableManifests) return { problem: 'BadRequest', detail };
  return { problem: error instanceof LimitExceeded ? 'LimitExceeded' : 'InvalidLab', detail };
}

parentPort?.on('message', (job: GraderJob) => parentPort?.postMessage(answerTo(job)));
