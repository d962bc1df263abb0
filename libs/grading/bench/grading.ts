// `npm run bench:grading`: 300 submissions of a lab with 20 checks, by two workers, as JSON. A worker is a process, so
// that the CPU of each submission can be told. `submissions` have one seed, as an autograder that names none; of
// `own_seeds` each has its own, and with it a cluster to begin with.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Grader, readLab, type Lab } from '@podlab/grading';
import { benchLab, benchSubmission } from './lab';

interface Job {
  readonly index: number;
  readonly seed: string;
}
interface Done {
  readonly cpu_ms: number;
  readonly wall_ms: number;
  readonly score: number | null;
}

const SUBMISSIONS = 300;
const WORKERS = 2;
/** As much room for what dies young as a grader's thread has at a server (docs/adr/0020). */
const OPTIONS = [...process.execArgv, '--max-semi-space-size=32'];

if (process.send) work();
else console.log(JSON.stringify(await measure(), null, 2));

function work(): void {
  const grader = new Grader(lab());
  process.on('message', (job: Job) => process.send?.(grade(grader, job)));
}

function lab(): Lab {
  const reading = readLab(benchLab());
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
  return reading.lab;
}

function grade(grader: Grader, { index, seed }: Job): Done {
  const before = process.cpuUsage();
  const begun = performance.now();
  const { score } = grader.gradeManifests(benchSubmission(index), { seed });
  const { user, system } = process.cpuUsage(before);
  return { cpu_ms: (user + system) / 1000, wall_ms: performance.now() - begun, score };
}

async function measure(): Promise<object> {
  const workers = Array.from({ length: WORKERS }, () =>
    fork(fileURLToPath(import.meta.url), { execArgv: OPTIONS }),
  );
  const run = (jobs: readonly Job[]) => runJobs(workers, jobs);
  const jobs = (seed: (index: number) => string, count: number): Job[] =>
    Array.from({ length: count }, (_, index) => ({ index, seed: seed(index) }));
  process.stderr.write('warming up\n');
  await run(jobs(() => '1', 20));
  process.stderr.write(`${SUBMISSIONS} submissions of one seed\n`);
  const same = await run(jobs(() => '1', SUBMISSIONS));
  process.stderr.write(`${SUBMISSIONS} submissions of a seed each\n`);
  const own = await run(jobs((index) => `own-${index}`, SUBMISSIONS));
  const alone = (
    await runJobs(
      workers.slice(0, 1),
      jobs(() => '1', 30),
    )
  ).done;
  for (const worker of workers) worker.kill();
  const checks = lab().document.steps.reduce((sum, step) => sum + step.checks.length, 0);
  return {
    workers: WORKERS,
    checks,
    submissions: figures(same),
    own_seeds: figures(own),
    one_submission_wall_ms: quantile(
      alone.map(({ wall_ms }) => wall_ms),
      0.5,
    ),
  };
}

interface Run {
  readonly seconds: number;
  readonly done: readonly Done[];
}

async function runJobs(workers: readonly ChildProcess[], jobs: readonly Job[]): Promise<Run> {
  const begun = performance.now();
  const waiting = [...jobs];
  const done: Done[] = [];
  await Promise.all(
    workers.map(async (worker) => {
      for (let job = waiting.shift(); job; job = waiting.shift()) {
        const answer = once(worker, 'message') as Promise<[Done]>;
        worker.send(job);
        done.push((await answer)[0]);
      }
    }),
  );
  return { seconds: (performance.now() - begun) / 1000, done };
}

function figures({ seconds, done }: Run): object {
  const cpu = done.map(({ cpu_ms }) => cpu_ms);
  return {
    count: done.length,
    seconds: round(seconds),
    cpu_ms_p50: quantile(cpu, 0.5),
    cpu_ms_p95: quantile(cpu, 0.95),
    // The engine's compiler is nearly done by then.
    last_100_cpu_ms_p50: quantile(cpu.slice(-100), 0.5),
    scores: [...new Set(done.map(({ score }) => score))].sort((a, b) => Number(a) - Number(b)),
  };
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return round(sorted[Math.floor((sorted.length - 1) * part)]);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
