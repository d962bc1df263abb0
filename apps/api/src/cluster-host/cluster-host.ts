/** Keeps clusters in memory while somebody uses them: loads on touch, checkpoints, lets idle ones sleep. */
import { Inject, Injectable } from '@nestjs/common';
import type { Checkpoint, ClusterRecord, Domain, RevisionLog } from '@podlab/persistence';
import type { Logger } from 'pino';
import { quotasOf } from '../classroom/class-answers';
import { HOST_LIMITS } from '../config/limits';
import type { Settings } from '../config/settings';
import { ProblemException } from '../problems/problem-exception';
import { DOMAIN, ENGINE, LOGGER, REVISION_LOG, SETTINGS } from '../tokens';
import type { Cluster, Input, LogEntry } from './core';
import type { ClusterEngine } from './engine';
import { type HostState, readHostState } from './host-state';
import { HostedCluster } from './hosted-cluster';
import { SliceQueue } from './slices';

@Injectable()
export class ClusterHost {
  private readonly hosted = new Map<string, Promise<HostedCluster>>();
  private readonly ready = new Map<string, HostedCluster>();
  private readonly inputListeners = new Set<(cluster: string, input: Input) => void>();
  private readonly slices = new SliceQueue();
  private readonly sweeper: NodeJS.Timeout;
  private readonly stopWatchingLog: () => void;
  private letGo: NodeJS.Timeout | undefined;
  private stopping = false;

  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(REVISION_LOG) private readonly log: RevisionLog<LogEntry>,
    @Inject(ENGINE) private readonly engine: ClusterEngine,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.stopWatchingLog = log.onWritable((writable, error) => this.writableChanged(writable, error));
    const period = Math.min(settings.sleepAfterMs / 4, HOST_LIMITS.longestSweepMilliseconds);
    this.sweeper = setInterval(() => void this.sweep(), period);
    this.sweeper.unref();
  }

  get loaded(): number {
    return this.ready.size;
  }

  /** Is told of each input of any cluster when it is durable. */
  onInput(listener: (cluster: string, input: Input) => void): void {
    this.inputListeners.add(listener);
  }

  /** The cluster, if it is in memory now. */
  inMemory(id: string): HostedCluster | undefined {
    return this.ready.get(id);
  }

  /** The cluster, if it is in memory and takes calls. */
  inUse(id: string): HostedCluster | undefined {
    return this.stopping ? undefined : this.ready.get(id);
  }

  get writable(): boolean {
    return this.log.writable;
  }

  /** The cluster of a record, loaded if it is not. */
  async open(record: ClusterRecord): Promise<HostedCluster> {
    if (this.stopping) throw new ProblemException('ShuttingDown', 'The server is stopping.');
    if (record.state === 'Failed') throw failed(record);
    const known = this.hosted.get(record.id);
    // Whoever opens it means to use it: it does not fall asleep under his hands.
    this.ready.get(record.id)?.touch();
    if (known) return known;
    const loading = this.load(record);
    this.hosted.set(record.id, loading);
    loading.catch(() => this.hosted.delete(record.id));
    return loading;
  }

  /** Takes a new cluster in and makes its birth durable. */
  async adopt(id: string, core: Cluster): Promise<HostedCluster> {
    const hosted = this.host(id, core, core.config.clock);
    await this.saveCheckpoint(hosted);
    this.hosted.set(id, Promise.resolve(hosted));
    return hosted;
  }

  /** Takes a cluster out of memory for good, and tells whoever listens. */
  async drop(id: string): Promise<void> {
    const hosted = await this.hosted.get(id);
    this.forget(id);
    hosted?.close();
    hosted?.end('ClusterDeleted');
  }

  /** Writes the present moment down, so that it can be gone back to. */
  async keepMoment(hosted: HostedCluster): Promise<{ rv: number; at: number }> {
    return this.saveCheckpoint(hosted);
  }

  /** Checkpoints and lets go of a cluster, unless somebody works with it now. */
  putToSleep(id: string): Promise<void> {
    return this.unload(id, (hosted) => hosted.idle);
  }

  /** Remembers what lists show and where the clock stands. */
  async remember(hosted: HostedCluster): Promise<void> {
    const host_state = JSON.stringify(hosted.state());
    await this.domain.updateCluster(hosted.id, { host_state });
  }

  /** Writes a checkpoint of every cluster and takes no more calls. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.sweeper);
    clearTimeout(this.letGo);
    this.stopWatchingLog();
    const unloads = [...this.hosted.keys()].map((id) => this.unload(id, () => true));
    for (const outcome of await Promise.allSettled(unloads)) {
      if (outcome.status === 'rejected')
        this.logger.error({ err: outcome.reason as Error }, 'a cluster did not unload');
    }
  }

  private async load(record: ClusterRecord): Promise<HostedCluster> {
    const checkpoint = await this.log.latestCheckpoint(record.id);
    if (!checkpoint) throw new ProblemException('NotFound', `There is no cluster ${record.id}.`);
    const entries = await this.entries(record.id, checkpoint.rv + 1);
    const same = checkpoint.engine === this.engine.version;
    const { core, beyond } = same
      ? await this.replayed(record, checkpoint, entries)
      : await this.relived(record, checkpoint, entries);
    if (beyond.length > 0) await this.log.append(record.id, beyond);
    const { clock } = readHostState(record.host_state);
    const { mode, speed } = core.clock;
    const hosted = this.host(record.id, core, { mode, speed });
    hangUp(hosted);
    if (mode === 'live' && clock.mode === mode && clock.speed === speed) this.wake(hosted, clock);
    this.logger.debug({ cluster: record.id }, 'cluster loaded');
    return hosted;
  }

  /** The cluster at the end of its log, and what came out beyond it; one that cannot come back is marked failed. */
  private async replayed(record: ClusterRecord, checkpoint: Checkpoint, entries: readonly LogEntry[]) {
    try {
      const core = this.engine.restore(checkpoint.state);
      return { core, beyond: await this.slices.walk(core.replaying(entries)) };
    } catch (error) {
      this.markFailed(record.id, error as Error, checkpoint.rv);
      throw failed({ ...record, failure: JSON.stringify({ message: (error as Error).message }) });
    }
  }

  /** The cluster of another engine: its inputs act again, and a checkpoint of this engine stands at the end. */
  private async relived(record: ClusterRecord, checkpoint: Checkpoint, entries: readonly LogEntry[]) {
    const core = this.engine.restore(checkpoint.state);
    core.relive(entries);
    const moment = { rv: core.resourceVersion(), at: core.now() };
    await this.log.saveCheckpoint(record.id, {
      ...moment,
      state: core.checkpoint(),
      engine: this.engine.version,
    });
    this.logger.info({ cluster: record.id, engine: checkpoint.engine }, 'cluster of another engine loaded');
    return { core, beyond: [] as LogEntry[] };
  }

  /** Virtual time stood still since the wall passed the anchor; the gap is skipped as an input. */
  private wake(hosted: HostedCluster, clock: HostState['clock']): void {
    const expected = clock.anchor.virtual + (Date.now() - clock.anchor.wall) * clock.speed;
    hosted.turn((core) => {
      const gap_ms = Math.floor(expected - core.now());
      if (gap_ms > 0) core.perform({ kind: 'Wake', gap_ms });
    });
    hosted.driver.anchor();
  }

  private host(id: string, core: Cluster, clock: { mode: 'live' | 'paused'; speed: number }): HostedCluster {
    const hosted: HostedCluster = new HostedCluster({
      id,
      core,
      log: this.log,
      slices: this.slices,
      clock,
      onFailure: (error, rv) => this.markFailed(id, error, rv),
      onChange: () => this.checkpointWhenDue(hosted),
    });
    hosted.listen({ entry: (entry) => entry.kind === 'input' && this.tellInput(id, entry.input) });
    this.ready.set(id, hosted);
    return hosted;
  }

  private tellInput(cluster: string, input: Input): void {
    for (const listener of this.inputListeners) listener(cluster, input);
  }

  private forget(id: string): void {
    this.hosted.delete(id);
    this.ready.delete(id);
  }

  private async entries(id: string, from: number): Promise<LogEntry[]> {
    const found: LogEntry[] = [];
    for await (const entry of this.log.read(id, from)) found.push(entry);
    return found;
  }

  private checkpointWhenDue(hosted: HostedCluster): void {
    if (hosted.entriesSinceCheckpoint < HOST_LIMITS.checkpointEntries || !this.log.writable) return;
    const begun = performance.now();
    if (begun < hosted.nextCheckpointAt) return;
    hosted.nextCheckpointAt = Infinity;
    this.saveCheckpoint(hosted)
      .catch((error: unknown) =>
        this.logger.warn({ err: error, cluster: hosted.id }, 'checkpoint was not written'),
      )
      .finally(() => {
        const ended = performance.now();
        hosted.nextCheckpointAt = ended + (ended - begun) * (HOST_LIMITS.checkpointRestParts - 1);
      });
  }

  private async saveCheckpoint(hosted: HostedCluster): Promise<{ rv: number; at: number }> {
    const { state, rv, at } = hosted.checkpoint();
    await hosted.durable();
    await this.log.saveCheckpoint(hosted.id, { rv, at, state, engine: this.engine.version });
    const kept = await this.historyOf(hosted.id);
    if (rv > kept) await this.log.compact(hosted.id, rv - kept);
    return { rv, at };
  }

  /** The first moment that can still be seen. */
  oldestMoment(id: string): Promise<number | undefined> {
    return this.log.oldestCheckpoint(id);
  }

  /** How many entries are kept: the class's quota, where the cluster is in one. */
  private async historyOf(id: string): Promise<number> {
    const classId = (await this.domain.findCluster(id))?.class_id ?? null;
    const found = classId === null ? null : await this.domain.findClass(classId);
    return found ? quotasOf(found).history : HOST_LIMITS.historyEntries;
  }

  private async sweep(): Promise<void> {
    const before = performance.now() - this.settings.sleepAfterMs;
    for (const id of [...this.hosted.keys()]) {
      try {
        await this.unload(id, (hosted) => hosted.idle && hosted.lastTouchedAt < before);
      } catch (error) {
        this.logger.warn({ err: error as Error, cluster: id }, 'cluster did not fall asleep');
      }
    }
  }

  /** Checkpoints and lets go of a cluster, unless somebody touched it meanwhile. */
  private async unload(id: string, may: (hosted: HostedCluster) => boolean): Promise<void> {
    const loading = this.hosted.get(id);
    const hosted = await loading;
    if (!hosted || !may(hosted) || !this.log.writable) return;
    const touchedAt = hosted.lastTouchedAt;
    await this.saveCheckpoint(hosted);
    await this.remember(hosted);
    if (hosted.lastTouchedAt !== touchedAt && !this.stopping) return;
    if (!may(hosted) || this.hosted.get(id) !== loading) return;
    this.forget(id);
    hosted.close();
    this.logger.debug({ cluster: id }, 'cluster unloaded');
  }

  private writableChanged(writable: boolean, error?: string): void {
    clearTimeout(this.letGo);
    if (writable) this.logger.info('the disk takes writes again');
    else
      this.logger.error({ reason: error }, 'the disk takes no writes: clusters are read-only, trying again');
    const each = (act: (hosted: HostedCluster) => void) => {
      for (const loading of this.hosted.values()) loading.then(act, () => undefined);
    };
    if (writable) each((hosted) => hosted.driver.anchor());
    else
      this.letGo = setTimeout(
        () => each((hosted) => hosted.letAnswersGo()),
        HOST_LIMITS.holdAnswersMilliseconds,
      );
  }

  private markFailed(id: string, error: Error, rv: number): void {
    this.forget(id);
    // While the server stops, the log refuses what it could not write: the cluster comes back without it.
    if (this.stopping) return;
    this.logger.error({ err: error, cluster: id, resourceVersion: rv }, 'cluster failed');
    const failure = JSON.stringify({ message: error.message, resourceVersion: String(rv) });
    this.domain
      .updateCluster(id, { state: 'Failed', failure })
      .catch((reason: unknown) =>
        this.logger.error({ err: reason, cluster: id }, 'failure was not recorded'),
      );
  }
}

/** Whoever was at the other end of a command's streams is gone since the cluster was here last. */
function hangUp(hosted: HostedCluster): void {
  const left = hosted.peek((core) => core.streamedExecs());
  if (left.length > 0) hosted.turn((core) => left.forEach((id) => core.endExec(id)));
}

function failed(record: ClusterRecord): ProblemException {
  const { message } = JSON.parse(record.failure ?? '{}') as { message?: string };
  return new ProblemException(
    'ClusterFailed',
    `This cluster failed and is stopped: ${message ?? 'for no known reason'}`,
  );
}
