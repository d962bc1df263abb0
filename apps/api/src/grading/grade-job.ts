/** What the server and its grading threads say to each other. */
import type { Grade, LabAnswers, ProblemCode } from '@podlab/contracts';
import type { LabFiles, LabReading } from '@podlab/grading';
import type { LogEntry } from '../cluster-host/core';
import type { Birth } from '../clusters/birth';

/** A bundle that somebody sends: what is in it, or what is wrong with it. */
export interface ReadJob {
  kind: 'Read';
  files: LabFiles;
  /** Whether its clusters are made, too: what can't begin is no lab. */
  begin: boolean;
}

/** A lab as one student has it. */
export interface LabBundle {
  files: LabFiles;
  hash: string;
  seed: string;
}

/** A cluster that somebody makes, brought to where its lab begins. */
export interface BeginJob {
  kind: 'Begin';
  birth: Birth;
  lab: LabBundle | undefined;
}

/** One submission: manifests for a fresh cluster, or a cluster as it is now. */
export interface GradeJob extends LabBundle {
  kind: 'Grade';
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

export type GraderJob = ReadJob | BeginJob | GradeJob;

/** What was asked can't be done. */
export interface GraderRefusal {
  problem: ProblemCode;
  detail: string;
  errors?: { path: string; message: string }[];
}
export type GraderAnswer =
  { grade: Grade } | { reading: LabReading } | { checkpoint: string } | GraderRefusal;
