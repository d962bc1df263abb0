import { rfc3339 } from '@podlab/kernel';
import type { Asides, SocketAddress, WalkEnd } from '@podlab/netstack';
import type { ContainerState, ProcessState } from './container';
import type { ContainerProcesses } from './container-processes';
import type { ContainerStore } from './container-store';
import { spendCpu } from './container-usage';
import type { FileSystem } from './file-system';
import type { Image } from './images/image';
import type { NetworkClient, Origin } from './network-client';
import { originOf } from './process-host';
import type { ServerState } from './servers/server';
import type { FindServer, FoundServer, Socket } from './socket-handler';

/** Finds the server behind a socket, and ends those that asked for it once their answer is sent. */
export class ContainerServers {
  private stopping: { container: ContainerState; pid: number; status: number; printed: string }[] = [];

  constructor(
    private readonly store: ContainerStore,
    private readonly processes: ContainerProcesses,
    private readonly network: () => NetworkClient,
    private readonly shellOutput: (container: ContainerState, line: string) => string,
  ) {}

  find: FindServer = (listener, socket) => {
    const container = this.store.running(listener.container);
    const server = container?.servers.get(listener.server);
    return container && server && new RunningServer(this.store, this, container, server, socket);
  };

  get networkClient(): NetworkClient {
    return this.network();
  }

  runShell(container: ContainerState, line: string): string {
    return this.shellOutput(container, line);
  }

  /** Notes that a process wants to end, which it does in {@link stopRequested}. */
  requestStop(container: ContainerState, pid: number, status: number, printed: string): void {
    this.stopping.push({ container, pid, status, printed });
  }

  /** Ends the processes that asked for it. */
  stopRequested(): void {
    if (this.stopping.length === 0) return;
    const asked = this.stopping;
    this.stopping = [];
    for (const { container, pid, status, printed } of asked) {
      const process = container.processes.get(pid);
      if (!process || process.status !== undefined) continue;
      if (process.shell && !process.shell.replaced) {
        this.endServerOf(container, process, status, printed);
        continue;
      }
      if (printed !== '') this.store.output(container, process, 'stdout', printed);
      this.processes.endProcess(container, process, status);
    }
  }

  /** A server in the foreground of a script has ended: the script goes on. */
  private endServerOf(
    container: ContainerState,
    process: ProcessState,
    status: number,
    printed: string,
  ): void {
    const waiting = process.wait?.on;
    const server = waiting?.kind === 'server' ? container.servers.get(waiting.server) : undefined;
    if (server) this.processes.closeServer(container, server);
    this.processes.wakeNow(container, process, status, printed);
  }
}

/** A server's view of its container while it answers; most answers need little of it, so all is asked for when used. */
class RunningServer implements FoundServer {
  constructor(
    private readonly store: ContainerStore,
    private readonly servers: ContainerServers,
    private readonly container: ContainerState,
    readonly server: ServerState,
    private readonly socket: Socket,
  ) {}

  get hostname(): string {
    return this.container.start.hostname;
  }

  get podName(): string {
    return this.container.start.podName;
  }

  get namespace(): string {
    return this.container.start.namespace;
  }

  get node(): string {
    return this.container.start.node;
  }

  get podIp(): string {
    return this.container.start.podIp;
  }

  get startedAt(): number {
    return this.container.startedAt;
  }

  get local(): SocketAddress {
    return this.socket.local;
  }

  get remote(): SocketAddress {
    return this.socket.remote;
  }

  get protocol(): 'TCP' | 'UDP' | 'SCTP' {
    return this.socket.listener.protocol;
  }

  get asides(): Asides | undefined {
    return this.socket.asides;
  }

  failedOnward(end: WalkEnd): void {
    this.socket.onward = end;
  }

  get network(): NetworkClient {
    return this.servers.networkClient;
  }

  get version(): string {
    return this.image.version;
  }

  private get image(): Image {
    return this.store.imageOf(this.container);
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
    this.store.printLine(this.container, stream, text);
  }

  write(text: string): void {
    const process = this.container.processes.get(this.server.pid);
    if (process) this.store.output(this.container, process, 'stdout', text);
  }

  stop(status: number, printed = ''): void {
    this.servers.requestStop(this.container, this.server.pid, status, printed);
  }

  shell(line: string): string {
    return this.servers.runShell(this.container, line);
  }

  served(): void {
    spendCpu(this.container, this.store.now(), this.store.costsOf(this.container).request_us);
  }

  finish(): void {
    this.servers.stopRequested();
  }
}
