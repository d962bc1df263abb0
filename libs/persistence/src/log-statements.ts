/** The log's prepared statements on the engine's connection; every call is one transaction. */
import type Database from 'better-sqlite3';
import { type LogRow, LogSelections } from './log-selections';
import type { Checkpoint } from './revision-log';

/** Entries of one cluster, packed: one long text and a list of numbers pass from thread to thread faster than objects. */
export interface AppendGroup {
  readonly cluster: string;
  readonly engine: string;
  /** Of each entry its rv, its time and how many characters of `text` it has. */
  readonly numbers: readonly number[];
  /** The entries one behind the other. */
  readonly text: string;
}

/** A checkpoint on its way to the disk: the text as bytes, which can be handed from thread to thread. */
export type EncodedCheckpoint = Omit<Checkpoint, 'state'> & { readonly state: Uint8Array };

/** One as the database has it. */
export type PackedCheckpoint = Checkpoint;

/** How many `numbers` of a group an entry has. */
export const NUMBERS_OF_ENTRY = 3;

export class LogStatements {
  private readonly select: LogSelections;
  private readonly insert;
  private readonly insertCheckpoint;
  private readonly deleteEntries;
  private readonly deleteCheckpoints;
  private readonly thinCheckpoints;

  constructor(private readonly connection: Database.Database) {
    this.select = new LogSelections(connection);
    this.insert = connection.prepare(
      'INSERT INTO log_entry (cluster_id, rv, at, engine, entry) VALUES (?, ?, ?, ?, ?)',
    );
    this.insertCheckpoint = connection.prepare(
      'INSERT OR REPLACE INTO checkpoint (cluster_id, rv, at, engine, state) VALUES (?, ?, ?, ?, ?)',
    );
    this.deleteEntries = connection.prepare('DELETE FROM log_entry WHERE cluster_id = ? AND rv <= ?');
    this.deleteCheckpoints = connection.prepare('DELETE FROM checkpoint WHERE cluster_id = ?');
    this.thinCheckpoints = connection.prepare<[{ cluster: string; rv: number }]>(
      `DELETE FROM checkpoint WHERE cluster_id = :cluster AND rv < :rv
       AND rv > (SELECT MIN(rv) FROM checkpoint WHERE cluster_id = :cluster)
       AND rv NOT IN (SELECT rv FROM snapshot WHERE cluster_id = :cluster)`,
    );
  }

  /** Appends all groups in one transaction; a group the log refuses is left out and named with the reason. */
  append(groups: readonly AppendGroup[]): Record<string, string> {
    const refused: Record<string, string> = {};
    this.connection.transaction(() => {
      for (const group of groups) {
        try {
          this.connection.transaction(() => this.insertRows(group))();
        } catch (error) {
          if (!String((error as { code?: string }).code).startsWith('SQLITE_CONSTRAINT')) throw error;
          refused[group.cluster] = (error as Error).message;
        }
      }
    })();
    return refused;
  }

  read(cluster: string, fromRv: number, toRv: number): LogRow[] {
    return this.select.entries(cluster, fromRv, toRv);
  }

  saveCheckpoint(cluster: string, { rv, at, engine, state }: PackedCheckpoint): void {
    this.insertCheckpoint.run(cluster, rv, at, engine, state);
  }

  latestCheckpoint(cluster: string, atMost: number): PackedCheckpoint | undefined {
    return this.select.checkpoint(cluster, atMost);
  }

  oldestCheckpoint(cluster: string): number | undefined {
    return this.select.oldest(cluster);
  }

  firstCheckpoint(cluster: string): PackedCheckpoint | undefined {
    return this.select.first(cluster);
  }

  compact(cluster: string, rv: number): void {
    const kept = this.select.mark(cluster, rv);
    if (!kept) return;
    this.connection.transaction(() => {
      this.deleteEntries.run(cluster, kept.rv);
      this.thinCheckpoints.run({ cluster, rv: kept.rv });
    })();
  }

  forget(cluster: string): void {
    this.connection.transaction(() => {
      this.deleteEntries.run(cluster, Number.MAX_SAFE_INTEGER);
      this.deleteCheckpoints.run(cluster);
    })();
  }

  private insertRows({ cluster, engine, numbers, text }: AppendGroup): void {
    let begin = 0;
    for (let at = 0; at < numbers.length; at += NUMBERS_OF_ENTRY) {
      const end = begin + numbers[at + 2];
      this.insert.run(cluster, numbers[at], numbers[at + 1], engine, text.slice(begin, end));
      begin = end;
    }
  }
}
