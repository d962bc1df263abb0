import { invariant } from './invariant';

/** One thing that is due: plain data, never a closure (law 3). */
export interface QueueEntry {
  /** Virtual time in ms since the Unix epoch. */
  readonly at: number;
  readonly seq: number;
  readonly component: string;
  readonly kind: string;
  readonly args: readonly (string | number | boolean | null)[];
  /** Comes again for ever (a resync, a probe); a cluster is settled when only such entries are left. */
  readonly periodic: boolean;
}

export interface EventQueueState {
  heap: QueueEntry[];
  nextSeq: number;
  cancelled: Set<number>;
  /** How many live entries are not periodic. */
  pending: number;
}

export function createEventQueueState(): EventQueueState {
  return { heap: [], nextSeq: 1, cancelled: new Set(), pending: 0 };
}

/** What is due in one cluster, ordered by (virtual time, sequence). A binary heap over plain data. */
export class EventQueue {
  constructor(readonly state: EventQueueState) {}

  /** Adds an entry and returns it; keep it to {@link cancel}. */
  schedule(entry: Omit<QueueEntry, 'seq'>): QueueEntry {
    const added: QueueEntry = Object.freeze({
      at: entry.at,
      seq: this.state.nextSeq++,
      component: entry.component,
      kind: entry.kind,
      args: entry.args,
      periodic: entry.periodic,
    });
    this.state.heap.push(added);
    this.siftUp(this.state.heap.length - 1);
    if (!added.periodic) this.state.pending++;
    return added;
  }

  /** Takes out an entry that has not been popped yet. */
  cancel(entry: Pick<QueueEntry, 'seq' | 'periodic'>): void {
    invariant(!this.state.cancelled.has(entry.seq), `entry ${entry.seq} is cancelled twice`);
    this.state.cancelled.add(entry.seq);
    if (!entry.periodic) this.state.pending--;
    this.dropCancelled();
  }

  /** The next due entry, left in place; undefined when nothing is due. */
  peek(): QueueEntry | undefined {
    return this.state.heap[0];
  }

  /** Takes out the next due entry. */
  pop(): QueueEntry | undefined {
    const entry = this.removeRoot();
    if (entry && !entry.periodic) this.state.pending--;
    this.dropCancelled();
    return entry;
  }

  /** How many entries that are not periodic wait. */
  get pending(): number {
    return this.state.pending;
  }

  /** How many entries wait. */
  get size(): number {
    return this.state.heap.length - this.state.cancelled.size;
  }

  /** Keeps the root alive, so that looking at the queue changes nothing: a state must not depend on who looked. */
  private dropCancelled(): void {
    const { heap, cancelled } = this.state;
    while (cancelled.size > 0 && heap.length > 0 && cancelled.delete(heap[0].seq)) this.removeRoot();
  }

  private removeRoot(): QueueEntry | undefined {
    const { heap } = this.state;
    const root = heap[0];
    const last = heap.pop();
    if (last && heap.length > 0) {
      heap[0] = last;
      this.siftDown(0);
    }
    return root;
  }

  private siftUp(index: number): void {
    const { heap } = this.state;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (isBefore(heap[parent], heap[index])) return;
      [heap[parent], heap[index]] = [heap[index], heap[parent]];
      index = parent;
    }
  }

  private siftDown(index: number): void {
    const { heap } = this.state;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= heap.length) return;
      const right = left + 1;
      const child = right < heap.length && isBefore(heap[right], heap[left]) ? right : left;
      if (isBefore(heap[index], heap[child])) return;
      [heap[child], heap[index]] = [heap[index], heap[child]];
      index = child;
    }
  }
}

function isBefore(a: QueueEntry, b: QueueEntry): boolean {
  return a.at < b.at || (a.at === b.at && a.seq < b.seq);
}
