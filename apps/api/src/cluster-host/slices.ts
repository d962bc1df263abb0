/** Shares the event loop between clusters: one slice a turn, whoever has more goes to the end of the line. */
import { HOST_LIMITS } from '../config/limits';

/** Runs one slice; true: there is more to do. */
export type Slice = () => boolean;

export class SliceQueue {
  private readonly line: Slice[] = [];
  private scheduled = false;

  add(slice: Slice): void {
    this.line.push(slice);
    this.schedule();
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => this.runOne());
  }

  private runOne(): void {
    this.scheduled = false;
    const slice = this.line.shift();
    if (slice?.()) this.line.push(slice);
    if (this.line.length > 0) this.schedule();
  }
}

/** Walks to the end of what is done in steps; the event loop goes on after each slice of them. */
export async function inSlices<Result>(steps: Iterator<undefined, Result>): Promise<Result> {
  for (;;) {
    const end = performance.now() + HOST_LIMITS.sliceMilliseconds;
    do {
      const step = steps.next();
      if (step.done) return step.value;
    } while (performance.now() < end);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Runs a cluster's due events for at most one slice; true: `until` is not reached yet. */
export function runSlice(
  core: { runUntil(virtualMs: number, maxEvents: number): number },
  until: number,
): boolean {
  const end = performance.now() + HOST_LIMITS.sliceMilliseconds;
  // One by one: a single event of a large cluster may be longer than a slice.
  do {
    if (core.runUntil(until, 1) === 0) return false;
  } while (performance.now() < end);
  return true;
}
