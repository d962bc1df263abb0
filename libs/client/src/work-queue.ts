import type { QueueEntry } from '@podlab/kernel';

export interface WorkQueueOptions {
  /** Virtual time from add(key) to its reconcile, in ms. Default 2. */
  delayMs?: number;
  /** Delay of a key that failed, in ms: it doubles from the first to the longest. Default 5 to 1,000,000. */
  failureDelayMs?: { readonly first: number; readonly longest: number };
}

/** Models client-go DefaultTypedControllerRateLimiter. */
const FAILURE_DELAY_MS = { first: 5, longest: 1_000_000 };

/** Null where there is nothing: of the queues of an idle cluster, nearly all. */
export interface WorkQueueState {
  waiting: Map<string, QueueEntry> | null;
  failures: Map<string, number> | null;
}

export function createWorkQueueState(): WorkQueueState {
  return { waiting: null, failures: null };
}

/** What a queue needs of the cluster's event queue. */
export interface WorkQueueTimer {
  now(): number;
  schedule(delayMs: number, key: string): QueueEntry;
  cancel(entry: QueueEntry): void;
}

/** A set of keys to reconcile in virtual time: many adds of a key are one call. Models client-go util/workqueue. */
export class WorkQueue {
  private readonly delayMs: number;
  private readonly failureDelayMs: { readonly first: number; readonly longest: number };

  constructor(
    private readonly state: WorkQueueState,
    private readonly timer: WorkQueueTimer,
    options: WorkQueueOptions = {},
  ) {
    this.delayMs = options.delayMs ?? 2;
    this.failureDelayMs = options.failureDelayMs ?? FAILURE_DELAY_MS;
  }

  /** Asks for a reconcile of `key` soon. */
  add(key: string): void {
    this.addAfter(key, this.delayMs);
  }

  /** Asks for a reconcile of `key` in `delayMs`; an earlier wish for the same key stands. */
  addAfter(key: string, delayMs: number): void {
    const waiting = this.state.waiting?.get(key);
    if (waiting) {
      if (waiting.at <= this.timer.now() + delayMs) return;
      this.timer.cancel(waiting);
    }
    (this.state.waiting ??= new Map()).set(key, this.timer.schedule(delayMs, key));
  }

  /** Asks again after a failure, each time after twice as long, until {@link forget}. */
  addRateLimited(key: string): void {
    const failures = this.state.failures?.get(key) ?? 0;
    (this.state.failures ??= new Map()).set(key, failures + 1);
    const { first, longest } = this.failureDelayMs;
    this.addAfter(key, Math.min(first * 2 ** failures, longest));
  }

  /** The key is well: its next failure starts from the first delay again. */
  forget(key: string): void {
    const { failures } = this.state;
    if (failures?.delete(key) && failures.size === 0) this.state.failures = null;
  }

  /** Called by the cluster when the key's entry is due. */
  taken(key: string): void {
    const { waiting } = this.state;
    if (waiting?.delete(key) && waiting.size === 0) this.state.waiting = null;
  }
}
