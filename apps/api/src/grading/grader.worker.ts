/** A thread that grades one submission, or reads one bundle, after another. */
import { restoreCluster } from '@podlab/cluster';
import type { Grade } from '@podlab/contracts';
import {
  gradeCluster,
  gradeManifests,
  instantiateVariant,
  type Lab,
  type LabReading,
  readLab,
  startLab,
} from '@podlab/grading';
import { Refusal } from '@podlab/kernel';
import { parentPort } from 'node:worker_threads';
import type { GradeJob, GraderAnswer, GraderJob, ReadJob } from './grade-job';

const KEPT_LABS = 50;
const labs = new Map<string, Lab>();

function labOf({ hash, files }: GradeJob): Lab {
  const known = labs.get(hash);
  if (known) return known;
  const reading = readLab(files);
  if ('problems' in reading) throw new Error(`the lab can't be read: ${reading.problems[0].message}`);
  if (labs.size >= KEPT_LABS) labs.clear();
  labs.set(hash, reading.lab);
  return reading.lab;
}

function graded(job: GradeJob): Grade {
  const { submission, seed, answers, found, step } = job;
  const lab = labOf(job);
  if (submission.kind === 'Manifests') return gradeManifests(lab, submission.manifests, { seed, answers });
  const { checkpoint, history, students } = submission;
  return gradeCluster(lab, restoreCluster(checkpoint), seed, { answers, found, history, students, step });
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

function answerTo(job: GraderJob): GraderAnswer {
  try {
    return job.kind === 'Read' ? { reading: readingOf(job) } : { grade: graded(job) };
  } catch (error) {
    const what = job.kind === 'Read' ? 'read' : 'graded';
    return { problem: 'Internal', detail: `It could not be ${what}: ${(error as Error).message}` };
  }
}

parentPort?.on('message', (job: GraderJob) => parentPort?.postMessage(answerTo(job)));
