import type Database from 'better-sqlite3';
import { DataSource } from 'typeorm';
import { databaseFile } from './data-folder';
import { ENTITIES } from './entities';
import { First1790000000000 } from './migrations/1790000000000-first';
import { People1791000000000 } from './migrations/1791000000000-people';
import { Snapshots1792000000000 } from './migrations/1792000000000-snapshots';
import { Classwork1793000000000 } from './migrations/1793000000000-classwork';
import { Broadcast1795000000000 } from './migrations/1795000000000-broadcast';
import { Lti1797000000000 } from './migrations/1797000000000-lti';
import { EvidenceAndLinks1799000000000 } from './migrations/1799000000000-evidence-and-links';
import { AccountTokens1801000000000 } from './migrations/1801000000000-account-tokens';
import { loadSqlite } from './sqlite';

export interface OpenDatabase {
  source: DataSource;
  /** The same connection, for prepared statements. */
  connection: Database.Database;
}

/** Opens (and migrates) the SQLite file of a data folder; a commit is on the disk when it returns. */
export async function openDatabase(folder: string): Promise<OpenDatabase> {
  let connection: Database.Database | undefined;
  const source = new DataSource({
    type: 'better-sqlite3',
    driver: await loadSqlite(),
    database: databaseFile(folder),
    entities: ENTITIES,
    migrations: [
      First1790000000000,
      People1791000000000,
      Snapshots1792000000000,
      Classwork1793000000000,
      Broadcast1795000000000,
      Lti1797000000000,
      EvidenceAndLinks1799000000000,
      AccountTokens1801000000000,
    ],
    migrationsRun: true,
    statementCacheSize: 100,
    prepareDatabase: (opened: Database.Database) => {
      opened.pragma('journal_mode = WAL');
      opened.pragma('synchronous = FULL');
      opened.pragma('wal_autocheckpoint = 4000');
      opened.pragma('cache_size = -4096');
      connection = opened;
    },
  });
  await source.initialize();
  if (!connection) throw new Error('the database driver gave no connection');
  return { source, connection };
}
