/** A thread that does one job after another, each within a bound of wall time. */
import { type ResourceLimits, Worker } from 'node:worker_threads';

export interface JobThreadOptions<Answer> {
  script: URL;
  limits: ResourceLimits;
  /** What its script is started with. */
  data?: unknown;
  /** The answer to a job whose thread ended in the middle of it. */
  stopped(why: string): Answer;
}

const ENDED = 'its thread ended';

export class JobThread<Job, Answer> {
  isOver = false;
  private readonly worker: Worker;
  private settle: ((answer: Answer) => void) | undefined;
  private resting: NodeJS.Timeout | undefined;

  constructor(private readonly options: JobThreadOptions<Answer>) {
    const { script, limits, data } = options;
    this.worker = new Worker(script, { resourceLimits: limits, workerData: data });
    this.worker.on('message', (answer: Answer) => this.settle?.(answer));
    this.worker.on('error', (error) => this.over(error.message));
    this.worker.on('exit', () => this.over(ENDED));
    this.worker.unref();
  }

  /** There is work for it soon: it does not end by itself. */
  wake(): void {
    clearTimeout(this.resting);
  }

  /** A job that is not done after `wallMs` is answered with `late`, and its thread ends. */
  run(job: Job, wallMs: number, late: () => Answer): Promise<Answer> {
    if (this.isOver) return Promise.resolve(this.options.stopped(ENDED));
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        resolve(late());
        void this.end();
      }, wallMs);
      this.settle = (answer) => {
        clearTimeout(timer);
        this.settle = undefined;
        resolve(answer);
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
    this.settle?.(this.options.stopped(why));
  }
}
