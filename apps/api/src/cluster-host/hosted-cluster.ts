/** One cluster in memory: every call on it is one turn of its mailbox, and nothing it says leaves before the disk has it. */
import { familyOf, type Clock, type ClockChange, type ClockMode, type ClockMoved } from '@podlab/contracts';
import { InvariantViolation, Refusal, rfc3339Micro } from '@podlab/kernel';
import type { RevisionLog } from '@podlab/persistence';
import { HOST_LIMITS } from '../config/limits';
import { ProblemException } from '../problems/problem-exception';
import { ClockDriver } from './clock-driver';
import type { Cluster, LogEntry } from './core';
import { DurabilityGate } from './durability-gate';
import type { HostState } from './host-state';
import { runSlice, type SliceQueue } from './slices';

/** What others hear of a cluster; each is called when the revision it tells of is durable. */
export interface ClusterListener {
  entry?(entry: LogEntry): void;
  /** Virtual time may have moved. */
  moved?(): void;
  /** It went back to another moment: what streams out of what was there is over. */
  restored?(): void;
  /** It is no longer here: failed, deleted, or asleep. */
  ended?(reason: 'ClusterFailed' | 'ClusterDeleted'): void;
}

export interface HostedOptions {
  id: string;
  core: Cluster;
  log: RevisionLog<LogEntry>;
  slices: SliceQueue;
  clock: { mode: ClockMode; speed: number };
  onFailure(error: Error, resourceVersion: number): void;
  onChange(): void;
}

/** Virtual time between two looks at what is waited for. */
const LOOK_EVERY_MS = 250;

export class HostedCluster {
  readonly id: string;
  readonly driver: ClockDriver;
  lastTouchedAt = performance.now();
  entriesSinceCheckpoint = 0;
  /** Wall time, in ms, before which no checkpoint is due however much is written. */
  nextCheckpointAt = 0;
  /** How many watches and subscriptions look at it. */
  holders = 0;
  private readonly core: Cluster;
  private readonly gate: DurabilityGate<LogEntry>;
  private readonly listeners = new Set<ClusterListener>();
  private readonly stopListening: () => void;
  private pending: LogEntry[] = [];
  private commanding = false;
  private impatient = false;
  private failure: Error | undefined;
  private closed = false;

  constructor(private readonly options: HostedOptions) {
    const { id, core, log, slices, clock } = options;
    this.id = id;
    this.core = core;
    this.gate = new DurabilityGate(id, log, core.resourceVersion(), (error) => this.fail(error));
    this.stopListening = core.onEntry((entry) => this.pending.push(entry));
    const driven = {
      now: () => core.now(),
      nextDueAt: () => core.nextDueAt(),
      runUntil: (virtualMs: number, maxEvents: number) => core.runUntil(virtualMs, maxEvents),
      turn: (call: () => void) => this.tryTurn(call),
      mayRun: () => log.writable && !this.failure && !this.closed,
    };
    this.driver = new ClockDriver(driven, slices, clock.mode, clock.speed);
    this.driver.schedule();
  }

  /** Something waits for what happens here, so it does not fall asleep; the answer lets go. */
  hold(): () => void {
    this.holders++;
    let holding = true;
    return () => {
      if (holding) this.holders--;
      holding = false;
      this.touch();
    };
  }

  /** Somebody means to use it. */
  touch(): void {
    this.lastTouchedAt = performance.now();
  }

  get idle(): boolean {
    return this.holders === 0 && !this.commanding;
  }

  get resourceVersion(): number {
    return this.core.resourceVersion();
  }

  listen(listener: ClusterListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Answers `call` when all that it saw is durable. */
  async ask<Result>(call: (core: Cluster) => Result): Promise<Result> {
    const result = this.turn(call);
    await this.durable();
    return result;
  }

  /**
   * As {@link ask} and {@link change}, without a promise for each of many requests: `take` gets the answer, `refuse` what
   * kept it away.
   */
  answer<Result>(
    call: (core: Cluster) => Result,
    changes: boolean,
    take: (result: Result) => void,
    refuse: (error: unknown) => void,
  ): void {
    try {
      if (changes) this.refuseWhileReadOnly();
      const result = this.turn(call);
      const deliver = () => {
        try {
          take(result);
        } catch (error) {
          refuse(error);
        }
      };
      this.gate.answer(this.heldRevision(), deliver, refuse);
    } catch (error) {
      refuse(error);
    }
  }

  /** As {@link ask}, for what changes something: refused while nothing can be written. */
  async change<Result>(call: (core: Cluster) => Result): Promise<Result> {
    this.refuseWhileReadOnly();
    return this.ask(call);
  }

  /** Runs a call at the cluster's time of now and notes what follows; the caller sees to the gate himself. */
  turn<Result>(call: (core: Cluster) => Result): Result {
    if (this.failure) throw this.failure;
    if (this.closed)
      throw new ProblemException('ShuttingDown', 'This cluster was just unloaded; call again.');
    this.touch();
    let before: number | undefined;
    try {
      this.driver.catchUp();
      before = this.core.resourceVersion();
      return call(this.core);
    } catch (error) {
      if (error instanceof ProblemException || error instanceof Refusal) throw error;
      const wasRead = this.core.resourceVersion() === before && !(error instanceof InvariantViolation);
      throw wasRead ? error : this.fail(error as Error);
    } finally {
      this.afterTurn();
    }
  }

  /** Up to here everything is on the disk. */
  get durableRevision(): number {
    return this.gate.durableRevision;
  }

  /** Calls when `rv` is durable, in order with every other event of this cluster. */
  whenDurable(rv: number, deliver: () => void): void {
    this.gate.deliver(rv, deliver);
  }

  /** Looks without a turn: nothing moves, and nobody hears of it. */
  peek<Result>(look: (core: Cluster) => Result): Result {
    return look(this.core);
  }

  async setClock(change: ClockChange): Promise<void> {
    this.refuseWhileReadOnly();
    const mode = change.mode ?? this.driver.mode;
    const speed = change.speed ?? this.driver.speed;
    await this.ask((core) => {
      core.perform({ kind: 'Clock', mode, speed });
      this.driver.change(mode, speed);
    });
    this.tellMoved();
  }

  step(): Promise<ClockMoved> {
    return this.command((core) => {
      core.step();
      return false;
    });
  }

  advance(ms: number): Promise<ClockMoved> {
    let until = 0;
    return this.command((core) => {
      until ||= core.now() + ms;
      if (runSlice(core, until)) return true;
      core.perform({ kind: 'Advance', to_ms: until });
      return false;
    });
  }

  settle(timeoutMs: number): Promise<ClockMoved> {
    let until = 0;
    return this.command((core) => {
      until ||= core.now() + timeoutMs;
      const settling = {
        runUntil: (virtualMs: number, most: number) => core.runUntilSettled(virtualMs, most),
      };
      if (runSlice(settling, until)) return true;
      core.perform({ kind: 'Advance', to_ms: core.now() });
      return false;
    });
  }

  /** Moves on until `holds`, which is asked again after something changed; `held` says whether it came true. */
  async settleUntil(timeoutMs: number, holds: (core: Cluster) => boolean): Promise<ClockMoved> {
    let [until, asked, held] = [0, -1, false];
    const moved = await this.command((core) => {
      until ||= core.now() + timeoutMs;
      if (core.resourceVersion() !== asked) held = holds(core);
      asked = core.resourceVersion();
      if (!held && core.now() < until) {
        runSlice(core, Math.min(until, core.now() + LOOK_EVERY_MS));
        return true;
      }
      core.perform({ kind: 'Advance', to_ms: core.now() });
      return false;
    });
    return { ...moved, held };
  }

  /** Goes back to the moment of a checkpoint. */
  async restore(checkpoint: string): Promise<void> {
    this.refuseWhileReadOnly();
    if (this.commanding) throw clockBusy();
    for (const listener of [...this.listeners]) listener.restored?.();
    await this.ask((core) => {
      core.restore(checkpoint);
      for (const id of core.streamedExecs()) core.endExec(id);
    });
  }

  clock(): Clock {
    return { mode: this.driver.mode, speed: this.driver.speed, ...this.moved() };
  }

  moved(): ClockMoved {
    return {
      now: rfc3339Micro(this.core.now()),
      resourceVersion: String(this.core.resourceVersion()),
      settled: this.core.settled(),
    };
  }

  /** What the host remembers of it while it is not loaded. */
  state(): HostState {
    const { mode, speed } = this.driver;
    const { kube_proxy, pod_cidr } = this.core.config;
    return {
      clock: { mode, speed, anchor: { virtual: this.core.now(), wall: Date.now() } },
      cloud: this.core.cloud(),
      kube_proxy: { mode: kube_proxy?.mode ?? 'iptables' },
      ip_families: pod_cidr.split(',').map(familyOf),
      nodes: this.core.nodes(),
      resourceVersion: String(this.core.resourceVersion()),
    };
  }

  /** The log is failing for so long that whoever waits for an answer is told. */
  letAnswersGo(): void {
    this.impatient = true;
    this.gate.letAnswersGo(notWritten());
  }

  /** Takes the cluster out of use. */
  close(): void {
    this.closed = true;
    this.driver.stop();
    this.stopListening();
    this.gate.end(new ProblemException('ShuttingDown', 'This cluster was just unloaded; call again.'));
  }

  /** Tells all listeners that it is over. */
  end(reason: 'ClusterFailed' | 'ClusterDeleted'): void {
    for (const listener of [...this.listeners]) listener.ended?.(reason);
    this.listeners.clear();
  }

  /** A checkpoint, with the revision and the virtual time it stands for. */
  checkpoint(): { state: string; rv: number; at: number } {
    this.entriesSinceCheckpoint = 0;
    return { state: this.core.checkpoint(), rv: this.core.resourceVersion(), at: this.core.now() };
  }

  /** Resolves when everything that happened is durable; rejects at once while the disk has been failing for long. */
  async durable(): Promise<void> {
    await this.gate.wait(this.heldRevision());
  }

  /** What an answer of now waits for; throws while the disk has been failing for long. */
  private heldRevision(): number {
    const rv = this.core.resourceVersion();
    if (this.impatient && this.options.log.writable) this.impatient = false;
    if (this.impatient && rv > this.gate.durableRevision) throw notWritten();
    return rv;
  }

  private refuseWhileReadOnly(): void {
    if (!this.options.log.writable) throw readOnly();
  }

  /** Runs slices until `slice` says that it is done; one clock command at a time. */
  private async command(slice: (core: Cluster) => boolean): Promise<ClockMoved> {
    this.refuseWhileReadOnly();
    if (this.failure) throw this.failure;
    if (this.commanding) throw clockBusy();
    this.turn(() => undefined);
    this.commanding = true;
    const release = this.driver.hold();
    try {
      const end = performance.now() + HOST_LIMITS.commandWallMilliseconds;
      await new Promise<void>((resolve, reject) =>
        this.options.slices.add(() => {
          try {
            const more = this.options.log.writable && this.turn(slice) && performance.now() < end;
            if (!more) resolve();
            return more;
          } catch (error) {
            reject(error as Error);
            return false;
          }
        }),
      );
      const answer = this.moved();
      await this.durable();
      return answer;
    } finally {
      this.commanding = false;
      if (!this.closed && !this.failure) release();
    }
  }

  private tryTurn(call: () => void): void {
    if (this.failure || this.closed) return;
    try {
      call();
    } catch (error) {
      this.fail(error as Error);
    } finally {
      this.afterTurn();
    }
  }

  private afterTurn(): void {
    if (this.failure || this.closed) return;
    if (this.pending.length > 0) {
      const entries = this.pending;
      this.pending = [];
      this.entriesSinceCheckpoint += entries.length;
      // All of one turn become durable at once.
      this.gate.deliver(entries[entries.length - 1].rv, () => this.tellEntries(entries));
      this.gate.append(entries);
      this.options.onChange();
    }
    this.tellMoved();
    this.driver.schedule();
  }

  private tellEntries(entries: readonly LogEntry[]): void {
    for (const entry of entries) for (const listener of this.listeners) listener.entry?.(entry);
  }

  private tellMoved(): void {
    for (const listener of this.listeners) listener.moved?.();
  }

  /** The impossible happened here: this cluster stops, the others go on. */
  private fail(error: Error): Error {
    if (this.failure) return this.failure;
    const rule = error instanceof InvariantViolation ? error.message : `${error.name}: ${error.message}`;
    this.failure = new ProblemException('ClusterFailed', `This cluster failed and is stopped: ${rule}`);
    this.driver.stop();
    this.gate.end(this.failure);
    this.options.onFailure(error, this.core.resourceVersion());
    this.end('ClusterFailed');
    return this.failure;
  }
}

function clockBusy(): ProblemException {
  return new ProblemException('ClockBusy', 'Another clock command is running on this cluster.');
}

function readOnly(): ProblemException {
  return new ProblemException(
    'StorageUnavailable',
    'Nothing can be written to disk now; reads go on. Try again.',
  );
}

function notWritten(): ProblemException {
  const detail =
    'The answer waits for the disk, which takes no writes now; what was asked may still take effect.';
  return new ProblemException('StorageUnavailable', detail);
}
