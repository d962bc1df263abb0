/** Threads that grade: a submission can neither hold up the server nor outlive its time. */
import type { Grade } from '@podlab/contracts';
import { Worker } from 'node:worker_threads';
import { ProblemException } from '../problems/problem-exception';
import type { GradeJob, GraderAnswer } from './grade-job';

export interface GraderPoolOptions {
  script: URL;
  threads: number;
  /** A submission that takes longer ends in an error, and its thread with it. */
  wallMs: number;
  /** How many may wait. */
  queue: number;
  /** A thread without work ends after this time. */
  idleMs: number;
}

/** A fork is made for one look and thrown away: most of what a grader makes dies young. */
const LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 64 };

interface Waiting {
  readonly caller: string;
  readonly job: GradeJob;
  resolve(grade: Grade): void;
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
  grade(caller: string, job: GradeJob): Promise<Grade> {
    if (this.length >= this.options.queue) {
      const detail = `gradeQueue is limited to ${this.options.queue}: try again in some seconds.`;
      throw new ProblemException('TooManyRequests', detail);
    }
    return new Promise((resolve, reject) => {
      const line = this.waiting.get(caller) ?? [];
      line.push({ caller, job, resolve, reject });
      this.waiting.set(caller, line);
      this.length++;
      this.next();
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    const stopping = new ProblemException('ShuttingDown', 'The server is stopping.');
    for (const line of this.waiting.values()) for (const { reject } of line) reject(stopping);
    this.waiting.clear();
    await Promise.all([...this.idle, ...this.busy].map((thread) => thread.end()));
  }

  private next(): void {
    if (this.closed || this.length === 0) return;
    const thread = this.idle.pop() ?? this.started();
    if (!thread) return;
    const work = this.take();
    this.busy.add(thread);
    thread
      .run(work.job, this.options.wallMs)
      .then(work.resolve, work.reject)
      .finally(() => this.done(thread))
      .catch(work.reject);
    this.next();
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

  private started(): GraderThread | undefined {
    if (this.busy.size + this.idle.length >= this.options.threads) return undefined;
    return new GraderThread(this.options.script);
  }

  private done(thread: GraderThread): void {
    this.busy.delete(thread);
    if (!thread.isOver) {
      this.idle.push(thread);
      thread.rest(this.options.idleMs, () => this.idle.splice(this.idle.indexOf(thread), 1));
    }
    this.next();
  }
}

class GraderThread {
  isOver = false;
  private readonly worker: Worker;
  private settle: ((answer: GraderAnswer) => void) | undefined;
  private resting: NodeJS.Timeout | undefined;

  constructor(script: URL) {
    this.worker = new Worker(script, { resourceLimits: LIMITS });
    this.worker.on('message', (answer: GraderAnswer) => this.settle?.(answer));
    this.worker.on('error', (error) => this.over(error.message));
    this.worker.on('exit', () => this.over('its thread ended'));
    this.worker.unref();
  }

  run(job: GradeJob, wallMs: number): Promise<Grade> {
    clearTimeout(this.resting);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const detail = `gradeWallSeconds is limited to ${wallMs / 1000}: this was not graded to its end.`;
        reject(new ProblemException('LimitExceeded', detail));
        void this.end();
      }, wallMs);
      this.settle = (answer) => {
        clearTimeout(timer);
        this.settle = undefined;
        if ('grade' in answer) resolve(answer.grade);
        else reject(new ProblemException(answer.problem, answer.detail));
      };
      this.worker.postMessage(job);
    });
  }

  /** Ends it unless there is work in time. */
  rest(ms: number, ended: () => void): void {
    this.resting = setTimeout(() => {
      ended();
      void this.end();
    }, ms);
    this.resting.unref();
  }

  async end(): Promise<void> {
    this.isOver = true;
    clearTimeout(this.resting);
    await this.worker.terminate();
  }

  private over(why: string): void {
    this.isOver = true;
    this.settle?.({ problem: 'Internal', detail: `The grader stopped: ${why}.` });
  }
}
