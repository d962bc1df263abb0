/** The entry of the thread that owns the database's only connection. */
import { runPersistenceWorker } from '@podlab/persistence';

void runPersistenceWorker();
