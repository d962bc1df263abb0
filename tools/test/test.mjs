// `npm test`, also on a fresh clone: installs what the tests need, builds, type checks every project, runs every test
// (the repository's rules are one of them) and ends with the line `N passed, N failed`.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchKubectl } from '../clients/fetch-kubectl.mjs';
import { fetchOpenApiGenerator } from '../clients/openapi-generator.mjs';
import { checkNode, checkNpm, checkSqlite } from '../start/preflight.mjs';
import { buildAll, install } from '../start/set-up.mjs';
import { typecheck } from '../typecheck/programs.mjs';
import { installMachinePackages } from './machine.mjs';
import { addUp, describeOutcome, outcomeOfJest } from './outcome.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const report = join(root, '.cache/test/jest.json');
const ENVIRONMENT = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', NEXT_TELEMETRY_DISABLED: '1' };

/** @returns {Promise<number>} the exit code */
function run(script, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      env: ENVIRONMENT,
      stdio: 'inherit',
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

async function prepare() {
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const problems = [
    ...checkNode(process.versions.node),
    ...checkNpm(),
    ...(await checkSqlite(root, optionalDependencies['better-sqlite3'])),
  ];
  if (problems.length > 0) throw new Error(problems.join('\n'));
  await install(root);
  await installMachinePackages(root);
  const say = (line) => console.log(`  ${line}`);
  fetchKubectl(say);
  fetchOpenApiGenerator(say);
  await buildAll(root);
}

function typecheckAll() {
  const projects = ['libs', 'apps']
    .flatMap((parent) => readdirSync(join(root, parent)).map((name) => `${parent}/${name}`))
    .filter((folder) => existsSync(join(root, folder, 'tsconfig.json')));
  process.chdir(root);
  const failed = typecheck(projects);
  for (const project of failed) console.error(`${project} does not type check`);
  return { passed: projects.length - failed.length, failed: failed.length };
}

/** One suite more than there are processors: those of servers and browsers wait a part of their time. */
async function jest(args) {
  rmSync(report, { force: true });
  mkdirSync(dirname(report), { recursive: true });
  const options = [
    '-c',
    'jest.config.cjs',
    `--maxWorkers=${availableParallelism() + 1}`,
    '--passWithNoTests',
    '--json',
    `--outputFile=${report}`,
  ];
  await run('node_modules/jest/bin/jest.js', [...options, ...args]);
  return existsSync(report)
    ? outcomeOfJest(JSON.parse(readFileSync(report, 'utf8')))
    : { passed: 0, failed: 1 };
}

async function main() {
  try {
    await prepare();
  } catch (error) {
    console.error(error.message);
    return { passed: 0, failed: 1 };
  }
  return addUp([typecheckAll(), await jest(process.argv.slice(2))]);
}

const { line, code } = describeOutcome(await main());
console.log(line);
process.exitCode = code;
