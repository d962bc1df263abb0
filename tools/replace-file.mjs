import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Whoever reads the file meanwhile, another run of the same tool too, sees the old one or the new one, whole. */
export function replaceFile(path, contents, mode = 0o644) {
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, contents, { mode });
  renameSync(unfinished, path);
}
