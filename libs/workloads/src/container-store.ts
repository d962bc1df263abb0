import { invariant, Prng, seedPrng } from '@podlab/kernel';
import type { ComponentContext } from '@podlab/client';
import { createWorkloadsState } from './container';
import type { ContainerStart, ContainerState, LogEntry, ProcessState, WorkloadsState } from './container';
import { addLine, writeLog } from './container-log';
import { ENDLESS_CHARACTERS, FileSystem, type FileTree, type LiveFiles } from './file-system';
import { imageFiles } from './image-content';
import { costsOf, type ImageCosts } from './images/costs';
import type { Image } from './images/image';
import { HOST_IMAGE } from './images/tools';
import type { ImageRegistry } from './images/resolve';
import { projectedTree } from './projected-volume';
import { BANNER_MARK, bannerLines } from './servers/banners';
import { compileScript, compileWords } from './shell/compile';
import type { Program } from './shell/program';
import { sourceWords } from './shell/state';

/** Who wants to know what happens in containers. */
export interface WorkloadsListener {
  /** The main process has ended; called while the world changes, so only note it. */
  exited?(containerId: string): void;
  execDone?(execId: number): void;
  /** Files, servers or memory changed by something that does not come again for ever. */
  changed?(containerId: string): void;
}

/** Hears what a container prints from now on: the text as it was written, and the lines of its log that are whole. */
export type OutputListener = (stream: 'stdout' | 'stderr', text: string, lines: readonly LogEntry[]) => void;

/** Hears what an exec prints. */
export type ExecListener = (stream: 'stdout' | 'stderr', text: string) => void;

/** Characters of output that an exec keeps. */
const EXEC_OUTPUT_LIMIT_CHARACTERS = 1_048_576;
const PROGRAM_CACHE_LIMIT = 200;
const CHARACTERS_PER_STEP = 500;

/** What a node's file system shows of the cluster around it. */
export interface HostFiles {
  read(node: string, path: string): string | undefined;
  paths(node: string): readonly string[];
}

/** What a volume holds by path, and since when. */
export interface LiveVolume {
  readonly files: Readonly<Record<string, string>>;
  readonly since_ms: number;
}

/** What volumes hold that is made when somebody reads it: nothing of it is kept. */
export interface VolumeFiles {
  /** Undefined for a volume whose files are kept. */
  live(start: ContainerState['start'], volume: string): LiveVolume | undefined;
}

const NO_VOLUME_FILES: VolumeFiles = Object.freeze({ live: () => undefined });
/** A node's own tree among the volumes: no pod has such a uid. */
const nodeKey = (node: string): string => `host:${node}`;

const NO_HOST_FILES: HostFiles = Object.freeze({ read: () => undefined, paths: () => [] });
const NO_FILES: Readonly<Record<string, string>> = Object.freeze({});

/** The containers as data, with what is found from them: images, files, variables, logs, compiled scripts. */
export class ContainerStore {
  readonly state: WorkloadsState;
  listener: WorkloadsListener = {};
  /** Who listens is no state: a loaded cluster has nobody who does. */
  readonly outputListeners = new Map<string, Set<OutputListener>>();
  readonly endListeners = new Map<string, Set<() => void>>();
  readonly execListeners = new Map<number, ExecListener>();
  /** True while an entry that comes again for ever is handled. */
  recurring = false;
  /** Files of a node, found when they are looked for: logs and configuration are never kept twice. */
  hostFiles: HostFiles = NO_HOST_FILES;
  volumeFiles: VolumeFiles = NO_VOLUME_FILES;
  /** What a container sees that its image and its volumes do not hold. */
  liveFiles: (container: ContainerState) => LiveFiles | undefined = () => undefined;
  /** Characters that files and streams moved since somebody asked. */
  private characters = 0;
  private readonly programs = new Map<string, Program>();
  private readonly file_systems = new WeakMap<ContainerState, FileSystem>();
  private readonly node_files = new Map<string, FileSystem>();
  private readonly costs = new WeakMap<ContainerState, ImageCosts>();

  constructor(
    readonly context: ComponentContext,
    readonly registry: ImageRegistry,
  ) {
    this.state = context.state('containers', createWorkloadsState);
  }

  spend(characters: number): void {
    this.characters += characters;
  }

  /** What was moved since the last time, in shell steps. */
  takeWork(): number {
    const steps = Math.floor(this.characters / CHARACTERS_PER_STEP);
    // What is left over is forgotten: it is no state, and must not tell a loaded cluster from one that ran on.
    this.characters = 0;
    return steps;
  }

  now(): number {
    return this.context.now();
  }

  program(source: string): Program {
    let program = this.programs.get(source);
    if (!program) {
      if (this.programs.size >= PROGRAM_CACHE_LIMIT) this.programs.clear();
      const words = sourceWords(source);
      program = words ? compileWords(words) : compileScript(source);
      this.programs.set(source, program);
    }
    return program;
  }

  variable(container: ContainerState, image: Image, name: string): string | undefined {
    const { environment, hostname } = container.start;
    if (Object.hasOwn(environment, name)) return environment[name];
    if (name === 'HOSTNAME') return hostname;
    if (name === 'HOME') return '/root';
    const shared = this.sharedVariables(container);
    if (Object.hasOwn(shared, name)) return shared[name];
    const own = image.definition.environment ?? NO_FILES;
    return Object.hasOwn(own, name) ? own[name] : undefined;
  }

  variableNames(container: ContainerState, image: Image): string[] {
    const own = Object.keys(image.definition.environment ?? NO_FILES);
    return [
      ...new Set([
        ...own,
        ...Object.keys(this.sharedVariables(container)),
        ...Object.keys(container.start.environment),
        'HOSTNAME',
        'HOME',
      ]),
    ];
  }

  output(container: ContainerState, process: ProcessState, stream: 'stdout' | 'stderr', text: string): void {
    const exec = process.exec === undefined ? undefined : this.state.execs.get(process.exec);
    if (process.exec === undefined) this.print(container, stream, text);
    else if (exec?.streamed) this.execListeners.get(exec.id)?.(stream, text);
    else if (exec && exec[stream].length < EXEC_OUTPUT_LIMIT_CHARACTERS) exec[stream] += text;
  }

  /** What the main process of a container, or what it started, prints. */
  print(container: ContainerState, stream: 'stdout' | 'stderr', text: string): void {
    const lines = writeLog(container, stream, text, this.now());
    this.tell(container, stream, text, lines);
  }

  /** A whole line of a container's log. */
  printLine(container: ContainerState, stream: 'stdout' | 'stderr', text: string): void {
    const entry = { at: this.now(), stream, text };
    addLine(container, entry);
    this.tell(container, stream, `${text}\n`, [entry]);
  }

  private tell(
    { start }: ContainerState,
    stream: 'stdout' | 'stderr',
    text: string,
    lines: readonly LogEntry[],
  ): void {
    for (const listener of this.outputListeners.get(start.id) ?? []) listener(stream, text, lines);
  }

  /** A container has ended. */
  tellEnd({ start }: ContainerState): void {
    this.listener.exited?.(start.id);
    for (const listener of [...(this.endListeners.get(start.id) ?? [])]) listener();
  }

  banner(container: ContainerState, name: string): void {
    const entry = { at: this.now(), stream: 'stdout' as const, text: `${BANNER_MARK}${name}` };
    addLine(container, entry);
    const lines = bannerLines(entry.text, entry.at).map((text) => ({ ...entry, text }));
    this.tell(container, 'stdout', lines.map(({ text }) => `${text}\n`).join(''), lines);
  }

  running(containerId: string): ContainerState | undefined {
    const container = this.state.containers.get(containerId);
    return container?.finishedAt === undefined ? container : undefined;
  }

  imageOf(container: ContainerState): Image {
    if (container.start.host) return HOST_IMAGE;
    const resolution = this.registry.resolve(container.start.image);
    invariant(resolution.kind === 'Image', `image ${container.start.image} is not pulled`);
    return resolution.image;
  }

  costsOf(container: ContainerState): ImageCosts {
    let costs = this.costs.get(container);
    if (!costs) this.costs.set(container, (costs = costsOf(this.imageOf(container).definition)));
    return costs;
  }

  files(container: ContainerState): FileSystem {
    let files = this.file_systems.get(container);
    if (!files) {
      files = this.fileSystem(container);
      this.file_systems.set(container, files);
    }
    return files;
  }

  /** Makes the place for what is written to a node; at a moment that a replay comes to as well. */
  openNode(node: string): void {
    const key = nodeKey(node);
    if (!this.state.volumes.has(key)) this.state.volumes.set(key, new Map());
  }

  /** The files of a node, which its pods see by their hostPath volumes. */
  nodeFiles(node: string): FileSystem {
    let files = this.node_files.get(node);
    if (!files) {
      files = new FileSystem({
        bases: [],
        live: {
          read: (path: string) => this.hostFiles.read(node, path),
          paths: () => this.hostFiles.paths(node),
          holds: (directory) => this.hostFiles.paths(node).some((path) => path.startsWith(directory)),
        },
        own: this.state.volumes.get(nodeKey(node)) ?? new Map(),
        mounts: [],
        volume: () => undefined,
        changed: () => undefined,
        spend: (characters) => this.spend(characters),
      });
      this.node_files.set(node, files);
    }
    return files;
  }

  /** Zeros; or what looks like chance and follows from the container and the time. Streams are text, so it is ASCII. */
  private endless(path: string, id: string): string {
    this.spend(ENDLESS_CHARACTERS);
    if (path === '/dev/zero') return '\0'.repeat(ENDLESS_CHARACTERS);
    const random = new Prng(seedPrng(id, String(this.now())));
    const codes = Array.from({ length: ENDLESS_CHARACTERS }, () => random.integer(0, 127));
    return codes.map((code) => String.fromCharCode(code)).join('');
  }

  private fileSystem(container: ContainerState): FileSystem {
    if (container.start.host) return this.nodeFiles(container.start.node);
    const image = this.imageOf(container);
    const { start } = container;
    const live = this.liveFiles(container);
    return new FileSystem({
      ...(live && { live }),
      bases: [start.files, imageFiles(image)],
      own: container.files,
      mounts: start.mounts,
      volume: (name) => this.state.volumes.get(`${start.podUid}/${name}`),
      host: () => this.nodeFiles(start.node),
      endless: (path) => this.endless(path, start.id),
      liveVolume: (name) => this.liveVolume(start, name),
      changed: (volume) => this.fileChanged(container, volume),
      spend: (characters) => this.spend(characters),
    });
  }

  private liveVolume(start: ContainerState['start'], name: string): FileTree | undefined {
    const live = this.volumeFiles.live(start, name);
    return live && projectedTree(live.files, live.since_ms, `${start.podUid}/${name}`);
  }

  /** Prints what was added to a file that `tail -f` follows, in every container that sees it. */
  fileChanged(container: ContainerState, volume: string | undefined): void {
    for (const other of this.state.containers.values()) {
      if (other.finishedAt !== undefined || other.start.podUid !== container.start.podUid) continue;
      if (volume === undefined && other !== container) continue;
      for (const process of other.processes.values()) this.follow(other, process);
    }
    if (!this.recurring) this.listener.changed?.(container.start.id);
  }

  follow(container: ContainerState, process: ProcessState): void {
    const on = process.wait?.on;
    if (on?.kind !== 'follow' || !process.wait) return;
    const text = this.files(container).read(on.path) ?? '';
    if (text.length > on.at) this.output(container, process, 'stdout', text.slice(on.at));
    process.wait = { ...process.wait, on: { ...on, at: text.length } };
  }

  shareEnvironment(shared: NonNullable<ContainerStart['serviceEnvironment']>): string {
    const known = this.state.environments.get(shared.id);
    if (known) known.users++;
    else this.state.environments.set(shared.id, { variables: Object.freeze(shared.variables), users: 1 });
    return shared.id;
  }

  releaseEnvironment(container: ContainerState): void {
    const id = container.serviceEnvironment;
    const shared = id === undefined ? undefined : this.state.environments.get(id);
    if (id === undefined || !shared) return;
    if (--shared.users === 0) this.state.environments.delete(id);
  }

  sharedVariables(container: ContainerState): Readonly<Record<string, string>> {
    const id = container.serviceEnvironment;
    return (id === undefined ? undefined : this.state.environments.get(id)?.variables) ?? NO_FILES;
  }
}
