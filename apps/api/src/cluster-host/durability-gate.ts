/**
 * Law 4: nothing leaves a cluster before it is on disk. What is to leave is handed in with the highest revision it
 * saw, and goes out, in the order it came, when that revision is durable.
 */
import type { LoggedEntry, RevisionLog } from '@podlab/persistence';

/** The part of the log that the gate needs. */
export type AppendLog<Entry extends LoggedEntry> = Pick<RevisionLog<Entry>, 'append'>;

interface Held {
  rv: number;
  deliver(): void;
  reject?(error: Error): void;
}

export class DurabilityGate<Entry extends LoggedEntry> {
  private held: Held[] = [];
  private ended: Error | undefined;

  constructor(
    private readonly cluster: string,
    private readonly log: AppendLog<Entry>,
    private durable: number,
    /** The log refused: what is in memory and what is on the disk are two different clusters. */
    private readonly onRefused: (error: Error) => void,
  ) {}

  get durableRevision(): number {
    return this.durable;
  }

  append(entries: readonly Entry[]): void {
    const last = entries[entries.length - 1].rv;
    this.log.append(this.cluster, entries).then(
      () => this.advance(last),
      (error: Error) => this.onRefused(error),
    );
  }

  /** Calls `deliver` when `rv` is durable and all that came before has gone out; at once where it is. */
  deliver(rv: number, deliver: () => void): void {
    if (this.ended) return;
    if (rv <= this.durable && this.held.length === 0) deliver();
    else this.held.push({ rv, deliver });
  }

  /** Resolves when `rv` is durable; rejects when the gate ends or the answers are let go. */
  wait(rv: number): Promise<void> {
    return new Promise((deliver, reject) => this.answer(rv, deliver, reject));
  }

  /** As {@link wait}, for whoever answers many requests and needs no promise for each. Neither call may throw. */
  answer(rv: number, deliver: () => void, reject: (error: Error) => void): void {
    if (this.ended) reject(this.ended);
    else if (rv <= this.durable) deliver();
    else this.held.push({ rv, deliver, reject });
  }

  /** Answers that wait get this error; events stay in the line. */
  letAnswersGo(error: Error): void {
    const answers = this.held.filter((one) => one.reject);
    this.held = this.held.filter((one) => !one.reject);
    for (const answer of answers) answer.reject?.(error);
  }

  /** Nothing goes out any more. */
  end(error: Error): void {
    this.ended = error;
    const held = this.held;
    this.held = [];
    for (const one of held) one.reject?.(error);
  }

  private advance(rv: number): void {
    this.durable = Math.max(this.durable, rv);
    let open = 0;
    while (open < this.held.length && this.held[open].rv <= this.durable) open++;
    for (const one of this.held.splice(0, open)) one.deliver();
  }
}
