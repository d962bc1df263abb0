import type { QueueEntry } from '@podlab/kernel';
import { mayHelp } from './cluster-event';
import type { ClusterEvent } from './cluster-event';

/** First wait of a pod that found no node, in virtual ms; doubles with each attempt. Models DefaultPodInitialBackoffDuration. */
const INITIAL_BACKOFF_MS = 1_000;
/** Models DefaultPodMaxBackoffDuration. */
const MAX_BACKOFF_MS = 10_000;
/** After this long a pod tries again though nothing happened. Models DefaultPodMaxInUnschedulablePodsDuration. */
const MAX_UNSCHEDULABLE_MS = 300_000;
/** Virtual time from a pod's turn to the next pod's. */
const CYCLE_MS = 1;

interface ActivePod {
  key: string;
  priority: number;
}

interface UnschedulablePod {
  priority: number;
  rejectedBy: readonly string[];
  /** Until then it waits even if something happens. */
  backoffUntil: number;
  /** Its try without any event. */
  leftover: QueueEntry;
}

export interface SchedulingQueueState {
  /** Highest priority first, then in the order they came. */
  active: ActivePod[];
  /** Pods whose turn comes when their wait is over. */
  backoff: Map<string, { priority: number; entry: QueueEntry }>;
  unschedulable: Map<string, UnschedulablePod>;
  attempts: Map<string, number>;
  /** A cycle is due. */
  cycleDue: boolean;
}

export function createSchedulingQueueState(): SchedulingQueueState {
  return {
    active: [],
    backoff: new Map(),
    unschedulable: new Map(),
    attempts: new Map(),

    cycleDue: false,
  };
}

/** What the queue needs of virtual time. */
export interface SchedulingTimer {
  now(): number;
  /** Due as {@link SchedulingQueue.takeBackoff} or a cycle, by kind. */
  schedule(
    delayMs: number,
    kind: 'cycle' | 'backoff' | 'leftover',
    key: string,
    periodic?: boolean,
  ): QueueEntry;
  cancel(entry: QueueEntry): void;
}

/**
 * Pods that wait for a node: those whose turn it is, those that wait a while after a failure, and those that nothing but
 * an event in the cluster can help. Models pkg/scheduler/backend/queue PriorityQueue.
 */
export class SchedulingQueue {
  constructor(
    private readonly state: SchedulingQueueState,
    private readonly timer: SchedulingTimer,
  ) {}

  /** The pod is to be scheduled now. */
  add(key: string, priority: number): void {
    this.take(key);
    this.activate(key, priority);
  }

  /** The pod whose turn it is; its attempt counts. */
  pop(): string | undefined {
    const next = this.state.active.shift();
    if (!next) return undefined;
    this.state.attempts.set(next.key, this.attempts(next.key) + 1);
    this.wakeUp();
    return next.key;
  }

  /** The cycle that was due runs now. */
  cycleStarted(): void {
    this.state.cycleDue = false;
  }

  /** No node took the pod: it waits for an event that may help. */
  park(key: string, priority: number, rejectedBy: readonly string[]): void {
    const wait = Math.min(INITIAL_BACKOFF_MS * 2 ** (this.attempts(key) - 1), MAX_BACKOFF_MS);
    const leftover = this.timer.schedule(MAX_UNSCHEDULABLE_MS, 'leftover', key, true);
    this.state.unschedulable.set(key, {
      priority,
      rejectedBy,
      backoffUntil: this.timer.now() + wait,
      leftover,
    });
  }

  /** Something failed that was not about nodes: the pod tries again after its wait. */
  retry(key: string, priority: number): void {
    const wait = Math.min(INITIAL_BACKOFF_MS * 2 ** (this.attempts(key) - 1), MAX_BACKOFF_MS);
    this.state.backoff.set(key, { priority, entry: this.timer.schedule(wait, 'backoff', key) });
  }

  /** Pods that the event may help try again, at once or when their wait is over. */
  moveOn(event: ClusterEvent): void {
    for (const [key, pod] of [...this.state.unschedulable]) {
      if (mayHelp(pod.rejectedBy, event)) this.release(key, pod);
    }
  }

  /** A wait is over. */
  takeBackoff(key: string): void {
    const waiting = this.state.backoff.get(key);
    if (!waiting) return;
    this.state.backoff.delete(key);
    this.activate(key, waiting.priority);
  }

  /** A pod waited for an event long enough. */
  takeLeftover(key: string): void {
    const pod = this.state.unschedulable.get(key);
    if (!pod) return;
    this.state.unschedulable.delete(key);
    this.activate(key, pod.priority);
  }

  /** The pod is bound or gone. */
  forget(key: string): void {
    this.take(key);
    this.state.attempts.delete(key);
  }

  private attempts(key: string): number {
    return this.state.attempts.get(key) ?? 0;
  }

  private release(key: string, pod: UnschedulablePod): void {
    this.state.unschedulable.delete(key);
    this.timer.cancel(pod.leftover);
    const wait = pod.backoffUntil - this.timer.now();
    if (wait <= 0) this.activate(key, pod.priority);
    else
      this.state.backoff.set(key, {
        priority: pod.priority,
        entry: this.timer.schedule(wait, 'backoff', key),
      });
  }

  private activate(key: string, priority: number): void {
    const { active } = this.state;
    let at = active.length;
    while (at > 0 && active[at - 1].priority < priority) at--;
    active.splice(at, 0, { key, priority });
    this.wakeUp();
  }

  private wakeUp(): void {
    if (this.state.cycleDue || this.state.active.length === 0) return;
    this.state.cycleDue = true;
    this.timer.schedule(CYCLE_MS, 'cycle', '');
  }

  /** Takes the pod out of wherever it waits. */
  private take(key: string): void {
    const { active, backoff, unschedulable } = this.state;
    const waiting = backoff.get(key);
    if (waiting) this.timer.cancel(waiting.entry);
    backoff.delete(key);
    const parked = unschedulable.get(key);
    if (parked) this.timer.cancel(parked.leftover);
    unschedulable.delete(key);
    const index = active.findIndex((pod) => pod.key === key);
    if (index >= 0) active.splice(index, 1);
  }
}
