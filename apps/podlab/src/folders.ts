import { LabAnswers } from '@podlab/contracts';
import { readLab, type Lab } from '@podlab/grading';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse } from 'yaml';

/** What was named is not there, or not what it should be. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/** Path → text of every file in a folder. */
export function filesOf(folder: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files[relative(folder, path).replaceAll('\\', '/')] = readFileSync(path, 'utf8');
  }
  return files;
}

/** The lab of a folder, or of a name beneath `labs`. Throws Unreadable with every problem of it. */
export function labAt(lab: string, labs = '.'): Lab {
  const folder = [lab, join(labs, lab)].find((path) => existsSync(join(path, 'lab.yaml')));
  if (folder === undefined) throw new Unreadable(`there is no lab.yaml in ${lab} or ${join(labs, lab)}`);
  const reading = readLab(filesOf(folder));
  if ('lab' in reading) return reading.lab;
  const problems = reading.problems.map(
    ({ file, line, path, message }) =>
      `${join(folder, file)}${line === undefined ? '' : `:${line}`}${path ? ` ${path}` : ''} ${message}`,
  );
  throw new Unreadable(problems.join('\n'));
}

const STANDARD_INPUT = 0;
const MANIFEST = /\.(ya?ml|json)$/;

/** The YAML of files and folders as one stream of documents. */
export function manifestsAt(paths: readonly string[]): string {
  const files = paths.flatMap((path): (string | number)[] => {
    if (path === '-') return [STANDARD_INPUT];
    if (!existsSync(path)) throw new Unreadable(`${path} is not there`);
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && MANIFEST.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  });
  return files.map((file) => readFileSync(file, 'utf8')).join('\n---\n');
}

/** What a student answered. Throws Unreadable. */
export function answersAt(file: string): LabAnswers {
  if (!existsSync(file)) throw new Unreadable(`${file} is not there`);
  const parsed = LabAnswers.safeParse(parse(readFileSync(file, 'utf8')) ?? {});
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  throw new Unreadable(`${file}: ${path.join('.')} ${message}`);
}
