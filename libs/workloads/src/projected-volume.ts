import { fnv1a32, rfc3339 } from '@podlab/kernel';
import type { FileTree } from './file-system';

/**
 * The entry of a tree that names the directory with its files: where `..data` leads. No path ends in two slashes, so it
 * is no file's. Whatever else a reader sees beside that directory are links, which follow from it.
 * Models kubernetes pkg/volume/util/atomic_writer.go Write.
 */
const DATA = '/..data//';

/** A volume that the API fills, with the files that it has from this moment on. */
export function projectedTree(
  files: Readonly<Record<string, string>>,
  at_ms: number,
  volume: string,
): FileTree {
  const directory = timestampDirectory(at_ms, volume);
  const tree: FileTree = new Map([
    [DATA, directory],
    [`/${directory}/`, ''],
  ]);
  for (const [path, text] of Object.entries(files))
    tree.set(`/${directory}/${path.replace(/^\//, '')}`, text);
  return tree;
}

/** Whether a volume that is there already holds just these files: then its link stays. */
export function holdsFiles(tree: FileTree | undefined, files: Readonly<Record<string, string>>): boolean {
  const directory = tree?.get(DATA);
  if (!tree || typeof directory !== 'string') return false;
  const paths = Object.keys(files);
  return (
    tree.size === paths.length + 2 &&
    paths.every((path) => tree.get(`/${directory}/${path.replace(/^\//, '')}`) === files[path])
  );
}

/** What the link at a path of the tree says; undefined where there is none. */
export function linkIn(tree: FileTree, path: string): string | undefined {
  const directory = tree.get(DATA);
  if (typeof directory !== 'string') return undefined;
  if (path === '/..data') return directory;
  return visibleNames(tree).includes(path.slice(1)) ? `..data${path}` : undefined;
}

/** The path without links. */
export function followLinks(tree: FileTree, path: string): string {
  const directory = tree.get(DATA);
  if (typeof directory !== 'string' || path === '/') return path;
  const [, first, ...rest] = path.split('/');
  if (first === '..data') return `/${[directory, ...rest].join('/')}`;
  return first === directory ? path : `/${directory}${path}`;
}

/** The names at the root of the volume that are links to its files. */
export function visibleNames(tree: FileTree): string[] {
  const directory = tree.get(DATA);
  if (typeof directory !== 'string') return [];
  const inner = [...tree.keys()].filter((path) => path.startsWith(`/${directory}/`));
  return [...new Set(inner.map((path) => path.slice(directory.length + 2).split('/')[0]))].filter(
    (name) => name !== '',
  );
}

/** `..2026_11_23_09_00_00.123456789`: the moment, and what upstream's os.MkdirTemp adds by chance. */
function timestampDirectory(at_ms: number, volume: string): string {
  const moment = rfc3339(at_ms).slice(0, 19).replace(/[-T:]/g, '_');
  return `..${moment}.${fnv1a32(`${volume} ${at_ms}`)}`;
}
