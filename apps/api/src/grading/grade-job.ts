/** What the server and its grading threads say to each other. */
import type { Grade, LabAnswers, ProblemCode } from '@podlab/contracts';
import type { LabFiles } from '@podlab/grading';
import type { LogEntry } from '../cluster-host/core';

/** One submission: manifests for a fresh cluster, or a cluster as it is now. */
export interface GradeJob {
  files: LabFiles;
  hash: string;
  seed: string;
  answers?: Partial<LabAnswers>;
  /** What the cluster did when predictions were made. */
  found?: Record<string, string>;
  submission:
    | { kind: 'Manifests'; manifests: string }
    | {
        kind: 'Cluster';
        checkpoint: string;
        /** Undefined: what was done is not known any more. */
        history?: LogEntry[];
        /** Under which names the student writes. */
        students?: string[];
      };
  /** Only this step's checks. */
  step?: string;
}

export type GraderAnswer = { grade: Grade } | { problem: ProblemCode; detail: string };
