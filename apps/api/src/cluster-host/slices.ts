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

  /** Walks to the end of what is done in steps, in its turns. */
  walk<Result>(steps: Iterator<undefined, Result>): Promise<Result> {
    return new Promise((resolve, reject) =>
      this.add(() => {
        const end = performance.now() + HOST_LIMITS.sliceMilliseconds;
        try {
          let step = steps.next();
          while (!step.done && performance.now() < end) step = steps.next();
          if (step.done) resolve(step.value);
          return !step.done;
        } catch (error) {
          reject(error);
          return false;
        }
      }),
    );
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
