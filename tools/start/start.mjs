// `npm start`, also on a fresh clone: says what is missing, installs, builds, and starts the server, which prints a
// sign-in link. A restart builds nothing that has not changed.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkNode, checkNpm, checkPort, checkSqlite } from './preflight.mjs';
import { buildAll, install } from './set-up.mjs';
import { SERVER_ENVIRONMENT, SERVER_NODE_OPTIONS } from './node-options.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const host = process.env.PODLAB_HOST || '127.0.0.1';
const port = (setting, fallback) => Number(process.env[setting] || fallback);

function refuse(problems) {
  console.error('Podlab cannot start on this machine yet:');
  for (const problem of problems) console.error(`  - ${problem}`);
  process.exit(1);
}

async function preflight() {
  const oldNode = checkNode(process.versions.node);
  if (oldNode.length > 0) refuse(oldNode);
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const problems = await Promise.all([
    checkNpm(),
    checkPort('PODLAB_PORT', host, port('PODLAB_PORT', 3000)),
    checkPort('PODLAB_KUBE_PORT', host, port('PODLAB_KUBE_PORT', 6443)),
    checkSqlite(root, optionalDependencies['better-sqlite3']),
  ]);
  if (problems.flat().length > 0) refuse(problems.flat());
}

function startServer() {
  const server = spawn(process.execPath, [...SERVER_NODE_OPTIONS, 'dist/apps/api/main.mjs'], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...SERVER_ENVIRONMENT,
      ...process.env,
      PODLAB_DASHBOARD: process.env.PODLAB_DASHBOARD || 'dist/apps/web',
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));
  server.on('exit', (code, signal) => process.exit(signal ? 0 : (code ?? 1)));
}

await preflight();
try {
  await install(root);
  await buildAll(root);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
startServer();
