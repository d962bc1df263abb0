// Brings a clone to where it runs: dependencies installed, server, dashboard and API documents built. Plain Node only.
import { existsSync, lstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runStep } from './run-step.mjs';
import { installsSqlite } from './sqlite.mjs';
import { forget, hashInputs, isDone, librariesOf, markDone } from './stamp.mjs';

const QUIET = { NEXT_TELEMETRY_DISABLED: '1', NX_DAEMON: 'false' };
const SHARED_INPUTS = ['package-lock.json', 'tsconfig.base.json'];

const BUILDS = [
  {
    step: 'openapi',
    title: 'writing the documents of the Kubernetes API',
    script: 'tools/openapi/generate-documents.mjs',
    inputs: ['package-lock.json', 'tools/openapi'],
    output: 'dist/openapi/index.json',
  },
  {
    step: 'swagger',
    title: 'writing the Swagger document of what a cluster serves',
    script: 'tools/openapi/generate-swagger.mjs',
    app: 'apps/api',
    inputs: [...SHARED_INPUTS, 'tools/openapi'],
    output: 'dist/openapi/v2/etag.txt',
  },
  {
    step: 'api',
    title: 'building the server',
    script: 'tools/build-api.mjs',
    app: 'apps/api',
    inputs: [...SHARED_INPUTS, 'apps/api', 'tools/build-api.mjs'],
    output: 'dist/apps/api/main.mjs',
  },
  {
    step: 'web',
    title: 'building the dashboard',
    script: 'apps/web/tools/build.mjs',
    app: 'apps/web',
    inputs: [...SHARED_INPUTS, 'apps/web'],
    output: 'dist/apps/web/index.html',
  },
];

/** Installs the dependencies of the lock file unless they are there. */
export async function install(root) {
  const hash = hashInputs(root, ['package-lock.json'], process.versions.modules);
  if (isDone(root, 'install', hash, 'node_modules') || isInstalledByHand(root)) return;
  forget(root, 'install');
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  // No other package's install script is needed (`allowScripts` in package.json).
  if (!installsSqlite()) args.push('--ignore-scripts');
  await runStep(root, 'installing dependencies (a few minutes the first time)', 'npm', args);
  if (!installsSqlite())
    await runStep(root, 'setting git hooks', process.execPath, ['tools/git-hooks/install.mjs']);
  markDone(root, 'install', hash);
}

/** npm leaves its own lock file in node_modules when it has finished; where a link leads to, npm would delete it all. */
function isInstalledByHand(root) {
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) return true;
  const done = join(root, 'node_modules/.package-lock.json');
  const stamped = existsSync(join(root, '.cache/steps/install'));
  return (
    !stamped &&
    existsSync(done) &&
    statSync(done).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
  );
}

/** Builds what changed since it was built last. */
export async function buildAll(root) {
  for (const build of BUILDS) {
    const libraries = build.app ? librariesOf(root, build.app) : [];
    const hash = hashInputs(root, [...build.inputs, ...libraries]);
    if (isDone(root, build.step, hash, build.output)) continue;
    forget(root, build.step);
    await runStep(root, build.title, process.execPath, [build.script], QUIET);
    markDone(root, build.step, hash);
  }
}
