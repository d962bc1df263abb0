import { invariant } from '@podlab/kernel';
import type { Component, ComponentContext } from '@podlab/client';
import type { Network, SocketHandler } from '@podlab/netstack';
import type { ContainerStart, ContainerState, ExecState, LogEntry } from './container';
import { ContainerFiles } from './container-files';
import { readLog } from './container-log';
import type { LogOptions } from './container-log';
import {
  ContainerProcesses,
  EXEC_STEPS_LIMIT,
  PROCESS_LIMIT,
  STEPS_PER_INSTANT,
} from './container-processes';
import { ContainerServers } from './container-servers';
import { ContainerStore } from './container-store';
import { usageOf, type ContainerUsage } from './container-usage';
import type {
  ExecListener,
  HostFiles,
  OutputListener,
  VolumeFiles,
  WorkloadsListener,
} from './container-store';
import type { ImageResolution } from './images/image';
import { ImageRegistry } from './images/resolve';
import type { ImageSettings } from './images/resolve';
import { silentNetworkClient } from './silent-network-client';
import type { NetworkClient } from './network-client';
import type { OpenInput } from './shell/state';
import { ProcessNamespaces } from './process-namespaces';
import { holdsFiles, projectedTree } from './projected-volume';
import { createBehaviours } from './servers/behaviours';
import { IngressObjects } from './servers/ingress-nginx-objects';
import { IngressStatus, runningControllers } from './servers/ingress-nginx-status';
import { createSocketHandler } from './socket-handler';

export interface WorkloadsOptions {
  readonly network: Network;
  readonly images?: ImageSettings;
  /** Instead of one of its own by `images`: of a cluster with the same settings, for what it knows already. */
  readonly registry?: ImageRegistry;
}

export interface ExecOptions {
  readonly stdin?: string;
  /** More input may come, by `feedExec`. */
  readonly open?: OpenInput;
  /** Somebody wants to see what it sends, and calls it so. */
  readonly traced?: string;
}

/** Finished execs that are kept for their result. */
const EXEC_KEPT = 100;

/** All running containers of a cluster. Its state is plain data; sockets lead back here through the listener's data. */
export class Workloads implements Component {
  readonly name: string;
  readonly socketHandler: SocketHandler;
  /** How commands reach the network; the composition sets one whose requests are traced. */
  network: NetworkClient = silentNetworkClient;
  private readonly store: ContainerStore;
  private readonly processes: ContainerProcesses;
  readonly ingressStatus: IngressStatus;

  constructor(context: ComponentContext, options: WorkloadsOptions) {
    this.name = context.name;
    this.store = new ContainerStore(context, options.registry ?? new ImageRegistry(options.images));
    const files = new ContainerFiles(this.store, options.network, new ProcessNamespaces(this.store));
    this.store.liveFiles = files.of.bind(files);
    const objects = new IngressObjects(context.informers);
    const behaviours = createBehaviours({ network: options.network, objects });
    this.ingressStatus = new IngressStatus(context, () => runningControllers(this.store.state));
    const network = (): NetworkClient => this.network;
    this.processes = new ContainerProcesses(this.store, options.network, behaviours, network);
    options.network.captures.listener = this.noteCapture.bind(this);
    const shell = (container: ContainerState, line: string): string => this.shellOutput(container, line);
    const servers = new ContainerServers(this.store, this.processes, network, shell);
    this.socketHandler = createSocketHandler(behaviours, servers.find);
  }

  /** What the file systems of nodes show of the cluster. */
  set hostFiles(files: HostFiles) {
    this.store.hostFiles = files;
  }

  /** What volumes hold that nobody keeps. */
  set volumeFiles(files: VolumeFiles) {
    this.store.volumeFiles = files;
  }

  /** Has what a process captured printed at this instant, once the packet is through. */
  private noteCapture(capture: number): void {
    for (const container of this.store.state.containers.values()) {
      for (const process of container.processes.values()) {
        const waiting = process.wait?.on;
        if (waiting?.kind === 'capture' && waiting.capture === capture)
          this.store.context.schedule(0, 'captured', [container.start.id, process.pid, capture]);
      }
    }
  }

  /** The containers of pods on a node, in the order of their start. */
  containersOn(node: string): { readonly id: string }[] {
    return [...this.store.state.containers.values()]
      .filter(({ start }) => start.node === node && !start.host)
      .map(({ start: { id } }) => ({ id }));
  }

  /** The container that a process runs in, while it is there. */
  containerStart(containerId: string): Omit<ContainerStart, 'serviceEnvironment'> | undefined {
    return this.store.state.containers.get(containerId)?.start;
  }

  /** Who is told of ends and changes. */
  set listener(listener: WorkloadsListener) {
    this.store.listener = listener;
  }

  /** What an image name stands for, as a registry would answer. */
  resolveImage(name: string): ImageResolution {
    return this.store.registry.resolve(name);
  }

  /** Starts a container; the message is the runtime's when its command cannot be executed. */
  startContainer(start: ContainerStart): { readonly error?: string } {
    invariant(!this.store.state.containers.has(start.id), `container ${start.id} is there`);
    const { serviceEnvironment, ...kept } = start;
    const container: ContainerState = {
      start: kept,
      ...(serviceEnvironment ? { serviceEnvironment: this.store.shareEnvironment(serviceEnvironment) } : {}),
      startedAt: this.store.now(),
      processes: new Map(),
      nextPid: 1,
      servers: new Map(),
      nextServer: 1,
      files: new Map(),
      log: [],
      logBytes: 0,
      partial: { stdout: '', stderr: '' },
    };
    const image = this.store.imageOf(container);
    const words = this.processes.mainWords(start, image);
    const error = this.processes.startError(container, words);
    if (error !== undefined) {
      this.store.releaseEnvironment(container);
      return { error };
    }
    this.openHostPaths(start);
    this.store.state.containers.set(start.id, container);
    this.processes.run(
      container,
      this.processes.addProcess(container, 0, words, undefined, { open: start.stdin }),
      STEPS_PER_INSTANT,
    );
    return {};
  }

  /** A path of the node that is not there becomes a directory. */
  private openHostPaths({ node, host, mounts }: ContainerStart): void {
    const paths = mounts.flatMap(({ hostPath }) => (hostPath === undefined ? [] : [hostPath]));
    if (host || paths.length > 0) this.store.openNode(node);
    for (const path of paths) {
      const files = this.store.nodeFiles(node);
      if (!files.exists(path)) files.makeDirectory(path, true);
    }
  }

  /** SIGTERM to the main process. */
  terminateContainer(containerId: string): void {
    const container = this.store.running(containerId);
    if (container) this.processes.kill(container, 1, 'TERM');
  }

  /** SIGKILL to the main process. */
  killContainer(containerId: string, status = 137): void {
    const container = this.store.running(containerId);
    if (container) this.processes.finishContainer(container, status);
  }

  /** Forgets a container and its log. */
  removeContainer(containerId: string): void {
    const container = this.store.state.containers.get(containerId);
    if (!container) return;
    this.processes.finishContainer(container, 137);
    this.store.releaseEnvironment(container);
    this.store.state.containers.delete(containerId);
  }

  /** Makes an empty volume of a pod, which containers write to, unless it is there. */
  addVolume(podUid: string, name: string): void {
    const key = `${podUid}/${name}`;
    if (!this.store.state.volumes.has(key)) this.store.state.volumes.set(key, new Map());
  }

  /** Puts the files of a volume that the API fills; the answer says whether they are others than before. */
  projectVolume(podUid: string, name: string, files: Readonly<Record<string, string>>): boolean {
    const key = `${podUid}/${name}`;
    if (holdsFiles(this.store.state.volumes.get(key), files)) return false;
    this.store.state.volumes.set(key, projectedTree(files, this.store.now(), key));
    return true;
  }

  /** Forgets the volumes of a pod. */
  removeVolumes(podUid: string): void {
    for (const key of this.store.state.volumes.keys())
      if (key.startsWith(`${podUid}/`)) this.store.state.volumes.delete(key);
  }

  /** How a container stands: its exit status once it has ended. */
  containerStatus(
    containerId: string,
  ): { readonly startedAt: number; readonly finishedAt?: number; readonly exitCode?: number } | undefined {
    const container = this.store.state.containers.get(containerId);
    if (!container) return undefined;
    const { startedAt, finishedAt, exitCode } = container;
    return { startedAt, ...(finishedAt === undefined ? {} : { finishedAt, exitCode: exitCode as number }) };
  }

  /** What a running container was seen to use at the last look; undefined when it was too young then. */
  usage(containerId: string): ContainerUsage | undefined {
    const container = this.store.running(containerId);
    return container && usageOf(container, this.store.costsOf(container), this.store.now());
  }

  logs(containerId: string, options: LogOptions = {}): LogEntry[] {
    const container = this.store.state.containers.get(containerId);
    return container ? readLog(container, options) : [];
  }

  /** The text of a file in a container, for termination messages. */
  readFile(containerId: string, path: string): string | undefined {
    const container = this.store.state.containers.get(containerId);
    return container && this.store.files(container).read(path);
  }

  /** Runs a command in a running container; its state is in {@link execState} at once when it did not stand still. */
  exec(
    containerId: string,
    words: readonly string[],
    options: ExecOptions = {},
  ): number | { readonly error: string } {
    const { stdin = '', open, traced } = options;
    const container = this.store.running(containerId);
    if (!container) return { error: 'container not running' };
    if (container.processes.size >= PROCESS_LIMIT)
      return { error: `container_processes is limited to ${PROCESS_LIMIT}` };
    const missing = this.processes.startError(container, words);
    if (missing !== undefined) {
      return {
        error: missing.replace(
          /^.*runc create failed: unable to start container process: error during container init: /,
          'OCI runtime exec failed: exec failed: unable to start container process: ',
        ),
      };
    }
    const exec: ExecState = {
      id: this.store.state.nextExec++,
      containerId,
      pid: container.nextPid,
      stdout: '',
      stderr: '',
      steps: 0,
      ...(traced !== undefined && { traced: { name: traced, sent: 0 } }),
    };
    this.store.state.execs.set(exec.id, exec);
    this.processes.run(
      container,
      this.processes.addProcess(container, 0, words, exec.id, { stdin, open }),
      EXEC_STEPS_LIMIT,
    );
    this.dropOldExecs();
    return exec.id;
  }

  /** From now on what an exec prints is for {@link listenExec} alone. */
  streamExec(execId: number): void {
    const exec = this.store.state.execs.get(execId);
    if (exec) exec.streamed = true;
  }

  /** Streamed execs that still run. */
  streamedExecs(): number[] {
    const execs = [...this.store.state.execs.values()];
    return execs.filter(({ streamed, exitCode }) => streamed && exitCode === undefined).map(({ id }) => id);
  }

  /** Hears what a streamed exec prints; the answer stops that. */
  listenExec(execId: number, listener: ExecListener): () => void {
    this.store.execListeners.set(execId, listener);
    return () => this.store.execListeners.delete(execId);
  }

  /** Hears what a container prints from now on; the answer stops that. */
  listenOutput(containerId: string, listener: OutputListener): () => void {
    const { outputListeners } = this.store;
    const all = outputListeners.get(containerId) ?? new Set<OutputListener>();
    outputListeners.set(containerId, all.add(listener));
    return () => {
      all.delete(listener);
      if (all.size === 0) outputListeners.delete(containerId);
    };
  }

  /** Hears that a container has ended; the answer stops that. */
  listenEnd(containerId: string, listener: () => void): () => void {
    const { endListeners } = this.store;
    const all = endListeners.get(containerId) ?? new Set<() => void>();
    endListeners.set(containerId, all.add(listener));
    return () => {
      all.delete(listener);
      if (all.size === 0) endListeners.delete(containerId);
    };
  }

  /** More input for an exec, and perhaps its end. Throws LimitExceeded. */
  feedExec(execId: number, text: string, ended: boolean): void {
    const exec = this.store.state.execs.get(execId);
    if (exec) this.feed(exec.containerId, exec.pid, text, ended);
  }

  /** More input for a container's main process, and perhaps its end. Throws LimitExceeded. */
  feedContainer(containerId: string, text: string, ended: boolean): void {
    this.feed(containerId, 1, text, ended);
  }

  private feed(containerId: string, pid: number, text: string, ended: boolean): void {
    const container = this.store.running(containerId);
    const process = container?.processes.get(pid);
    if (container && process) this.processes.feed(container, process, text, ended);
  }

  /** ^C at the terminal of an exec. */
  interruptExec(execId: number): void {
    const exec = this.store.state.execs.get(execId);
    if (exec) this.interrupt(exec.containerId, exec.pid);
  }

  /** ^C at the terminal of a container. */
  interruptContainer(containerId: string): void {
    this.interrupt(containerId, 1);
  }

  private interrupt(containerId: string, pid: number): void {
    const container = this.store.running(containerId);
    const process = container?.processes.get(pid);
    if (container && process) this.processes.interrupt(container, process);
  }

  /** The name of the next request of an exec that somebody watches; undefined once it sent as many as are told. */
  nextRequest(execId: number, limit: number): string | undefined {
    const traced = this.store.state.execs.get(execId)?.traced;
    if (!traced || traced.sent >= limit) return undefined;
    return `${traced.name}-${traced.sent++}`;
  }

  execState(execId: number): Readonly<ExecState> | undefined {
    return this.store.state.execs.get(execId);
  }

  /** Kills all that an exec still runs, and forgets it. */
  endExec(execId: number): void {
    const exec = this.store.state.execs.get(execId);
    const container = exec && this.store.running(exec.containerId);
    if (container) this.processes.finishExec(container, execId, 137);
    this.store.state.execs.delete(execId);
    this.store.execListeners.delete(execId);
  }

  handle(kind: string, args: readonly (string | number | boolean | null)[]): void {
    if (kind === 'changed') {
      if (this.store.running(String(args[0]))) this.store.listener.changed?.(String(args[0]));
      return;
    }
    if (kind === 'captured') {
      const owner = this.store.running(String(args[0]));
      const capturing = owner?.processes.get(Number(args[1]));
      if (owner && capturing) this.processes.captured(owner, capturing, Number(args[2]));
      return;
    }
    invariant(kind === 'wake', `workloads know no entry ${kind}`);
    const container = this.store.state.containers.get(String(args[0]));
    const process = container?.processes.get(Number(args[1]));
    if (!container || !process?.wait) return;
    const { on, entry } = process.wait;
    process.wait = undefined;
    this.store.recurring = entry?.periodic ?? false;
    if (on.kind === 'time') this.processes.resume(container, process, on.status, on.stdout, on.stderr);
    else if (on.kind === 'again') this.processes.again(container, process, on);
    this.store.recurring = false;
  }

  private dropOldExecs(): void {
    for (const [id, exec] of this.store.state.execs) {
      if (this.store.state.execs.size <= EXEC_KEPT) return;
      if (exec.exitCode !== undefined) this.store.state.execs.delete(id);
    }
  }

  private shellOutput(container: ContainerState, line: string): string {
    const id = this.exec(container.start.id, ['sh', '-c', line]);
    if (typeof id !== 'number') return '';
    const output = this.execState(id)?.stdout ?? '';
    this.endExec(id);
    return output;
  }
}
