/** The port of the append-only log: what a cluster was told and what it wrote, in order, and its checkpoints. */

export interface LoggedEntry {
  readonly rv: number;
  /** Virtual milliseconds. */
  readonly at: number;
}

export interface Checkpoint {
  readonly rv: number;
  readonly at: number;
  /** The version of the engine that wrote it; another one cannot replay what follows. */
  readonly engine: string;
  readonly state: string;
}

export interface RevisionLog<Entry extends LoggedEntry = LoggedEntry> {
  /** Resolves when the entries are on the disk. Rejects only with {@link LogConflict} or when the log is closed. */
  append(cluster: string, entries: readonly Entry[]): Promise<void>;
  /** Entries with rv >= `fromRv` (and <= `toRv`), in order. */
  read(cluster: string, fromRv: number, toRv?: number): AsyncIterable<Entry>;
  saveCheckpoint(cluster: string, checkpoint: Checkpoint): Promise<void>;
  /** The newest one with rv <= `atMost` (default: the newest of all). */
  latestCheckpoint(cluster: string, atMost?: number): Promise<Checkpoint | undefined>;
  /** The oldest rv that can still be reconstructed, undefined before the first checkpoint. */
  oldestCheckpoint(cluster: string): Promise<number | undefined>;
  /** Of the cluster's birth: kept whatever is compacted. */
  firstCheckpoint(cluster: string): Promise<Checkpoint | undefined>;
  /**
   * Forgets what only moments before `rv` need: entries and checkpoints older than the newest checkpoint <= `rv`, but
   * for the first one and those of snapshots.
   */
  compact(cluster: string, rv: number): Promise<void>;
  /** Deletes everything of this cluster. */
  forget(cluster: string): Promise<void>;
  /** False while a batch fails to be written and is being retried. */
  readonly writable: boolean;
  /** Is told each time {@link writable} changes; the answer ends it. */
  onWritable(listener: (writable: boolean, error?: string) => void): () => void;
}

/** The log holds this entry already: two owners of one cluster, or a cluster that replayed something else. */
export class LogConflict extends Error {
  override readonly name = 'LogConflict';
  constructor(
    readonly cluster: string,
    reason: string,
  ) {
    super(`the log of cluster ${cluster} refuses an entry: ${reason}`);
  }
}
