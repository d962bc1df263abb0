import { rfc3339 } from '@podlab/kernel';
import type { ContainerState, ProcessState } from './container';
import { addLine } from './container-log';
import type { ContainerProcesses } from './container-processes';
import type { ContainerStore } from './container-store';
import type { FileSystem } from './file-system';
import type { Image } from './images/image';
import type { NetworkClient, Origin } from './network-client';
import { originOf } from './process-host';
import type { ServerContext, ServerState } from './servers/server';
import type { FindServer } from './socket-handler';

type Sockets = Parameters<FindServer>[1];

/** Finds the server behind a socket, and ends those that asked for it once their answer is sent. */
export class ContainerServers {
  private stopping: { container: ContainerState; pid: number; status: number }[] = [];

  constructor(
    private readonly store: ContainerStore,
    private readonly processes: ContainerProcesses,
    private readonly network: () => NetworkClient,
    private readonly shellOutput: (container: ContainerState, line: string) => string,
  ) {}

  find: FindServer = (listener, sockets) => {
    const container = this.store.running(listener.container);
    const server = container?.servers.get(listener.server);
    if (!container || !server) return undefined;
    const context = new RunningServer(this.store, container, server, sockets, this.network(), {
      stop: (status) => this.stopping.push({ container, pid: server.pid, status }),
      shell: (line) => this.shellOutput(container, line),
    });
    return { context, finish: () => this.stopRequested() };
  };

  private stopRequested(): void {
    if (this.stopping.length === 0) return;
    const asked = this.stopping;
    this.stopping = [];
    for (const { container, pid, status } of asked) {
      const process = container.processes.get(pid);
      if (!process || process.status !== undefined) continue;
      if (process.shell && !process.shell.replaced) this.endServerOf(container, process, status);
      else this.processes.endProcess(container, process, status);
    }
  }

  /** A server in the foreground of a script has ended: the script goes on. */
  private endServerOf(container: ContainerState, process: ProcessState, status: number): void {
    const waiting = process.wait?.on;
    const server = waiting?.kind === 'server' ? container.servers.get(waiting.server) : undefined;
    if (server) this.processes.closeServer(container, server);
    this.processes.wakeNow(container, process, status);
  }
}

/** A server's view of its container while it answers. */
class RunningServer implements ServerContext {
  readonly hostname: string;
  readonly podName: string;
  readonly namespace: string;
  readonly node: string;
  readonly podIp: string;
  readonly startedAt: number;
  readonly local: Sockets['local'];
  readonly remote: Sockets['remote'];
  readonly protocol: Sockets['protocol'];
  private readonly image: Image;

  constructor(
    private readonly store: ContainerStore,
    private readonly container: ContainerState,
    readonly server: ServerState,
    sockets: Sockets,
    readonly network: NetworkClient,
    private readonly actions: { stop(status: number): void; shell(line: string): string },
  ) {
    const { start } = container;
    this.hostname = start.hostname;
    this.podName = start.podName;
    this.namespace = start.namespace;
    this.node = start.node;
    this.podIp = start.podIp;
    this.startedAt = container.startedAt;
    this.local = sockets.local;
    this.remote = sockets.remote;
    this.protocol = sockets.protocol;
    this.image = store.imageOf(container);
  }

  get version(): string {
    return this.image.version;
  }

  get files(): FileSystem {
    return this.store.files(this.container);
  }

  get origin(): Origin {
    return originOf(this.container, true);
  }

  now(): number {
    return this.store.now();
  }

  timestamp(): string {
    return rfc3339(this.store.now());
  }

  variable(name: string): string | undefined {
    return this.store.variable(this.container, this.image, name);
  }

  environment(): [string, string][] {
    return this.store
      .variableNames(this.container, this.image)
      .map((name) => [name, this.variable(name) ?? '']);
  }

  log(stream: 'stdout' | 'stderr', text: string): void {
    addLine(this.container, { at: this.store.now(), stream, text });
  }

  stop(status: number): void {
    this.actions.stop(status);
  }

  shell(line: string): string {
    return this.actions.shell(line);
  }
}
