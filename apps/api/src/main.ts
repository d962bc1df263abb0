/** The entry of the server process. */
import { DataFolderLocked } from '@podlab/persistence';
import { fileURLToPath } from 'node:url';
import { destination, pino } from 'pino';
import { InvalidSettings, readSettings } from './config/settings';
import { startServer } from './server';

/** The log goes to stderr; stdout says where to go. */
async function main(): Promise<void> {
  const settings = readSettings(process.env);
  settings.dashboardFolder ??= fileURLToPath(new URL('../web', import.meta.url));
  settings.openApiFolder ??= fileURLToPath(new URL('../../openapi', import.meta.url));
  settings.labsFolder ??= fileURLToPath(new URL('../../../labs', import.meta.url));
  const logger = pino({ level: settings.logLevel, base: undefined }, destination({ dest: 2, sync: true }));
  const onDeath = (error: Error) => {
    logger.fatal({ err: error }, 'nothing can be written any more');
    process.exit(1);
  };
  process.on('uncaughtException', onDeath);
  const persistenceWorker = new URL('./persistence.worker.mjs', import.meta.url);
  const graderWorker = new URL('./grader.worker.mjs', import.meta.url);
  const recallWorker = new URL('./recall.worker.mjs', import.meta.url);
  const workers = { persistenceWorker, graderWorker, recallWorker };
  const server = await startServer({ settings, logger, ...workers, onDeath });
  const { publicUrl, kubeUrl } = server.addresses;
  process.stdout.write(
    [
      'Podlab is ready.',
      `  Dashboard and API   ${publicUrl}`,
      `  Kubernetes API      ${kubeUrl}/clusters/{id}`,
      `  Sign in (once)      ${server.signInUrl}`,
      '',
    ].join('\n'),
  );
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    server.stop().then(
      () => process.exit(0),
      (error: unknown) => onDeath(error as Error),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function explain(error: unknown): string {
  if (error instanceof InvalidSettings || error instanceof DataFolderLocked) return error.message;
  const { code, port, message, stack } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE')
    return `port ${port} is in use: set PODLAB_PORT or PODLAB_KUBE_PORT to another one`;
  return stack ?? message;
}

main().catch((error: unknown) => {
  process.stderr.write(`Podlab did not start: ${explain(error)}\n`);
  process.exit(1);
});
