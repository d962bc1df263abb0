// Tries every lab of a folder (or those that are named): see verify.mjs.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readLab, verifyLab } from '@podlab/grading';

const [folder, ...names] = process.argv.slice(2);
const seeds = Array.from({ length: 20 }, (_, index) => String(index + 1));
const wrongSeeds = seeds.slice(0, 5);

let problems = 0;
for (const name of names.length > 0 ? names : labsIn(folder)) {
  const started = performance.now();
  const found = problemsOf(join(folder, name));
  problems += found.length;
  const milliseconds = Math.round(performance.now() - started);
  console.log(`${found.length === 0 ? 'ok' : 'not ok'} ${name} (${milliseconds} ms)`);
  for (const problem of found) console.log(`    ${problem}`);
}
process.exitCode = problems === 0 ? 0 : 1;

function problemsOf(path: string): string[] {
  const reading = readLab(filesOf(path));
  if ('problems' in reading)
    return reading.problems.map(
      ({ file, line, path: at, message }) =>
        `${file}${line === undefined ? '' : `:${line}`} ${at ?? ''} ${message}`,
    );
  return verifyLab(reading.lab, { seeds, wrongSeeds }).map(
    ({ seed, variant, answer, message }) =>
      `seed ${seed}${variant === undefined ? '' : `, variant ${variant}`}, ${answer}: ${message}`,
  );
}

function labsIn(path: string): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'template')
    .map((entry) => entry.name)
    .sort();
}

function filesOf(path: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const full = join(entry.parentPath, entry.name);
    files[relative(path, full).replaceAll('\\', '/')] = readFileSync(full, 'utf8');
  }
  return files;
}
