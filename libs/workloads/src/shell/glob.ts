import { resolvePath } from '../file-system';
import type { FileSystem } from '../file-system';
import { matchesPattern } from './pattern';

/** Paths that one pattern may stand for. */
const PATHS_LIMIT = 10_000;

/** The paths that match a pattern, in order of code units; more than a limit are left out. */
export function globPaths(pattern: string, directory: string, files: FileSystem): string[] {
  let paths = [pattern.startsWith('/') ? '/' : ''];
  for (const part of pattern.split('/').filter((item) => item !== '')) {
    paths = paths
      .flatMap((path) =>
        files
          .list(resolvePath(directory, path === '' ? '.' : path))
          .filter(
            (name) => (name.startsWith('.') ? part.startsWith('.') : true) && matchesPattern(part, name),
          )
          .map((name) => (path === '' || path === '/' ? `${path}${name}` : `${path}/${name}`)),
      )
      .slice(0, PATHS_LIMIT);
  }
  return paths;
}
