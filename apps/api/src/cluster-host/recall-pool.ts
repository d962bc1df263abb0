/** Threads that look at the past: nobody who looks back holds up who works now. */
import { ProblemException } from '../problems/problem-exception';
import { JobThread } from '../threads/job-thread';
import type { RecallAnswer, RecallData, RecallJob, RecallRefusal } from './recall-job';

export interface RecallPoolOptions {
  script: URL;
  data: RecallData;
  threads: number;
  /** A look that takes longer ends in an error, and its thread with it. */
  wallMs: number;
  /** How many may wait. */
  queue: number;
  /** And how many of one caller: of more, the newest takes the place of the oldest. */
  queueOfCaller: number;
  /** A thread without work ends after this time, and forgets what it recalled. */
  idleMs: number;
  /** So many clusters a thread is known to have recalled. */
  recalled: number;
}

export interface Look {
  /** Who waits for it: one at a time of each, and nobody's many hold up another's one. */
  readonly caller: string;
  readonly job: RecallJob;
  /** Nobody waits for it any more. */
  readonly isGone?: () => boolean;
}

interface Waiting extends Look {
  resolve(answer: Exclude<RecallAnswer, RecallRefusal>): void;
  reject(error: Error): void;
}

const LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 32 };

const stopped = (why: string): RecallRefusal => ({
  problem: 'Internal',
  detail: `The look at the past stopped: ${why}.`,
});

class RecallThread extends JobThread<RecallJob, RecallAnswer> {
  /** Of these clusters it may know moments, the newest last. */
  private clusters: string[] = [];

  knows(cluster: string): boolean {
    return this.clusters.includes(cluster);
  }

  recalls(cluster: string, most: number): void {
    this.clusters = [...this.clusters.filter((each) => each !== cluster), cluster].slice(-most);
  }
}

export class RecallPool {
  private idle: RecallThread[] = [];
  private readonly busy = new Set<RecallThread>();
  /** By caller, who goes to the end of the line when one of his looks begins. */
  private readonly waiting = new Map<string, Waiting[]>();
  private readonly looking = new Set<string>();
  private length = 0;
  private closed = false;

  constructor(private readonly options: RecallPoolOptions) {}

  /** Throws ProblemException `TooManyRequests`, `LimitExceeded`, `ShuttingDown` and `Internal`. */
  async ask(look: Look): Promise<Exclude<RecallAnswer, RecallRefusal>> {
    if (this.closed) throw stopping();
    const line = this.waiting.get(look.caller) ?? [];
    const { queue, queueOfCaller } = this.options;
    if (line.length >= queueOfCaller) this.replaceOldest(line);
    else if (this.length >= queue) throw tooMany('pastLooks', queue);
    return new Promise((resolve, reject) => {
      line.push({ ...look, resolve, reject });
      this.waiting.set(look.caller, line);
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

  /** Whoever moves through time wants to see where he is, not where he was; what is to become a cluster is not left out. */
  private replaceOldest(line: Waiting[]): void {
    const oldest = line.findIndex(({ job }) => job.kind !== 'State');
    const refused = tooMany('pastLooksOfCaller', this.options.queueOfCaller);
    if (oldest < 0) throw refused;
    this.length--;
    line.splice(oldest, 1)[0].reject(refused);
  }

  private next(): void {
    for (const caller of [...this.waiting.keys()]) {
      if (this.closed || this.looking.has(caller)) continue;
      const look = this.first(caller);
      if (!look) continue;
      const thread = this.threadFor(look.job.cluster);
      if (!thread) return;
      this.take(caller);
      this.begin(thread, look);
    }
  }

  /** The first of a caller that somebody still waits for. */
  private first(caller: string): Waiting | undefined {
    for (let look = this.waiting.get(caller)?.[0]; look; look = this.waiting.get(caller)?.[0]) {
      if (!look.isGone?.()) return look;
      this.take(caller);
      look.reject(tooMany('pastLooksOfCaller', this.options.queueOfCaller));
    }
    return undefined;
  }

  private take(caller: string): void {
    const rest = this.waiting.get(caller)?.slice(1) ?? [];
    this.waiting.delete(caller);
    if (rest.length > 0) this.waiting.set(caller, rest);
    this.length--;
  }

  private begin(thread: RecallThread, { caller, job, resolve, reject }: Waiting): void {
    const { wallMs, recalled } = this.options;
    this.idle = this.idle.filter((each) => each !== thread);
    this.busy.add(thread);
    this.looking.add(caller);
    thread.wake();
    thread.recalls(job.cluster, recalled);
    const late = () => ({ problem: 'LimitExceeded' as const, detail: tooLong(wallMs / 1000) });
    void thread.run(job, wallMs, late).then((answer) => {
      this.looking.delete(caller);
      this.done(thread);
      if ('problem' in answer) reject(new ProblemException(answer.problem, answer.detail));
      else resolve(answer);
    });
  }

  /** The one that knows the cluster, or any that has nothing to do. */
  private threadFor(cluster: string): RecallThread | undefined {
    this.idle = this.idle.filter(({ isOver }) => !isOver);
    const rested = this.idle.find((thread) => thread.knows(cluster)) ?? this.idle.at(-1);
    if (rested || this.busy.size >= this.options.threads) return rested;
    const { script, data } = this.options;
    return new RecallThread({ script, data, limits: LIMITS, stopped });
  }

  private done(thread: RecallThread): void {
    this.busy.delete(thread);
    if (!thread.isOver && !this.closed) {
      this.idle.push(thread);
      thread.rest(this.options.idleMs, () => (this.idle = this.idle.filter((each) => each !== thread)));
    }
    this.next();
  }
}

const stopping = () => new ProblemException('ShuttingDown', 'The server is stopping.');

const tooMany = (name: string, most: number) =>
  new ProblemException('TooManyRequests', `${name} is limited to ${most}: try again in some seconds.`);

const tooLong = (seconds: number) =>
  `pastLookSeconds is limited to ${seconds}: it takes too long to live through that again.`;
