/** Reads the log past the thread that writes it, on a connection that cannot write. */
import type Database from 'better-sqlite3';
import { databaseFile } from './data-folder';
import { LogSelections } from './log-selections';
import { unpackedAtOnce } from './packed-state';
import type { Checkpoint, LoggedEntry } from './revision-log';
import { loadSqlite } from './sqlite';

export type CheckpointMark = Omit<Checkpoint, 'state'>;

/** What leads to a moment: a checkpoint, and what was logged since. */
export interface Stretch<Entry extends LoggedEntry> {
  readonly checkpoint: CheckpointMark;
  /** The checkpoint's, where it was asked for. */
  readonly state: string | undefined;
  readonly entries: Entry[];
}

export class LogReader<Entry extends LoggedEntry> {
  private readonly selections: LogSelections;

  constructor(private readonly connection: Database.Database) {
    this.selections = new LogSelections(connection);
  }

  /**
   * The newest checkpoint at or before `to`, and the entries from behind the revision that `known` gives for it up to
   * `to`; all of them, and the state, where it gives none. Undefined when that moment was compacted.
   */
  stretch(
    cluster: string,
    to: number,
    known: (checkpoint: CheckpointMark) => number | undefined,
  ): Stretch<Entry> | undefined {
    // One view of the database: nothing is compacted between the questions.
    return this.connection.transaction(() => {
      const checkpoint = this.selections.mark(cluster, to);
      if (!checkpoint) return undefined;
      const from = known(checkpoint);
      const state =
        from === undefined ? this.selections.checkpoint(cluster, checkpoint.rv)?.state : undefined;
      return {
        checkpoint,
        state: state && unpackedAtOnce(state),
        entries: this.entries(cluster, (from ?? checkpoint.rv) + 1, to),
      };
    })();
  }

  /** Entries with fromRv <= rv <= toRv, in order. */
  entries(cluster: string, fromRv: number, toRv: number): Entry[] {
    const found: Entry[] = [];
    for (let next = fromRv; next <= toRv;) {
      const rows = this.selections.entries(cluster, next, toRv);
      if (rows.length === 0) break;
      for (const { entry } of rows) found.push(JSON.parse(entry) as Entry);
      next = rows[rows.length - 1].rv + 1;
    }
    return found;
  }

  close(): void {
    this.connection.close();
  }
}

/** Of a data folder whose database is open in this process. */
export async function openLogReader<Entry extends LoggedEntry>(folder: string): Promise<LogReader<Entry>> {
  const Connection = await loadSqlite();
  return new LogReader<Entry>(new Connection(databaseFile(folder), { readonly: true, fileMustExist: true }));
}
