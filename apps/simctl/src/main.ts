// The simctl process: reads files, plays, prints. `npm run sim -- run scenarios/01-clusterip.sim`
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ScenarioError } from './scenario/parse';
import { record, replay } from './record';
import { runScenario, type ScenarioRun } from './scenario/run';

const USAGE = `usage: simctl run FILE [--seed SEED] [--log LOG]   play a scenario, print its transcript
       simctl hash FILE [--seed SEED] [--runs N]   play it N times, print each hash of the cluster it leaves once
       simctl replay LOG                           live through a log again, print the hash`;

class UsageError extends Error {
  override readonly name = 'UsageError';
}

function main(): string {
  const { values, positionals } = parseArgs({
    options: { seed: { type: 'string' }, log: { type: 'string' }, runs: { type: 'string' } },
    allowPositionals: true,
  });
  const [command, file] = positionals;
  if (file === undefined || positionals.length > 2) throw new UsageError(USAGE);
  switch (command) {
    case 'run':
      return play(file, values).transcript;
    case 'hash':
      return `${hashes(file, values).join('\n')}\n`;
    case 'replay':
      return `${replay(readFileSync(file, 'utf8')).hash()}\n`;
    default:
      throw new UsageError(USAGE);
  }
}

/** The different hashes that the runs come to: one, if the engine keeps its word. */
function hashes(file: string, { runs = '1', ...values }: { seed?: string; runs?: string }): string[] {
  const count = Number(runs);
  if (!Number.isInteger(count) || count < 1)
    throw new UsageError(`--runs takes a whole number from 1, not ${runs}`);
  return [...new Set(Array.from({ length: count }, () => play(file, values).cluster.hash()))];
}

function play(file: string, { seed, log }: { seed?: string; log?: string }): ScenarioRun {
  let written: ReturnType<typeof record> | undefined;
  const run = runScenario(readFileSync(file, 'utf8'), {
    ...(seed !== undefined && { seed }),
    read: (path) => readFileSync(resolve(dirname(file), path), 'utf8'),
    onStart(cluster) {
      if (log !== undefined) written = record(cluster);
    },
  });
  if (log !== undefined && written) writeFileSync(log, written.text());
  return run;
}

try {
  process.stdout.write(main());
} catch (error) {
  // Node's own errors of files and arguments have a code; anything else without a name of ours is a fault of simctl.
  const ours = error instanceof UsageError || error instanceof ScenarioError || 'code' in (error as object);
  process.stderr.write(`${ours ? (error as Error).message : (error as Error).stack}\n`);
  process.exitCode = 1;
}
