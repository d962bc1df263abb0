/** The log's prepared statements on the engine's connection; every call is one transaction. */
import type Database from 'better-sqlite3';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Checkpoint } from './revision-log';

export interface LogRow {
  readonly rv: number;
  readonly at: number;
  readonly entry: string;
}

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

/** How many `numbers` of a group an entry has. */
export const NUMBERS_OF_ENTRY = 3;

const PAGE_ENTRIES = 500;

/** From here on there is no gap: what lies before is compacted but for the first checkpoint and those of snapshots. */
const FIRST_KEPT = 'COALESCE((SELECT MIN(rv) - 1 FROM log_entry WHERE cluster_id = :cluster), 0)';

/** A checkpoint is a tenth of its text when packed; speed counts for more than the last byte. */
const pack = (utf8: Uint8Array): string => gzipSync(utf8, { level: 1 }).toString('base64');
const unpack = (packed: string): string => gunzipSync(Buffer.from(packed, 'base64')).toString('utf8');

export class LogStatements {
  private readonly insert;
  private readonly select;
  private readonly insertCheckpoint;
  private readonly selectCheckpoint;
  private readonly selectFirst;
  private readonly selectOldest;
  private readonly deleteEntries;
  private readonly deleteCheckpoints;
  private readonly thinCheckpoints;

  constructor(private readonly connection: Database.Database) {
    this.insert = connection.prepare(
      'INSERT INTO log_entry (cluster_id, rv, at, engine, entry) VALUES (?, ?, ?, ?, ?)',
    );
    this.select = connection.prepare<[string, number, number], LogRow>(
      `SELECT rv, at, entry FROM log_entry WHERE cluster_id = ? AND rv >= ? AND rv <= ? ORDER BY rv LIMIT ${PAGE_ENTRIES}`,
    );
    this.insertCheckpoint = connection.prepare(
      'INSERT OR REPLACE INTO checkpoint (cluster_id, rv, at, engine, state) VALUES (?, ?, ?, ?, ?)',
    );
    this.selectCheckpoint = connection.prepare<[{ cluster: string; atMost: number }], Checkpoint>(
      `SELECT rv, at, engine, state FROM checkpoint
       WHERE cluster_id = :cluster AND rv <= :atMost AND (rv = :atMost OR rv >= ${FIRST_KEPT})
       ORDER BY rv DESC LIMIT 1`,
    );
    this.selectFirst = connection.prepare<[string], Checkpoint>(
      'SELECT rv, at, engine, state FROM checkpoint WHERE cluster_id = ? ORDER BY rv LIMIT 1',
    );
    this.selectOldest = connection.prepare<[{ cluster: string }], { rv: number }>(
      `SELECT rv FROM checkpoint WHERE cluster_id = :cluster AND rv >= ${FIRST_KEPT} ORDER BY rv LIMIT 1`,
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
    return this.select.all(cluster, fromRv, toRv);
  }

  saveCheckpoint(cluster: string, checkpoint: EncodedCheckpoint): void {
    this.insertCheckpoint.run(
      cluster,
      checkpoint.rv,
      checkpoint.at,
      checkpoint.engine,
      pack(checkpoint.state),
    );
  }

  latestCheckpoint(cluster: string, atMost: number): Checkpoint | undefined {
    const found = this.selectCheckpoint.get({ cluster, atMost });
    return found && { ...found, state: unpack(found.state) };
  }

  oldestCheckpoint(cluster: string): number | undefined {
    return this.selectOldest.get({ cluster })?.rv;
  }

  firstCheckpoint(cluster: string): Checkpoint | undefined {
    const found = this.selectFirst.get(cluster);
    return found && { ...found, state: unpack(found.state) };
  }

  compact(cluster: string, rv: number): void {
    const kept = this.selectCheckpoint.get({ cluster, atMost: rv });
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
