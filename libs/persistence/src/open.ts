/** Opens the databases of a data folder: the lock, the engine (in a thread where a script is given) and the log. */
import { type DataFolderLock, lockDataFolder } from './data-folder';
import type { Engine } from './engine';
import { GroupCommitLog } from './group-commit';
import { type RememberedDomain, withRememberedReads } from './remembered-reads';
import type { LoggedEntry, RevisionLog } from './revision-log';
import { openWorkerEngine } from './worker';

export interface PersistenceOptions {
  folder: string;
  /** Version of the engine that the log's entries are written under. */
  engine: string;
  /** The script that calls `runPersistenceWorker`; without it the engine runs in this thread. */
  worker?: URL;
  /** The thread died: nothing can be written any more. */
  onDeath: (error: Error) => void;
}

export interface Persistence<Entry extends LoggedEntry> {
  readonly domain: RememberedDomain;
  readonly log: RevisionLog<Entry>;
  close(): Promise<void>;
}

export async function openPersistence<Entry extends LoggedEntry>(
  options: PersistenceOptions,
): Promise<Persistence<Entry>> {
  const lock: DataFolderLock = await lockDataFolder(options.folder);
  try {
    const engine = options.worker
      ? await openWorkerEngine(options.folder, options.worker, options.onDeath)
      : await openEngineHere(options.folder);
    const log = new GroupCommitLog<Entry>(engine.calls, { engine: options.engine });
    const close = async () => {
      log.close();
      await engine.close();
      lock.release();
    };
    return { domain: withRememberedReads(engine.calls), log, close };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** TypeORM and its drivers are large: who gives the engine a thread of its own does not load them here. */
async function openEngineHere(folder: string): Promise<Engine> {
  const { openEngine } = await import('./engine');
  return openEngine(folder);
}
