/** Gathers appends while one batch is on its way to the disk, and tries a failed batch again until it is there. */
import type { AppendGroup, LogCalls } from './engine';
import { type Checkpoint, LogConflict, type LoggedEntry, type RevisionLog } from './revision-log';

export interface GroupCommitOptions {
  /** Version of the engine that the entries are written under. */
  engine: string;
  /** Waits between two tries; a test gives its own. */
  pause?: (ms: number) => Promise<void>;
}

interface Waiting {
  cluster: string;
  numbers: number[];
  text: string;
  resolve(): void;
  reject(error: Error): void;
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5000;

export class GroupCommitLog<Entry extends LoggedEntry> implements RevisionLog<Entry> {
  private gathering: Waiting[] = [];
  private running = false;
  private closed = false;
  private writing = true;
  private readonly listeners = new Set<(writable: boolean, error?: string) => void>();
  private readonly pause: (ms: number) => Promise<void>;

  constructor(
    private readonly calls: LogCalls,
    private readonly options: GroupCommitOptions,
  ) {
    this.pause = options.pause ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
  }

  get writable(): boolean {
    return this.writing;
  }

  onWritable(listener: (writable: boolean, error?: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  append(cluster: string, entries: readonly Entry[]): Promise<void> {
    if (this.closed) return Promise.reject(new Error('the revision log is closed'));
    const numbers: number[] = [];
    let text = '';
    for (const entry of entries) {
      const one = JSON.stringify(entry);
      numbers.push(entry.rv, entry.at, one.length);
      text += one;
    }
    return new Promise((resolve, reject) => {
      this.gathering.push({ cluster, numbers, text, resolve, reject });
      if (!this.running) void this.run();
    });
  }

  async *read(cluster: string, fromRv: number, toRv = Number.MAX_SAFE_INTEGER): AsyncIterable<Entry> {
    for (let next = fromRv; next <= toRv;) {
      const rows = await this.calls.readRows(cluster, next, toRv);
      for (const row of rows) yield JSON.parse(row.entry) as Entry;
      if (rows.length === 0) return;
      next = rows[rows.length - 1].rv + 1;
    }
  }

  saveCheckpoint(cluster: string, checkpoint: Checkpoint): Promise<void> {
    return this.calls.saveCheckpoint(cluster, { ...checkpoint, state: Buffer.from(checkpoint.state) });
  }

  latestCheckpoint(cluster: string, atMost = Number.MAX_SAFE_INTEGER): Promise<Checkpoint | undefined> {
    return this.calls.latestCheckpoint(cluster, atMost);
  }

  oldestCheckpoint(cluster: string): Promise<number | undefined> {
    return this.calls.oldestCheckpoint(cluster);
  }

  firstCheckpoint(cluster: string): Promise<Checkpoint | undefined> {
    return this.calls.firstCheckpoint(cluster);
  }

  compact(cluster: string, rv: number): Promise<void> {
    return this.calls.compact(cluster, rv);
  }

  forget(cluster: string): Promise<void> {
    return this.calls.forget(cluster);
  }

  /** Stops retrying; what is not on the disk by then is rejected. */
  close(): void {
    this.closed = true;
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.gathering.length > 0) {
      await restOfTurn();
      const batch = this.gathering;
      this.gathering = [];
      const refused = await this.write(groupsOf(batch, this.options.engine));
      for (const one of batch) {
        if (!refused) one.reject(new Error('the revision log is closed'));
        else if (one.cluster in refused) one.reject(new LogConflict(one.cluster, refused[one.cluster]));
        else one.resolve();
      }
    }
    this.running = false;
  }

  /** The clusters that were refused, or undefined when the log was closed before the batch was written. */
  private async write(groups: AppendGroup[]): Promise<Record<string, string> | undefined> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        const refused = await this.calls.appendGroups(groups);
        this.setWritable(true);
        return refused;
      } catch (error) {
        this.setWritable(false, (error as Error).message);
        if (this.closed) return undefined;
        await this.pause(pauseMs);
      }
    }
  }

  private setWritable(writable: boolean, error?: string): void {
    if (writable === this.writing) return;
    this.writing = writable;
    for (const listener of this.listeners) listener(writable, error);
  }
}

/** What else comes in at this turn of the event loop goes to the disk at once with it: an fsync costs more than a request. */
const restOfTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** One group a cluster, so that a refused one takes all of its cluster's entries of the batch with it. */
function groupsOf(batch: readonly Waiting[], engine: string): AppendGroup[] {
  const groups = new Map<string, { numbers: number[]; text: string }>();
  for (const { cluster, numbers, text } of batch) {
    const known = groups.get(cluster);
    if (!known) groups.set(cluster, { numbers: [...numbers], text });
    else {
      for (const number of numbers) known.numbers.push(number);
      known.text += text;
    }
  }
  return [...groups].map(([cluster, group]) => ({ cluster, engine, ...group }));
}
