/** Grades: in threads of its own, one submission a thread at a time. */
import { Inject, Injectable } from '@nestjs/common';
import type { Grade } from '@podlab/contracts';
import type { Lab } from '@podlab/grading';
import type { ClusterRecord, RevisionLog } from '@podlab/persistence';
import type { LogEntry } from '../cluster-host/core';
import { ClusterHost } from '../cluster-host/cluster-host';
import { REVISION_LOG, GRADER_POOL } from '../tokens';
import type { GradeJob } from './grade-job';
import type { GraderPool } from './grader-pool';

export interface Submission extends Pick<GradeJob, 'seed' | 'answers' | 'found' | 'step'> {
  lab: Lab;
  /** Who waits for it: one caller's many do not hold up another's one. */
  caller: string;
}

@Injectable()
export class Grader {
  constructor(
    @Inject(GRADER_POOL) private readonly pool: GraderPool,
    @Inject(ClusterHost) private readonly host: ClusterHost,
    @Inject(REVISION_LOG) private readonly log: RevisionLog<LogEntry>,
  ) {}

  manifests({ lab, caller, ...job }: Submission, manifests: string): Promise<Grade> {
    const { files, hash } = lab;
    const submission = { kind: 'Manifests' as const, manifests };
    return this.pool.grade(caller, () => ({ kind: 'Grade', ...job, files, hash, submission }));
  }

  /** The cluster as it is when its turn comes; it lives on as if nothing had happened. */
  cluster({ lab, caller, ...job }: Submission, record: ClusterRecord, students?: string[]): Promise<Grade> {
    const { files, hash } = lab;
    return this.pool.grade(caller, async () => {
      const hosted = await this.host.open(record);
      const { checkpoint, rv } = await hosted.ask((core) => ({
        checkpoint: core.checkpoint(),
        rv: core.resourceVersion(),
      }));
      const history = asksForHistory(lab) ? await this.history(record.id, rv) : undefined;
      const submission = { kind: 'Cluster' as const, checkpoint, history, students };
      return { kind: 'Grade', ...job, files, hash, submission };
    });
  }

  /** All that was done in it, with what came of it left out; undefined when its beginning is forgotten. */
  private async history(cluster: string, rv: number): Promise<LogEntry[] | undefined> {
    const [first, oldest] = await Promise.all([
      this.log.firstCheckpoint(cluster),
      this.log.oldestCheckpoint(cluster),
    ]);
    if (!first || oldest !== first.rv) return undefined;
    const entries: LogEntry[] = [];
    for await (const entry of this.log.read(cluster, first.rv + 1, rv)) {
      if (entry.kind === 'input') entries.push(entry);
      else if (entries.length > 0 && entry.kind === 'revision' && entries.at(-1)?.kind === 'input')
        entries.push({ ...entry, object: NO_OBJECT });
    }
    return entries;
  }
}

/** That something came of an input is all that is asked of a revision. */
const NO_OBJECT = { apiVersion: '', kind: '', metadata: { name: '' } } as Extract<
  LogEntry,
  { kind: 'revision' }
>['object'];

const asksForHistory = ({ document }: Lab): boolean =>
  document.steps.some(({ checks }) => checks.some(({ kind }) => kind === 'History'));
