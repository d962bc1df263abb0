import type { Listener, Network } from '@podlab/netstack';
import type { CommandSystem, ProcessLine } from './commands/command';
import type { ContainerState, ProcessState } from './container';
import { baseName, resolvePath } from './file-system';
import type { FileSystem } from './file-system';
import { findCommand, findProgram, genericProgram, isShell, unwrap } from './image-content';
import type { Image } from './images/image';
import { curlVersionOf, libcOf, userlandOf } from './images/tools';
import { userOf } from './images/users';
import type { Origin } from './network-client';
import type { Launch, ListenRequest } from './servers/program';
import type { ServerKind, ServerSettings } from './servers/server';
import { parseShellCall } from './shell-words';
import type { CommandContext, CommandOutcome, ShellHost, ShellScript, Wait } from './shell/host';
import type { Program } from './shell/program';
import type { ShellState } from './shell/state';
import type { NetworkClient } from './network-client';

/** What a process may ask of the runtime that keeps it. */
export interface ProcessRuntime {
  now(): number;
  readonly network: NetworkClient;
  program(source: string): Program;
  variable(container: ContainerState, image: Image, name: string): string | undefined;
  variableNames(container: ContainerState, image: Image): readonly string[];
  output(container: ContainerState, process: ProcessState, stream: 'stdout' | 'stderr', text: string): void;
  spawn(container: ContainerState, process: ProcessState, state: ShellState): number;
  kill(container: ContainerState, pid: number, signal: string): boolean;
  serve(
    container: ContainerState,
    process: ProcessState,
    kind: ServerKind,
    settings: ServerSettings,
    listens: readonly ListenRequest[],
  ): Wait | { readonly taken: number };
  banner(container: ContainerState, name: string): void;
  readonly stack: Network;
  spend(characters: number): void;
  takeWork(): number;
  /** The process behind a listening socket. */
  ownerOf(container: ContainerState, listener: Listener): { name: string; pid: number } | undefined;
  /** All that a process of the container sees running, in the order of its numbers. */
  processesSeenBy(container: ContainerState): readonly ProcessLine[];
  isTraced(exec: number): boolean;
}

/** The container as one of its processes sees it. */
export class ProcessHost implements ShellHost {
  constructor(
    private readonly runtime: ProcessRuntime,
    private readonly container: ContainerState,
    private readonly process: ProcessState,
    private readonly image: Image,
    readonly files: FileSystem,
  ) {}

  get pid(): number {
    return this.process.pid;
  }

  variable(name: string): string | undefined {
    return this.runtime.variable(this.container, this.image, name);
  }

  variableNames(): readonly string[] {
    return this.runtime.variableNames(this.container, this.image);
  }

  program(source: string): Program {
    return this.runtime.program(source);
  }

  spend(characters: number): void {
    this.runtime.spend(characters);
  }

  takeWork(): number {
    return this.runtime.takeWork();
  }

  output(stream: 'stdout' | 'stderr', text: string): void {
    this.runtime.output(this.container, this.process, stream, text);
  }

  spawn(state: ShellState): number {
    return this.runtime.spawn(this.container, this.process, state);
  }

  childStatus(pid: number | undefined): number | undefined {
    const children = [...this.container.processes.values()].filter(
      (child) => child.parent === this.process.pid,
    );
    if (pid !== undefined) {
      const child = children.find((item) => item.pid === pid);
      return child ? child.status : 127;
    }
    return children.some((child) => child.status === undefined) ? undefined : 0;
  }

  hasCommand(name: string): boolean {
    return (
      findCommand(this.image, name) !== undefined ||
      findProgram(this.image, name, []) !== undefined ||
      isShell(this.image, name)
    );
  }

  shellCall(given: readonly string[]): ShellScript | undefined {
    const words = unwrap(this.image, given);
    const [first = ''] = words;
    const directory = this.image.definition.workingDirectory ?? '/';
    if (isShell(this.image, baseName(first))) {
      const call = parseShellCall(words);
      const script =
        call.script ?? (call.file === undefined ? '' : this.files.read(resolvePath(directory, call.file)));
      return {
        ...call,
        script: script ?? `echo "${first}: can't open '${call.file}': No such file or directory" >&2; exit 2`,
      };
    }
    if (!first.includes('/') || !this.image.definition.shell) return undefined;
    const text = this.files.read(resolvePath(directory, first));
    return text?.startsWith('#!')
      ? {
          script: text,
          name: first,
          positional: words.slice(1),
          errexit: /^#!.*sh -e/.test(text),
          xtrace: false,
        }
      : undefined;
  }

  /** Whether the runtime finds something to execute for these words. */
  canExecute(given: readonly string[]): boolean {
    if (this.shellCall(given)) return true;
    const [first = ''] = unwrap(this.image, given);
    const name = baseName(first);
    if (!this.image.known) return true;
    if (first.includes('/') && !/^\/(usr\/(local\/)?)?s?bin\//.test(first) && !this.isOwn(first))
      return false;
    return (
      findProgram(this.image, name, given.slice(1)) !== undefined ||
      findCommand(this.image, name) !== undefined
    );
  }

  command(context: CommandContext): CommandOutcome | undefined {
    const words = unwrap(this.image, [context.name, ...context.arguments]);
    const [first = ''] = words;
    if (
      first.includes('/') &&
      !/^\/(usr\/(local\/)?)?s?bin\//.test(first) &&
      !this.isOwn(first) &&
      this.image.known
    )
      return undefined;
    const name = baseName(first);
    const seen: CommandContext = { ...context, name, arguments: words.slice(1) };
    const program = findProgram(this.image, name, seen.arguments);
    if (program) return program(seen, this.launch());
    const command = findCommand(this.image, name);
    if (command) return command(seen, this.system());
    return this.image.known ? undefined : genericProgram()({ ...seen, arguments: [] }, this.launch());
  }

  private isOwn(path: string): boolean {
    const { entrypoint, command } = this.image.definition;
    return entrypoint[0] === path || command[0] === path;
  }

  private launch(): Launch {
    return {
      image: this.image,
      start: this.container.start,
      system: this.system(),
      version: this.image.version,
      serve: (kind, settings, listens) =>
        this.runtime.serve(this.container, this.process, kind, settings, listens),
      banner: (name) => this.runtime.banner(this.container, `${name}/${this.image.version}`),
    };
  }

  /** Where a request of this process comes from. */
  private origin(): Origin {
    const { exec } = this.process;
    const origin = originOf(this.container, exec !== undefined);
    return exec !== undefined && this.runtime.isTraced(exec) ? { ...origin, exec } : origin;
  }

  system(): CommandSystem {
    const { runtime, container } = this;
    return {
      now: () => runtime.now(),
      hostname: container.start.hostname,
      network: runtime.network,
      stack: runtime.stack,
      origin: this.origin(),
      netAdmin: container.start.netAdmin ?? false,
      user: container.start.user ?? userOf(this.image),
      userland: userlandOf(this.image),
      libc: libcOf(this.image),
      curlVersion: curlVersionOf(this.image),
      ownerOf: (listener) => runtime.ownerOf(container, listener),
      processes: runtime.processesSeenBy(container),
      hasCommand: (name) => findCommand(this.image, name) !== undefined,
      kill: (pid, signal) => runtime.kill(container, pid, signal),
      run: (words, context) => this.command({ ...context, name: words[0], arguments: words.slice(1) }),
    };
  }
}

/** Where requests of a container come from. */
export function originOf(container: ContainerState, interactive: boolean): Origin {
  const { start } = container;
  return {
    containerId: start.id,
    podUid: start.podUid,
    namespace: start.networkNamespace,
    resolverConfiguration: start.files['/etc/resolv.conf'] ?? '',
    hosts: start.files['/etc/hosts'] ?? '',
    interactive,
  };
}
