/** The data folder belongs to one process: a lock that the kernel releases when its holder dies. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSqlite } from './sqlite';

export class DataFolderLocked extends Error {
  override readonly name = 'DataFolderLocked';
  constructor(
    readonly folder: string,
    readonly holder: string,
  ) {
    super(`the data folder ${folder} is in use by ${holder}`);
  }
}

export interface DataFolderLock {
  release(): void;
}

/** Where the tables of a data folder are. */
export const databaseFile = (folder: string): string => join(folder, 'podlab.sqlite');

/** Creates the folder if need be and locks it; throws {@link DataFolderLocked} naming the process that holds it. */
export async function lockDataFolder(folder: string): Promise<DataFolderLock> {
  const Database = await loadSqlite();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const holderFile = join(folder, 'lock.holder');
  const lock = new Database(join(folder, 'lock'), { timeout: 0 });
  try {
    lock.pragma('journal_mode = DELETE');
    lock.pragma('locking_mode = EXCLUSIVE');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
    throw new DataFolderLocked(folder, readHolder(holderFile));
  }
  writeFileSync(holderFile, `process ${process.pid}`, { mode: 0o600 });
  chmodSync(folder, 0o700);
  return { release: () => lock.close() };
}

function readHolder(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim() || 'another process';
  } catch {
    return 'another process';
  }
}
