// Type checks projects: their sources and, with the types of Jest, their specs. What has no file yet is passed over.
// Projects that are checked by the same rules are one program: what they share is read and checked once.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const CACHE = '.cache/typecheck';
const isSpec = (file) => /\.spec\.tsx?$/.test(file);
const CONFIGURATIONS = [
  ['tsconfig.json', (file) => !isSpec(file)],
  ['tsconfig.spec.json', isSpec],
];

/** Prints what the compiler says. @param {string[]} folders @returns {string[]} those that do not type check */
export function typecheck(folders) {
  const failed = CONFIGURATIONS.flatMap(([name, concerns]) =>
    programsOf(folders, name, concerns).flatMap(failuresOf),
  );
  return [...new Set(failed)];
}

function sourcesOf(folder) {
  const sources = join(folder, 'src');
  const files = existsSync(sources) ? readdirSync(sources, { recursive: true }) : [];
  return files.filter((file) => /\.tsx?$/.test(file));
}

/** A configuration names no folder, so equal texts are equal rules. */
function programsOf(folders, name, concerns) {
  const byText = new Map();
  for (const folder of folders) {
    const path = join(folder, name);
    if (!existsSync(path) || !sourcesOf(folder).some(concerns)) continue;
    const text = readFileSync(path, 'utf8');
    byText.set(text, [...(byText.get(text) ?? []), folder]);
  }
  return [...byText].map(([text, members]) => ({ name, text, members }));
}

function failuresOf(program) {
  const { name, members } = program;
  const path = members.length === 1 ? join(members[0], name) : writeJoined(program);
  const compiler = ['node_modules/typescript7/bin/tsc', '-p', path, '--pretty', 'false'];
  const { status, stdout } = spawnSync(process.execPath, compiler, {
    encoding: 'utf8',
    maxBuffer: Infinity,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (members.length > 1) rmSync(path);
  process.stdout.write(stdout);
  if (status === 0) return [];
  const named = members.filter((folder) => stdout.split('\n').some((line) => line.startsWith(`${folder}/`)));
  return named.length > 0 ? named : members;
}

/** The configuration of several folders, where packages are found from. */
function writeJoined({ name, text, members }) {
  const { extends: base, include, exclude, ...rules } = JSON.parse(text);
  const under = (patterns) => members.flatMap((folder) => patterns.map((each) => resolve(folder, each)));
  const joined = {
    ...rules,
    extends: resolve(members[0], base),
    include: under(include),
    ...(exclude && { exclude: under(exclude) }),
  };
  mkdirSync(CACHE, { recursive: true });
  const path = join(CACHE, `${process.pid}-${members.length}-${name}`);
  writeFileSync(path, JSON.stringify(joined));
  return path;
}
