// Remembers by the hash of its inputs that a step was done, so that a restart does nothing twice.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const NOT_AN_INPUT =
  /(^|\/)(node_modules|\.next|out|dist|coverage)(\/|$)|\.spec\.[a-z]+$|\.md$|\.tsbuildinfo$|next-env\.d\.ts$/;

/** A hash over the names and bytes of all files under `paths`, and over `extra`. */
export function hashInputs(root, paths, extra = '') {
  const hash = createHash('sha256').update(extra);
  for (const file of paths.flatMap((path) => filesUnder(root, join(root, path))).sort()) {
    hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

function filesUnder(root, path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [relative(root, path)];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const inner = join(path, entry.name);
    if (NOT_AN_INPUT.test(relative(root, inner))) return [];
    return entry.isDirectory() ? filesUnder(root, inner) : [relative(root, inner)];
  });
}

/** The folders of all libraries that the sources of `folder` import, directly or through one another. */
export function librariesOf(root, folder) {
  const found = new Set();
  const queue = [folder];
  for (let next = queue.pop(); next; next = queue.pop()) {
    for (const file of filesUnder(root, join(root, next)).filter((path) => /\.tsx?$/.test(path))) {
      for (const [, name] of readFileSync(join(root, file), 'utf8').matchAll(/'@podlab\/([a-z0-9-]+)'/g)) {
        const library = `libs/${name}`;
        if (found.has(library)) continue;
        found.add(library);
        queue.push(library);
      }
    }
  }
  return [...found].sort();
}

const stampFile = (root, step) => join(root, '.cache/steps', step);

/** Whether `step` was done with these inputs and what it made is still there. */
export function isDone(root, step, hash, output) {
  const file = stampFile(root, step);
  return existsSync(file) && existsSync(join(root, output)) && readFileSync(file, 'utf8') === hash;
}

export function markDone(root, step, hash) {
  mkdirSync(dirname(stampFile(root, step)), { recursive: true });
  writeFileSync(stampFile(root, step), hash);
}

export function forget(root, step) {
  rmSync(stampFile(root, step), { force: true });
}
