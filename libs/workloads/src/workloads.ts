import { invariant, rfc3339 } from '@podlab/kernel';
import type { Component, ComponentContext } from '@podlab/client';
import type { Network, SocketHandler } from '@podlab/netstack';
import { createWorkloadsState } from './container';
import type {
  ContainerStart,
  ContainerState,
  ExecState,
  LogEntry,
  ProcessState,
  WorkloadsState,
} from './container';
import { addLine, readLog, writeLog } from './container-log';
import type { LogOptions } from './container-log';
import { FileSystem } from './file-system';
import type { FileTree } from './file-system';
import { imageFiles } from './image-content';
import type { Image, ImageResolution } from './images/image';
import { ImageRegistry } from './images/resolve';
import type { ImageSettings } from './images/resolve';
import { silentNetworkClient } from './silent-network-client';
import type { NetworkClient } from './network-client';
import { originOf, ProcessHost } from './process-host';
import type { ProcessRuntime } from './process-host';
import { BANNER_MARK } from './servers/banners';
import { createBehaviours } from './servers/behaviours';
import type { ServerBehaviour, ServerContext, ServerKind, ServerState } from './servers/server';
import { createSocketHandler } from './socket-handler';
import type { ListenerData } from './socket-handler';
import { compileScript, compileWords } from './shell/compile';
import type { Wait } from './shell/host';
import { ShellMachine } from './shell/machine';
import type { ShellOutcome } from './shell/machine';
import type { Program } from './shell/program';
import { createShellState, sourceWords, wordsSource } from './shell/state';
import type { ShellState } from './shell/state';
import { parseShellCall } from './shell-words';

export interface WorkloadsOptions {
  readonly network: Network;
  readonly images?: ImageSettings;
}

/** Who wants to know what happens in containers. */
export interface WorkloadsListener {
  /** The main process has ended; called while the world changes, so only note it. */
  exited?(containerId: string): void;
  execDone?(execId: number): void;
  /** Files, servers or memory changed by something that does not come again for ever. */
  changed?(containerId: string): void;
}

/** Name of the handler of all simulated servers but CoreDNS. */
export const WORKLOADS_HANDLER = 'workloads';
/** Name of the handler that answers for a container of CoreDNS. */
export const COREDNS_HANDLER = 'coredns';

/** Shell steps that a container may take in one instant; then it waits {@link THROTTLED_MS}. */
const STEPS_PER_INSTANT = 5_000;
const THROTTLED_MS = 1_000;
/** Shell steps that one `exec` may take without standing still. */
export const EXEC_STEPS_LIMIT = 50_000;
/** A sleep that long keeps a container alive; nobody waits for its end. */
const KEEP_ALIVE_MS = 300_000;
/** How often a script sleeps at one place before that counts as a loop. */
const LOOP_REPEATS = 3;
/** Characters of output that an exec keeps. */
const EXEC_OUTPUT_LIMIT_CHARACTERS = 1_048_576;
/** Processes of one container. */
const PROCESS_LIMIT = 64;
/** Finished execs that are kept for their result. */
const EXEC_KEPT = 100;
const PROGRAM_CACHE_LIMIT = 200;

const NO_FILES: Readonly<Record<string, string>> = Object.freeze({});

/** All running containers of a cluster. Its state is plain data; sockets lead back here through the listener's data. */
export class Workloads implements Component, ProcessRuntime {
  readonly name: string;
  readonly registry: ImageRegistry;
  readonly socketHandler: SocketHandler;
  /** How commands reach the network; the composition sets one whose requests are traced. */
  network: NetworkClient = silentNetworkClient;
  listener: WorkloadsListener = {};

  private readonly state: WorkloadsState;
  private readonly net: Network;
  private readonly behaviours: Readonly<Record<ServerKind, ServerBehaviour>> = createBehaviours();
  private readonly programs = new Map<string, Program>();
  /** Ends asked for by servers while they answer, done once the answer is sent. */
  private stopping: { container: ContainerState; pid: number; status: number }[] = [];
  /** True while an entry that comes again for ever is handled. */
  private recurring = false;

  constructor(
    private readonly context: ComponentContext,
    options: WorkloadsOptions,
  ) {
    this.name = context.name;
    this.net = options.network;
    this.registry = new ImageRegistry(options.images);
    this.state = context.state('containers', createWorkloadsState);
    this.socketHandler = createSocketHandler(this.behaviours, (listener, sockets) =>
      this.findServer(listener, sockets),
    );
  }

  now(): number {
    return this.context.now();
  }

  /** What an image name stands for, as a registry would answer. */
  resolveImage(name: string): ImageResolution {
    return this.registry.resolve(name);
  }

  /** Starts a container; the message is the runtime's when its command cannot be executed. */
  startContainer(start: ContainerStart): { readonly error?: string } {
    invariant(!this.state.containers.has(start.id), `container ${start.id} is there`);
    const { serviceEnvironment, ...kept } = start;
    const container: ContainerState = {
      start: kept,
      ...(serviceEnvironment ? { serviceEnvironment: this.shareEnvironment(serviceEnvironment) } : {}),
      startedAt: this.now(),
      processes: new Map(),
      nextPid: 1,
      servers: new Map(),
      nextServer: 1,
      files: new Map(),
      log: [],
      logBytes: 0,
      partial: { stdout: '', stderr: '' },
    };
    const image = this.imageOf(container);
    const words = this.mainWords(start, image);
    const error = this.startError(container, words);
    if (error !== undefined) {
      this.releaseEnvironment(container);
      return { error };
    }
    this.state.containers.set(start.id, container);
    this.run(container, this.addProcess(container, 0, words, undefined), STEPS_PER_INSTANT);
    return {};
  }

  /** SIGTERM to the main process. */
  terminateContainer(containerId: string): void {
    const container = this.running(containerId);
    if (container) this.kill(container, 1, 'TERM');
  }

  /** SIGKILL to the main process. */
  killContainer(containerId: string, status = 137): void {
    const container = this.running(containerId);
    if (container) this.finishContainer(container, status);
  }

  /** Forgets a container and its log. */
  removeContainer(containerId: string): void {
    const container = this.state.containers.get(containerId);
    if (!container) return;
    this.finishContainer(container, 137);
    this.releaseEnvironment(container);
    this.state.containers.delete(containerId);
  }

  /** Puts the files of a pod's volume; undefined makes an empty one that containers write to. */
  setVolume(podUid: string, name: string, files?: Readonly<Record<string, string>>): void {
    const key = `${podUid}/${name}`;
    if (!files && this.state.volumes.has(key)) return;
    const tree: FileTree = new Map(
      Object.entries(files ?? {}).map(([path, text]) => [path.startsWith('/') ? path : `/${path}`, text]),
    );
    this.state.volumes.set(key, tree);
  }

  /** Forgets the volumes of a pod. */
  removeVolumes(podUid: string): void {
    for (const key of this.state.volumes.keys())
      if (key.startsWith(`${podUid}/`)) this.state.volumes.delete(key);
  }

  /** How a container stands: its exit status once it has ended. */
  containerStatus(
    containerId: string,
  ): { readonly startedAt: number; readonly finishedAt?: number; readonly exitCode?: number } | undefined {
    const container = this.state.containers.get(containerId);
    if (!container) return undefined;
    const { startedAt, finishedAt, exitCode } = container;
    return { startedAt, ...(finishedAt === undefined ? {} : { finishedAt, exitCode: exitCode as number }) };
  }

  logs(containerId: string, options: LogOptions = {}): LogEntry[] {
    const container = this.state.containers.get(containerId);
    return container ? readLog(container, options) : [];
  }

  /** The text of a file in a container, for termination messages. */
  readFile(containerId: string, path: string): string | undefined {
    const container = this.state.containers.get(containerId);
    return container && this.files(container).read(path);
  }

  /** Runs a command in a running container; its state is in {@link execState} at once when it did not stand still. */
  exec(containerId: string, words: readonly string[], stdin = ''): number | { readonly error: string } {
    const container = this.running(containerId);
    if (!container) return { error: 'container not running' };
    if (container.processes.size >= PROCESS_LIMIT)
      return { error: `container_processes is limited to ${PROCESS_LIMIT}` };
    const missing = this.startError(container, words);
    if (missing !== undefined) {
      return {
        error: missing.replace(
          /^.*runc create failed: unable to start container process: error during container init: /,
          'OCI runtime exec failed: exec failed: unable to start container process: ',
        ),
      };
    }
    const exec: ExecState = {
      id: this.state.nextExec++,
      containerId,
      pid: container.nextPid,
      stdout: '',
      stderr: '',
    };
    this.state.execs.set(exec.id, exec);
    this.run(container, this.addProcess(container, 0, words, exec.id, stdin), EXEC_STEPS_LIMIT);
    this.dropOldExecs();
    return exec.id;
  }

  execState(execId: number): Readonly<ExecState> | undefined {
    return this.state.execs.get(execId);
  }

  /** Kills what an exec runs (a time-out) and forgets it. */
  endExec(execId: number): void {
    const exec = this.state.execs.get(execId);
    this.state.execs.delete(execId);
    const container = exec && this.running(exec.containerId);
    const process = container?.processes.get(exec?.pid ?? -1);
    if (container && process && process.exec === execId && process.status === undefined)
      this.endProcess(container, process, 137);
  }

  handle(kind: string, args: readonly (string | number | boolean | null)[]): void {
    invariant(kind === 'wake', `workloads know no entry ${kind}`);
    const container = this.state.containers.get(String(args[0]));
    const process = container?.processes.get(Number(args[1]));
    if (!container || !process?.wait) return;
    const { on, entry } = process.wait;
    process.wait = undefined;
    this.recurring = entry?.periodic ?? false;
    if (on.kind === 'time') this.resume(container, process, on.status, on.stdout, on.stderr);
    this.recurring = false;
  }

  // What processes ask for.

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
    if (process.exec === undefined) writeLog(container, stream, text, this.now());
    else if (exec && exec[stream].length < EXEC_OUTPUT_LIMIT_CHARACTERS) exec[stream] += text;
  }

  spawn(container: ContainerState, process: ProcessState, state: ShellState): number {
    if (container.processes.size >= PROCESS_LIMIT) {
      this.output(
        container,
        process,
        'stderr',
        `${state.name}: can't fork: container_processes is limited to ${PROCESS_LIMIT}\n`,
      );
      return 0;
    }
    const copy = copyShell(state);
    const child: ProcessState = {
      pid: container.nextPid++,
      parent: process.pid,
      words: process.words,
      shell: copy,
      repeats: 0,
      sleptAt: '',
      ...(process.exec === undefined ? {} : { exec: process.exec }),
    };
    container.processes.set(child.pid, child);
    this.run(container, child, STEPS_PER_INSTANT);
    return child.pid;
  }

  /** Delivers a signal as Linux does: process 1 ignores what it has no handler for. */
  kill(container: ContainerState, pid: number, signal: string): boolean {
    const process = container.processes.get(pid);
    if (!process || process.status !== undefined) return false;
    if (signal === 'KILL') {
      this.endProcess(container, process, 137);
      return true;
    }
    if (signal === '0' || signal === 'EXIT') return true;
    const waiting = process.wait?.on;
    if (waiting?.kind === 'server') {
      const server = container.servers.get(waiting.server);
      const status =
        server && (signal === 'TERM' || signal === 'INT' || signal === 'QUIT')
          ? this.behaviours[server.kind].onTerminate
          : undefined;
      if (status !== undefined && (!process.shell || process.shell.replaced)) {
        this.endProcess(container, process, status);
        return true;
      }
    }
    if (process.shell && !process.shell.replaced && process.shell.traps.has(signal)) {
      process.shell.pendingSignals.push(signal);
      if (waiting?.kind === 'children') this.wakeNow(container, process, 143);
      return true;
    }
    if (pid !== 1) this.endProcess(container, process, signal === 'INT' ? 130 : 143);
    return true;
  }

  serve: ProcessRuntime['serve'] = (container, process, kind, settings, listens) => {
    const server: ServerState = {
      id: container.nextServer++,
      pid: process.pid,
      kind,
      settings,
      listeners: [],
      memory: new Map(),
    };
    const data: ListenerData = { container: container.start.id, server: server.id };
    for (const { port, protocol = 'TCP', address } of listens) {
      const handler = kind === 'coredns' ? COREDNS_HANDLER : WORKLOADS_HANDLER;
      const opened = this.net.listen(container.start.networkNamespace, {
        protocol,
        port,
        address,
        handler,
        data,
      });
      if (!opened.listener) {
        for (const { id } of server.listeners) this.net.closeListener(id);
        return { taken: port };
      }
      (server.listeners as { id: number; port: number; protocol: string }[]).push({
        id: opened.listener.id,
        port,
        protocol,
      });
    }
    container.servers.set(server.id, server);
    return { kind: 'server', server: server.id };
  };

  banner(container: ContainerState, name: string): void {
    addLine(container, { at: this.now(), stream: 'stdout', text: `${BANNER_MARK}${name}` });
  }

  // Processes.

  private mainWords(start: ContainerStart, image: Image): string[] {
    const { entrypoint, command } = image.definition;
    const first = start.command?.length ? start.command : entrypoint;
    const rest = start.args?.length ? start.args : start.command?.length ? [] : command;
    return [...first, ...rest];
  }

  /** Why the words cannot be executed at all, in the runtime's words. */
  private startError(container: ContainerState, words: readonly string[]): string | undefined {
    const [name] = words;
    const prefix =
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ';
    if (name === undefined)
      return `failed to generate container "${container.start.id}" spec: failed to generate spec: no command specified`;
    const image = this.imageOf(container);
    const host = this.host(container, { pid: 0, parent: 0, words, repeats: 0, sleptAt: '' }, image);
    if (host.canExecute(words)) return undefined;
    const reason = name.includes('/')
      ? `stat ${name}: no such file or directory`
      : 'executable file not found in $PATH';
    return `${prefix}exec: "${name}": ${reason}`;
  }

  private addProcess(
    container: ContainerState,
    parent: number,
    words: readonly string[],
    exec: number | undefined,
    stdin = '',
  ): ProcessState {
    const image = this.imageOf(container);
    const process: ProcessState = {
      pid: container.nextPid++,
      parent,
      words: [...words],
      repeats: 0,
      sleptAt: '',
      ...(exec === undefined ? {} : { exec }),
    };
    const script = this.host(container, process, image).shellCall(words);
    const directory = container.start.workingDirectory ?? image.definition.workingDirectory ?? '/';
    const reading =
      script && parseShellCall(words).script === undefined && script.script === '' ? stdin : undefined;
    process.shell = createShellState({
      source: script ? (reading ?? script.script) : wordsSource(words),
      name: script?.name ?? words[0],
      positional: script?.positional ?? [],
      directory,
      stdin: reading === undefined ? stdin : '',
      ...(script ? { errexit: script.errexit, xtrace: script.xtrace } : {}),
    });
    container.processes.set(process.pid, process);
    return process;
  }

  private host(container: ContainerState, process: ProcessState, image: Image): ProcessHost {
    return new ProcessHost(this, container, process, image, this.files(container));
  }

  private run(container: ContainerState, process: ProcessState, budget: number): void {
    const machine = this.machine(container, process);
    if (machine) this.settle(container, process, machine, machine.run(budget));
  }

  private machine(container: ContainerState, process: ProcessState): ShellMachine | undefined {
    return (
      process.shell && new ShellMachine(process.shell, this.host(container, process, this.imageOf(container)))
    );
  }

  private resume(
    container: ContainerState,
    process: ProcessState,
    status: number,
    stdout?: string,
    stderr?: string,
  ): void {
    const machine = this.machine(container, process);
    if (!machine) {
      this.endProcess(container, process, status);
      return;
    }
    const outcome = machine.state.blocked ? machine.resume(status, stdout, stderr) : undefined;
    this.settle(container, process, machine, outcome ?? machine.run(STEPS_PER_INSTANT));
  }

  /** Takes note of how a run of a process ended; waits of no time go on at once. */
  private settle(
    container: ContainerState,
    process: ProcessState,
    machine: ShellMachine,
    first: ShellOutcome,
  ): void {
    let outcome = first;
    for (let turns = 0; container.finishedAt === undefined && process.status === undefined; turns++) {
      if (outcome.kind === 'exited') {
        this.endProcess(container, process, outcome.status);
        return;
      }
      if (outcome.kind === 'budget') {
        this.throttle(container, process);
        return;
      }
      const instant = outcome.wait.kind === 'time' && outcome.wait.ms === 0 && turns < EXEC_STEPS_LIMIT;
      if (!instant || outcome.wait.kind !== 'time') {
        this.wait(container, process, outcome.wait);
        return;
      }
      const { status, stdout, stderr } = outcome.wait;
      outcome = machine.resume(status, stdout, stderr) ?? machine.run(EXEC_STEPS_LIMIT);
    }
  }

  private throttle(container: ContainerState, process: ProcessState): void {
    if (process.exec !== undefined) {
      this.output(container, process, 'stderr', `shell_steps is limited to ${EXEC_STEPS_LIMIT}\n`);
      this.endProcess(container, process, 137);
      return;
    }
    const entry = this.context.schedule(THROTTLED_MS, 'wake', [container.start.id, process.pid], {
      periodic: true,
    });
    process.wait = { on: { kind: 'time', ms: THROTTLED_MS, status: 0 }, entry };
  }

  private wait(container: ContainerState, process: ProcessState, wait: Wait): void {
    if (wait.kind !== 'time') {
      process.wait = { on: wait };
      if (wait.kind === 'server' && process.shell?.replaced && process.exec === undefined)
        process.shell = undefined;
      if (!this.recurring) this.listener.changed?.(container.start.id);
      return;
    }
    const place = process.shell ? `${process.shell.source}:${process.shell.counter}` : '';
    process.repeats = place === process.sleptAt ? process.repeats + 1 : 0;
    process.sleptAt = place;
    const periodic = wait.ms >= KEEP_ALIVE_MS || process.repeats >= LOOP_REPEATS;
    const entry = this.context.schedule(wait.ms, 'wake', [container.start.id, process.pid], { periodic });
    process.wait = { on: wait, entry };
  }

  /** Ends a wait before its time. */
  private wakeNow(container: ContainerState, process: ProcessState, status: number): void {
    this.cancelWait(process);
    this.resume(container, process, status);
  }

  private cancelWait(process: ProcessState): void {
    if (process.wait?.entry) this.context.cancel(process.wait.entry);
    process.wait = undefined;
  }

  private endProcess(container: ContainerState, process: ProcessState, status: number): void {
    if (process.status !== undefined) return;
    this.cancelWait(process);
    process.status = status;
    process.shell = undefined;
    for (const server of [...container.servers.values()])
      if (server.pid === process.pid) this.closeServer(container, server);
    if (process.pid === 1) {
      this.finishContainer(container, status);
      return;
    }
    if (process.exec !== undefined && this.state.execs.get(process.exec)?.pid === process.pid) {
      this.finishExec(container, process.exec, status);
      return;
    }
    this.tellParent(container, process);
  }

  private tellParent(container: ContainerState, child: ProcessState): void {
    const parent = container.processes.get(child.parent);
    if (!parent || parent.status !== undefined) {
      container.processes.delete(child.pid);
      return;
    }
    const waiting = parent.wait?.on;
    if (waiting?.kind !== 'children') return;
    const status = this.host(container, parent, this.imageOf(container)).childStatus(waiting.pid);
    if (status === undefined) return;
    for (const [pid, process] of container.processes)
      if (process.parent === parent.pid && process.status !== undefined) container.processes.delete(pid);
    this.wakeNow(container, parent, status);
  }

  private finishExec(container: ContainerState, execId: number, status: number): void {
    const exec = this.state.execs.get(execId);
    for (const process of [...container.processes.values()]) {
      if (process.exec !== execId) continue;
      this.cancelWait(process);
      for (const server of [...container.servers.values()])
        if (server.pid === process.pid) this.closeServer(container, server);
      container.processes.delete(process.pid);
    }
    if (!exec) return;
    exec.exitCode = status;
    this.listener.execDone?.(execId);
  }

  private finishContainer(container: ContainerState, status: number): void {
    if (container.finishedAt !== undefined) return;
    container.finishedAt = this.now();
    container.exitCode = status;
    for (const server of [...container.servers.values()]) this.closeServer(container, server);
    for (const process of container.processes.values()) this.cancelWait(process);
    const execs = [...this.state.execs.values()].filter(
      (exec) => exec.containerId === container.start.id && exec.exitCode === undefined,
    );
    container.processes.clear();
    for (const exec of execs) {
      exec.exitCode = 137;
      this.listener.execDone?.(exec.id);
    }
    this.listener.exited?.(container.start.id);
  }

  private closeServer(container: ContainerState, server: ServerState): void {
    container.servers.delete(server.id);
    for (const { id } of server.listeners) this.net.closeListener(id);
  }

  private dropOldExecs(): void {
    for (const [id, exec] of this.state.execs) {
      if (this.state.execs.size <= EXEC_KEPT) return;
      if (exec.exitCode !== undefined) this.state.execs.delete(id);
    }
  }

  // Containers.

  private running(containerId: string): ContainerState | undefined {
    const container = this.state.containers.get(containerId);
    return container?.finishedAt === undefined ? container : undefined;
  }

  private imageOf(container: ContainerState): Image {
    const resolution = this.registry.resolve(container.start.image);
    invariant(resolution.kind === 'Image', `image ${container.start.image} is not pulled`);
    return resolution.image;
  }

  private files(container: ContainerState): FileSystem {
    const image = this.imageOf(container);
    const { start } = container;
    return new FileSystem({
      bases: [start.files, imageFiles(image)],
      own: container.files,
      mounts: start.mounts,
      volume: (name) => this.state.volumes.get(`${start.podUid}/${name}`),
      changed: (volume) => this.fileChanged(container, volume),
    });
  }

  /** Prints what was added to a file that `tail -f` follows, in every container that sees it. */
  private fileChanged(container: ContainerState, volume: string | undefined): void {
    for (const other of this.state.containers.values()) {
      if (other.finishedAt !== undefined || other.start.podUid !== container.start.podUid) continue;
      if (volume === undefined && other !== container) continue;
      for (const process of other.processes.values()) this.follow(other, process);
    }
    if (!this.recurring) this.listener.changed?.(container.start.id);
  }

  private follow(container: ContainerState, process: ProcessState): void {
    const on = process.wait?.on;
    if (on?.kind !== 'follow' || !process.wait) return;
    const text = this.files(container).read(on.path) ?? '';
    if (text.length > on.at) this.output(container, process, 'stdout', text.slice(on.at));
    process.wait = { ...process.wait, on: { ...on, at: text.length } };
  }

  private shareEnvironment(shared: NonNullable<ContainerStart['serviceEnvironment']>): string {
    const known = this.state.environments.get(shared.id);
    if (known) known.users++;
    else this.state.environments.set(shared.id, { variables: Object.freeze(shared.variables), users: 1 });
    return shared.id;
  }

  private releaseEnvironment(container: ContainerState): void {
    const id = container.serviceEnvironment;
    const shared = id === undefined ? undefined : this.state.environments.get(id);
    if (id === undefined || !shared) return;
    if (--shared.users === 0) this.state.environments.delete(id);
  }

  private sharedVariables(container: ContainerState): Readonly<Record<string, string>> {
    const id = container.serviceEnvironment;
    return (id === undefined ? undefined : this.state.environments.get(id)?.variables) ?? NO_FILES;
  }

  // Servers.

  private findServer: Parameters<typeof createSocketHandler>[1] = (listener, sockets) => {
    const container = this.running(listener.container);
    const server = container?.servers.get(listener.server);
    if (!container || !server) return undefined;
    return { context: this.serverContext(container, server, sockets), finish: () => this.stopRequested() };
  };

  private serverContext(
    container: ContainerState,
    server: ServerState,
    sockets: Parameters<Parameters<typeof createSocketHandler>[1]>[1],
  ): ServerContext {
    const { start } = container;
    const image = this.imageOf(container);
    const runtime = this;
    return {
      server,
      hostname: start.hostname,
      podName: start.podName,
      namespace: start.namespace,
      node: start.node,
      podIp: start.podIp,
      version: image.version,
      startedAt: container.startedAt,
      ...sockets,
      get files() {
        return runtime.files(container);
      },
      network: this.network,
      get origin() {
        return originOf(container, true);
      },
      now: () => this.now(),
      timestamp: () => rfc3339(this.now()),
      variable: (name) => this.variable(container, image, name),
      environment: () =>
        this.variableNames(container, image).map((name) => [
          name,
          this.variable(container, image, name) ?? '',
        ]),
      log: (stream, text) => addLine(container, { at: this.now(), stream, text }),
      stop: (status) => this.stopping.push({ container, pid: server.pid, status }),
      shell: (line) => this.shellOutput(container, line),
    };
  }

  private stopRequested(): void {
    if (this.stopping.length === 0) return;
    const asked = this.stopping;
    this.stopping = [];
    for (const { container, pid, status } of asked) {
      const process = container.processes.get(pid);
      if (!process || process.status !== undefined) continue;
      if (process.shell && !process.shell.replaced) this.endServerOf(container, process, status);
      else this.endProcess(container, process, status);
    }
  }

  /** A server in the foreground of a script has ended: the script goes on. */
  private endServerOf(container: ContainerState, process: ProcessState, status: number): void {
    const waiting = process.wait?.on;
    const server = waiting?.kind === 'server' ? container.servers.get(waiting.server) : undefined;
    if (server) this.closeServer(container, server);
    this.wakeNow(container, process, status);
  }

  private shellOutput(container: ContainerState, line: string): string {
    const id = this.exec(container.start.id, ['sh', '-c', line]);
    if (typeof id !== 'number') return '';
    const output = this.execState(id)?.stdout ?? '';
    this.endExec(id);
    return output;
  }
}

/** A child's own shell, which runs on from where its parent stands and ends there. */
function copyShell(state: ShellState): ShellState {
  return {
    ...state,
    sources: [...state.sources],
    frames: [],
    captures: [...state.captures],
    variables: new Map(state.variables),
    exported: new Set(state.exported),
    functions: new Map(state.functions),
    positional: [...state.positional],
    descriptors: [...state.descriptors],
    streams: new Map([...state.streams].map(([id, stream]) => [id, { ...stream }])),
    traps: new Map(),
    pendingSignals: [],
    blocked: undefined,
  };
}
