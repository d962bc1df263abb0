/** The log's prepared statements that read. */
import type Database from 'better-sqlite3';
import type { Checkpoint } from './revision-log';

export interface LogRow {
  readonly rv: number;
  readonly at: number;
  readonly entry: string;
}

const PAGE_ENTRIES = 500;

/** From here on there is no gap: what lies before is compacted but for the first checkpoint and those of snapshots. */
const FIRST_KEPT = 'COALESCE((SELECT MIN(rv) - 1 FROM log_entry WHERE cluster_id = :cluster), 0)';

const newest = (columns: string) =>
  `SELECT ${columns} FROM checkpoint
   WHERE cluster_id = :cluster AND rv <= :atMost AND (rv = :atMost OR rv >= ${FIRST_KEPT})
   ORDER BY rv DESC LIMIT 1`;

interface Asked {
  cluster: string;
  atMost: number;
}

/** Checkpoints come with their state packed. */
export class LogSelections {
  private readonly selectEntries;
  private readonly selectCheckpoint;
  private readonly selectMark;
  private readonly selectFirst;
  private readonly selectOldest;

  constructor(connection: Database.Database) {
    this.selectEntries = connection.prepare<[string, number, number], LogRow>(
      `SELECT rv, at, entry FROM log_entry WHERE cluster_id = ? AND rv >= ? AND rv <= ? ORDER BY rv LIMIT ${PAGE_ENTRIES}`,
    );
    this.selectCheckpoint = connection.prepare<[Asked], Checkpoint>(newest('rv, at, engine, state'));
    this.selectMark = connection.prepare<[Asked], Omit<Checkpoint, 'state'>>(newest('rv, at, engine'));
    this.selectFirst = connection.prepare<[string], Checkpoint>(
      'SELECT rv, at, engine, state FROM checkpoint WHERE cluster_id = ? ORDER BY rv LIMIT 1',
    );
    this.selectOldest = connection.prepare<[{ cluster: string }], { rv: number }>(
      `SELECT rv FROM checkpoint WHERE cluster_id = :cluster AND rv >= ${FIRST_KEPT} ORDER BY rv LIMIT 1`,
    );
  }

  /** A page of them. */
  entries(cluster: string, fromRv: number, toRv: number): LogRow[] {
    return this.selectEntries.all(cluster, fromRv, toRv);
  }

  /** The newest with rv <= `atMost`. */
  checkpoint(cluster: string, atMost: number): Checkpoint | undefined {
    return this.selectCheckpoint.get({ cluster, atMost });
  }

  /** The same without its state. */
  mark(cluster: string, atMost: number): Omit<Checkpoint, 'state'> | undefined {
    return this.selectMark.get({ cluster, atMost });
  }

  first(cluster: string): Checkpoint | undefined {
    return this.selectFirst.get(cluster);
  }

  oldest(cluster: string): number | undefined {
    return this.selectOldest.get({ cluster })?.rv;
  }
}
