/** A thread that grades one submission after another. */
import { restoreCluster } from '@podlab/cluster';
import type { Grade } from '@podlab/contracts';
import { gradeCluster, gradeManifests, type Lab, readLab } from '@podlab/grading';
import { parentPort } from 'node:worker_threads';
import type { GradeJob, GraderAnswer } from './grade-job';

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

function answerTo(job: GradeJob): GraderAnswer {
  try {
    return { grade: graded(job) };
  } catch (error) {
    return { problem: 'Internal', detail: `It could not be graded: ${(error as Error).message}` };
  }
}

parentPort?.on('message', (job: GradeJob) => parentPort?.postMessage(answerTo(job)));
