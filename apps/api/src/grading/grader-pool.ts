/** Threads that grade: a submission can neither hold up the server nor outlive its time. */
import type { Grade } from '@podlab/contracts';
import type { LabReading } from '@podlab/grading';
import { ProblemException } from '../problems/problem-exception';
import { JobThread } from '../threads/job-thread';
import type { BeginJob, GradeJob, GraderAnswer, GraderJob, ReadJob } from './grade-job';

export interface GraderPoolOptions {
  script: URL;
  threads: number;
  /** A submission that takes longer ends in an error, and its thread with it. */
  wallMs: number;
  /** A bundle that takes longer to be read, or to begin, is refused. */
  readMs: number;
  /** A cluster that takes longer to begin is not made. */
  beginMs: number;
  /** How many may wait. */
  queue: number;
  /** And how many of one caller, so that there is always room for somebody else. */
  queueOfCaller: number;
  /** A thread without work ends after this time. */
  idleMs: number;
}

/** A fork is made for one look and thrown away: most of what a grader makes dies young (docs/adr/0020). */
const LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 96 };

type GraderThread = JobThread<GraderJob, GraderAnswer>;

interface Waiting {
  readonly caller: string;
  /** Made when its turn comes: what waits holds no copy of a cluster. */
  readonly job: () => GraderJob | Promise<GraderJob>;
  resolve(answer: GraderAnswer): void;
  reject(error: Error): void;
}

export class GraderPool {
  private readonly idle: GraderThread[] = [];
  private readonly busy = new Set<GraderThread>();
  /** By caller: whoever asks for much waits for the others between. */
  private readonly waiting = new Map<string, Waiting[]>();
  private length = 0;
  private closed = false;

  constructor(private readonly options: GraderPoolOptions) {}

  /** Throws ProblemException `TooManyRequests`, `LimitExceeded` and `Internal`. */
  async grade(caller: string, job: () => GradeJob | Promise<GradeJob>): Promise<Grade> {
    const answer = await this.ask(caller, job);
    if ('grade' in answer) return answer.grade;
    throw refusalOf(answer);
  }

  /** As `grade` does. */
  async read(caller: string, job: ReadJob): Promise<LabReading> {
    const answer = await this.ask(caller, () => job);
    if ('reading' in answer) return answer.reading;
    throw refusalOf(answer);
  }

  /** The state of a cluster that has begun; throws as `grade` does, and what the cluster's API says no to. */
  async begin(caller: string, job: BeginJob): Promise<string> {
    const answer = await this.ask(caller, () => job);
    if ('checkpoint' in answer) return answer.checkpoint;
    throw refusalOf(answer);
  }

  private async ask(caller: string, job: Waiting['job']): Promise<GraderAnswer> {
    if (this.closed) throw stopping();
    const { queue, queueOfCaller } = this.options;
    if (this.length >= queue) throw queueFull('gradeQueue', queue);
    const line = this.waiting.get(caller) ?? [];
    if (line.length >= queueOfCaller) throw queueFull('gradeQueueOfCaller', queueOfCaller);
    return new Promise((resolve, reject) => {
      line.push({ caller, job, resolve, reject });
      this.waiting.set(caller, line);
      this.length++;
      this.next();
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const line of this.waiting.values()) for (const { reject } of line) reject(stopping());
    this.waiting.clear();
    await Promise.all([...this.idle, ...this.busy].map((thread) => thread.end()));
  }

  private next(): void {
    if (this.closed || this.length === 0) return;
    const thread = this.rested() ?? this.started();
    if (!thread) return;
    const work = this.take();
    this.busy.add(thread);
    this.run(thread, work)
      .then(work.resolve, work.reject)
      .finally(() => this.done(thread))
      .catch(work.reject);
    this.next();
  }

  private async run(thread: GraderThread, { job }: Waiting): Promise<GraderAnswer> {
    const made = await job();
    const { readMs, beginMs, wallMs } = this.options;
    const bound = { Read: readMs, Begin: beginMs, Grade: wallMs }[made.kind];
    return thread.run(made, bound, () => ({
      problem: 'LimitExceeded',
      detail: tooLong(made, bound / 1000),
    }));
  }

  /** The first of the caller whose turn it is, who then goes to the end of the line. */
  private take(): Waiting {
    const [[caller, line]] = this.waiting;
    const [first, ...rest] = line;
    this.waiting.delete(caller);
    if (rest.length > 0) this.waiting.set(caller, rest);
    this.length--;
    return first;
  }

  /** One that waits for work; not one that died meanwhile. */
  private rested(): GraderThread | undefined {
    let thread = this.idle.pop();
    while (thread?.isOver) thread = this.idle.pop();
    thread?.wake();
    return thread;
  }

  private started(): GraderThread | undefined {
    if (this.busy.size + this.idle.length >= this.options.threads) return undefined;
    return new JobThread({ script: this.options.script, limits: LIMITS, stopped });
  }

  private done(thread: GraderThread): void {
    this.busy.delete(thread);
    if (!thread.isOver) {
      this.idle.push(thread);
      thread.rest(this.options.idleMs, () => this.forget(thread));
    }
    this.next();
  }

  private forget(thread: GraderThread): void {
    const at = this.idle.indexOf(thread);
    if (at >= 0) this.idle.splice(at, 1);
  }
}

const stopping = () => new ProblemException('ShuttingDown', 'The server is stopping.');

const queueFull = (name: string, most: number) =>
  new ProblemException('TooManyRequests', `${name} is limited to ${most}: try again in some seconds.`);

function refusalOf(answer: GraderAnswer): ProblemException {
  return 'problem' in answer
    ? new ProblemException(answer.problem, answer.detail, answer.errors)
    : new ProblemException('Internal', 'The grader answered something else than it was asked.');
}

const stopped = (why: string): GraderAnswer => ({
  problem: 'Internal',
  detail: `The grader stopped: ${why}.`,
});

function tooLong({ kind }: GraderJob, seconds: number): string {
  if (kind === 'Read')
    return `labReadSeconds is limited to ${seconds}: it takes too long to read this lab, or to begin it.`;
  return kind === 'Begin'
    ? `beginWallSeconds is limited to ${seconds}: this cluster takes too long to begin.`
    : `gradeWallSeconds is limited to ${seconds}: this was not graded to its end.`;
}
