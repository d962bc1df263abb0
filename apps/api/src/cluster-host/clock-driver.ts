/** Lets a live cluster's virtual time follow the wall: at most one timer, at the next due event. */
import type { ClockMode } from '@podlab/contracts';
import { runSlice, type SliceQueue } from './slices';

/** What the driver moves; `turn` runs a call on the cluster and takes note of all that follows from it. */
export interface Driven {
  now(): number;
  nextDueAt(): number | undefined;
  runUntil(virtualMs: number, maxEvents: number): number;
  turn(call: () => void): void;
  /** False: writes fail now, or the cluster is gone; time stands still. */
  mayRun(): boolean;
}

/** setTimeout's own bound is 2^31 - 1. */
const LONGEST_TIMER_MS = 3_600_000;
const SHORTEST_TIMER_MS = 2;

export class ClockDriver {
  private anchorWall = performance.now();
  private anchorVirtual: number;
  private timer: NodeJS.Timeout | undefined;
  private slicing = false;
  private held = 0;

  constructor(
    private readonly cluster: Driven,
    private readonly slices: SliceQueue,
    private mode_: ClockMode,
    private speed_: number,
  ) {
    this.anchorVirtual = cluster.now();
  }

  get mode(): ClockMode {
    return this.mode_;
  }

  get speed(): number {
    return this.speed_;
  }

  /** Where virtual time should be now. */
  target(): number {
    if (this.mode_ === 'paused') return this.cluster.now();
    return Math.floor(this.anchorVirtual + (performance.now() - this.anchorWall) * this.speed_);
  }

  change(mode: ClockMode, speed: number): void {
    this.mode_ = mode;
    this.speed_ = speed;
    this.anchor();
  }

  /** Time goes on from where the cluster is. */
  anchor(): void {
    this.anchorWall = performance.now();
    this.anchorVirtual = this.cluster.now();
    this.schedule();
  }

  /** While a clock command moves time the driver does not; the answer lets it go on. */
  hold(): () => void {
    this.held++;
    this.stop();
    return () => {
      this.held--;
      this.anchor();
    };
  }

  /** Brings a live cluster to the wall's time before a call; what doesn't fit in a slice follows in later ones. */
  catchUp(): void {
    if (this.mode_ === 'live' && this.held === 0 && this.cluster.mayRun() && !this.slicing) {
      if (runSlice(this.cluster, this.target())) this.queueSlices();
    }
  }

  /** Sets the one timer; called after everything that may have changed the next due event. */
  schedule(): void {
    this.stop();
    if (this.mode_ === 'paused' || this.held > 0 || this.slicing || !this.cluster.mayRun()) return;
    const dueAt = this.cluster.nextDueAt();
    if (dueAt === undefined) return;
    const delay = (dueAt - this.target()) / this.speed_;
    const wait = Math.min(Math.max(delay, SHORTEST_TIMER_MS), LONGEST_TIMER_MS);
    this.timer = setTimeout(() => this.queueSlices(), wait);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private queueSlices(): void {
    this.stop();
    if (this.slicing) return;
    this.slicing = true;
    this.slices.add(() => {
      let more = false;
      if (this.mode_ === 'live' && this.held === 0 && this.cluster.mayRun()) {
        this.cluster.turn(() => (more = runSlice(this.cluster, this.target())));
      }
      this.slicing = more;
      if (!more) this.schedule();
      return more;
    });
  }
}
