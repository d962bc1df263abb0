import { utf8Length } from '@podlab/kernel';
import { followLinks, linkIn, visibleNames } from './projected-volume';

/** Files of one tree by absolute path: a text, or null for one that was removed; directories end in `/` and hold ''. */
export type FileTree = Map<string, string | null>;

/** A volume seen at a path of a container. */
export interface MountPoint {
  readonly path: string;
  /** Name of a tree in the pod's volumes. */
  readonly volume: string;
  readonly subPath?: string;
  /** A path of the node, which all its pods share; there is no tree of the pod's then. */
  readonly hostPath?: string;
  readonly readOnly: boolean;
}

export type FileError =
  | 'No such file or directory'
  | 'Is a directory'
  | 'Not a directory'
  | 'File exists'
  | 'Directory not empty'
  | 'Read-only file system'
  | 'No space left on device';

/** Bytes that one container or one volume may hold. */
export const FILE_LIMIT_BYTES = 1_048_576;

const STANDARD_DIRECTORIES = [
  '/',
  '/bin/',
  '/dev/',
  '/etc/',
  '/home/',
  '/lib/',
  '/mnt/',
  '/opt/',
  '/proc/',
  '/root/',
  '/run/',
  '/sbin/',
  '/srv/',
  '/sys/',
  '/tmp/',
  '/usr/',
  '/usr/bin/',
  '/usr/local/',
  '/usr/local/bin/',
  '/usr/sbin/',
  '/usr/share/',
  '/var/',
  '/var/lib/',
  '/var/log/',
  '/var/run/',
  '/var/tmp/',
];
const DEVICES: ReadonlySet<string> = new Set([
  '/dev/null',
  '/dev/zero',
  '/dev/stdout',
  '/dev/stderr',
  '/dev/stdin',
  '/dev/tty',
  '/dev/random',
  '/dev/urandom',
]);

/** How much of what never ends there is: as much as a pipe takes. */
export const ENDLESS_CHARACTERS = 131_072;
const ENDLESS: ReadonlySet<string> = new Set(['/dev/zero', '/dev/random', '/dev/urandom']);

export interface LiveFiles {
  read(path: string): string | undefined;
  paths(): readonly string[];
  /** Whether a path that ends in a slash holds some of them. */
  holds(directory: string): boolean;
}

export interface FileSystemParts {
  /** What is read from a device without an end. */
  endless?(path: string): string;
  /** Files that the kubelet puts there, then those of the image; never changed. */
  readonly bases: readonly Readonly<Record<string, string>>[];
  /** Files that are made when they are read; never changed, but what is written over one counts. */
  readonly live?: LiveFiles;
  readonly own: FileTree;
  readonly mounts: readonly MountPoint[];
  volume(name: string): FileTree | undefined;
  /** A volume that is made when it is read; nobody writes there. */
  liveVolume?(name: string): FileTree | undefined;
  /** The files of the node, for mounts of its paths. */
  host?(): FileSystem;
  /** Takes note of characters that were moved about. */
  spend?(characters: number): void;
  /** Called after a change, with the volume it was made in. */
  changed(volume: string | undefined): void;
}

interface Place {
  readonly tree: FileTree;
  readonly path: string;
  readonly mount: MountPoint | undefined;
}

const NOWHERE: Place = { tree: new Map(), path: '/', mount: undefined };

/** The files that a container sees: its image, what it wrote, and its volumes. */
export class FileSystem {
  constructor(private readonly parts: FileSystemParts) {}

  /** The text of a file, or undefined when the path is none. */
  read(path: string): string | undefined {
    if (DEVICES.has(path)) return ENDLESS.has(path) ? (this.parts.endless?.(path) ?? '') : '';
    if (path.endsWith('/')) return undefined;
    const there = this.onHost(path);
    if (there) return there.files.read(there.path);
    const { tree, path: inner, mount } = this.place(path);
    const own = tree.get(inner);
    if (own !== undefined) return own ?? undefined;
    return mount ? undefined : this.baseText(inner);
  }

  isDirectory(path: string): boolean {
    if (DEVICES.has(path) || this.read(path) !== undefined) return false;
    const directory = asDirectory(path);
    if (this.parts.mounts.some((mount) => asDirectory(mount.path).startsWith(directory))) return true;
    const there = this.onHost(path);
    if (there) return there.files.isDirectory(there.path);
    const { tree, path: inner, mount } = this.place(path);
    const own = asDirectory(inner);
    if (tree.has(own)) return tree.get(own) !== null;
    if (mount && asDirectory(mount.path) === directory) return true;
    for (const [key, value] of tree) if (value !== null && key.startsWith(own)) return true;
    if (mount) return false;
    if (STANDARD_DIRECTORIES.includes(own)) return true;
    if (this.parts.bases.some((base) => Object.keys(base).some((key) => key.startsWith(own)))) return true;
    return this.parts.live?.holds(own) ?? false;
  }

  exists(path: string): boolean {
    return DEVICES.has(path) || this.read(path) !== undefined || this.isDirectory(path);
  }

  /** What a symbolic link says; undefined for all that is none. */
  link(path: string): string | undefined {
    const mount = this.mountOf(path);
    const tree = mount && mount.path !== path ? this.treeOf(mount) : undefined;
    return mount && tree && linkIn(tree, innerPath(mount, path));
  }

  /** The path that remains when links are followed; undefined when nothing is there. */
  resolve(path: string): string | undefined {
    if (!this.exists(path)) return undefined;
    const mount = this.mountOf(path);
    const tree = mount && mount.path !== path ? this.treeOf(mount) : undefined;
    return mount && tree ? join(mount.path, followLinks(tree, innerPath(mount, path))) : path;
  }

  /** Whether the path is a device, which takes and forgets what is written. */
  isDevice(path: string): boolean {
    return DEVICES.has(path);
  }

  write(path: string, text: string): FileError | undefined {
    if (DEVICES.has(path)) return undefined;
    const there = this.onHost(path);
    if (there) return there.readOnly ? 'Read-only file system' : there.files.write(there.path, text);
    const { tree, path: inner, mount } = this.place(path);
    if (mount?.readOnly || path.startsWith('/proc/')) return 'Read-only file system';
    if (this.isDirectory(path)) return 'Is a directory';
    if (!this.isDirectory(parentOf(path))) return 'No such file or directory';
    const before = treeBytes(tree);
    this.parts.spend?.(before + text.length);
    if (before - utf8Length(tree.get(inner) ?? '') + utf8Length(text) > FILE_LIMIT_BYTES) {
      return 'No space left on device';
    }
    tree.set(inner, text);
    this.parts.changed(mount?.volume);
    return undefined;
  }

  append(path: string, text: string): FileError | undefined {
    return this.write(path, (this.read(path) ?? '') + text);
  }

  makeDirectory(path: string, parents: boolean): FileError | undefined {
    if (this.exists(path)) return parents && this.isDirectory(path) ? undefined : 'File exists';
    const parent = parentOf(path);
    if (!this.isDirectory(parent)) {
      if (this.read(parent) !== undefined) return 'Not a directory';
      if (!parents) return 'No such file or directory';
      const failed = this.makeDirectory(parent, true);
      if (failed) return failed;
    }
    const there = this.onHost(path);
    if (there)
      return there.readOnly ? 'Read-only file system' : there.files.makeDirectory(there.path, parents);
    const { tree, path: inner, mount } = this.place(path);
    if (mount?.readOnly) return 'Read-only file system';
    tree.set(asDirectory(inner), '');
    return undefined;
  }

  remove(path: string, recursive: boolean): FileError | undefined {
    const there = this.onHost(path);
    if (there) return there.readOnly ? 'Read-only file system' : there.files.remove(there.path, recursive);
    const { tree, path: inner, mount } = this.place(path);
    if (mount?.readOnly) return 'Read-only file system';
    if (!this.isDirectory(path)) {
      if (this.read(path) === undefined) return 'No such file or directory';
      this.erase(tree, inner, mount);
      this.parts.changed(mount?.volume);
      return undefined;
    }
    const names = this.list(path);
    if (names.length > 0 && !recursive) return 'Directory not empty';
    for (const name of names) {
      const failed = this.remove(join(path, name), true);
      if (failed) return failed;
    }
    this.erase(tree, asDirectory(inner), mount);
    return undefined;
  }

  /** Names in a directory, sorted by code unit. */
  list(path: string): string[] {
    const directory = asDirectory(path);
    const names = new Set<string>();
    const add = (key: string, prefix: string): void => {
      if (key.length <= prefix.length || !key.startsWith(prefix)) return;
      const rest = key.slice(prefix.length);
      const slash = rest.indexOf('/');
      names.add(slash < 0 ? rest : rest.slice(0, slash));
    };
    const there = this.onHost(path);
    for (const name of there?.files.list(there.path) ?? []) names.add(name);
    const { tree, path: inner, mount } = there ? NOWHERE : this.place(path);
    for (const [key, value] of tree) if (value !== null) add(key, asDirectory(inner));
    if (mount && inner === '/') for (const name of visibleNames(tree)) names.add(name);
    if (!mount && !there) {
      for (const base of this.parts.bases)
        for (const key in base) if (tree.get(key) !== null) add(key, directory);
      for (const key of this.parts.live?.paths() ?? []) if (tree.get(key) !== null) add(key, directory);
      for (const key of STANDARD_DIRECTORIES) if (tree.get(key) !== null) add(key, directory);
    }
    for (const point of this.parts.mounts) add(asDirectory(point.path), directory);
    return [...names].filter((name) => name !== '').sort();
  }

  /** The names of a directory by which a walk comes to each file once, though links lead to some. */
  listOnce(path: string): string[] {
    const names = this.list(path);
    return this.link(join(path, '..data')) === undefined
      ? names
      : names.filter((name) => !name.startsWith('..'));
  }

  private treeOf({ volume }: MountPoint): FileTree | undefined {
    const kept = this.parts.volume(volume);
    if (kept) return kept;
    return this.parts.liveVolume?.(volume);
  }

  private baseText(path: string): string | undefined {
    for (const base of this.parts.bases) if (Object.hasOwn(base, path)) return base[path];
    return this.parts.live?.read(path);
  }

  private erase(tree: FileTree, path: string, mount: MountPoint | undefined): void {
    const inBase = !mount && (this.baseText(path) !== undefined || STANDARD_DIRECTORIES.includes(path));
    if (inBase) tree.set(path, null);
    else tree.delete(path);
  }

  private mountOf(path: string): MountPoint | undefined {
    let found: MountPoint | undefined;
    for (const mount of this.parts.mounts) {
      const inside = path === mount.path || path.startsWith(asDirectory(mount.path));
      if (inside && (!found || mount.path.length > found.path.length)) found = mount;
    }
    return found;
  }

  /** Where a path leads that is in a mount of a path of the node. */
  private onHost(path: string): { files: FileSystem; path: string; readOnly: boolean } | undefined {
    const mount = this.mountOf(path);
    const files = mount?.hostPath === undefined ? undefined : this.parts.host?.();
    if (!mount || !files) return undefined;
    const from = resolvePath(mount.hostPath ?? '/', mount.subPath ?? '.');
    const rest = path.slice(mount.path.length).replace(/^\/+/, '');
    return { files, path: resolvePath(from, rest === '' ? '.' : rest), readOnly: mount.readOnly };
  }

  private place(path: string): Place {
    const found = this.mountOf(path);
    const tree = found && this.treeOf(found);
    if (!found || !tree) return { tree: this.parts.own, path, mount: undefined };
    return { tree, path: followLinks(tree, innerPath(found, path)), mount: found };
  }
}

/** A path in the mounted volume. */
function innerPath({ path: mounted, subPath }: MountPoint, path: string): string {
  const rest = path.slice(mounted === '/' ? 0 : mounted.length);
  return subPath ? join('/', subPath) + rest : rest || '/';
}

function treeBytes(tree: FileTree): number {
  let bytes = 0;
  for (const [path, text] of tree) bytes += path.length + (text ? utf8Length(text) : 0);
  return bytes;
}

const asDirectory = (path: string): string => (path.endsWith('/') ? path : `${path}/`);

/** The directory that holds `path`. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/', path.endsWith('/') ? path.length - 2 : path.length);
  return slash <= 0 ? '/' : path.slice(0, slash);
}

/** The last part of a path. */
export function baseName(path: string): string {
  const trimmed = path.length > 1 ? path.replace(/\/+$/, '') : path;
  return trimmed.slice(trimmed.lastIndexOf('/') + 1) || '/';
}

/** `name` under `directory`, without doubled slashes. */
export function join(directory: string, name: string): string {
  return `${directory === '/' ? '' : directory}/${name.replace(/^\/+/, '')}`;
}

/** An absolute path: `name` seen from `directory`, with `.` and `..` taken out. */
export function resolvePath(directory: string, name: string): string {
  const parts: string[] = [];
  for (const part of (name.startsWith('/') ? name : `${directory}/${name}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
