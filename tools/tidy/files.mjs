// The files that belong to the repository: what git tracks or would take in, with the text of those that are text.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const BINARY = /\.(png|jpe?g|gif|ico|woff2?|zip|gz|wasm|node)$/;
const LOCK_FILES = new Set(['package-lock.json']);

/** @returns {import('./rules.mjs').File[]} */
export function readFiles(root) {
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  return [...new Set(list.split('\0'))]
    .filter((path) => path && !LOCK_FILES.has(path) && existsSync(join(root, path)))
    .map((path) => ({ path, text: BINARY.test(path) ? '' : readFileSync(join(root, path), 'utf8') }));
}
