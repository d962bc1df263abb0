import type { QueueEntry } from '@podlab/kernel';
import type { FileTree, MountPoint } from './file-system';
import type { ServerState } from './servers/server';
import type { OpenInput, ShellState } from './shell/state';
import type { Wait } from './shell/host';

/** What the kubelet asks to be started: all of it plain data. */
export interface ContainerStart {
  readonly id: string;
  readonly podUid: string;
  readonly podName: string;
  readonly namespace: string;
  /** The container's name in its pod. */
  readonly name: string;
  readonly node: string;
  readonly podIp: string;
  /** Network namespace: the pod's own or the node's. */
  readonly networkNamespace: string;
  readonly hostname: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDirectory?: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Variables of Services, shared by all containers of a namespace that started between two changes; `id` names them. */
  readonly serviceEnvironment?: { readonly id: string; readonly variables: Readonly<Record<string, string>> };
  /** `/etc/hosts`, `/etc/resolv.conf`, `/etc/hostname` and the like. */
  readonly files: Readonly<Record<string, string>>;
  readonly mounts: readonly MountPoint[];
  readonly ports: readonly { readonly port: number; readonly protocol: 'TCP' | 'UDP' | 'SCTP' }[];
  readonly terminationMessagePath?: string;
  /** The node itself: its own tools, root's rights, and files that the composition shows. */
  readonly host?: boolean;
  /** May change interfaces, rules and routes (CAP_NET_ADMIN). */
  readonly netAdmin?: boolean;
  readonly user?: number;
  /** Whose processes it sees beside its own: those of one container of its pod, or of all. */
  readonly processesOf?: { readonly container: string } | 'pod';
  /** Its main process has an input that somebody may attach to. */
  readonly stdin?: OpenInput;
}

export interface ProcessState {
  readonly pid: number;
  readonly parent: number;
  words: readonly string[];
  /** Absent once the process is nothing but a server. */
  shell?: ShellState;
  wait?: { readonly on: Wait; entry?: QueueEntry };
  /** Set when it has ended and its parent has not asked yet. */
  status?: number;
  /** How often it has slept at the same place of its script, which tells a loop. */
  repeats: number;
  sleptAt: string;
  /** Set for a command that `exec` runs: where its output goes. */
  exec?: number;
}

/** What a process may read. */
export interface ProcessInput {
  readonly stdin?: string;
  /** More of it may come. */
  readonly open?: OpenInput;
}

/** A line of a container's log, as it was written. */
export interface LogEntry {
  readonly at: number;
  readonly stream: 'stdout' | 'stderr';
  /** Without the end of the line; a leading U+0001 names a banner. */
  readonly text: string;
}

/** CPU that a container has spent: in the newest interval with any, and in the one before. In microseconds. */
export interface SpentCpu {
  /** Number of the interval since the Unix epoch. */
  readonly interval: number;
  spent_us: number;
  readonly before_us: number;
}

export interface ContainerState {
  readonly start: Omit<ContainerStart, 'serviceEnvironment'>;
  /** Key of the shared Service variables. */
  readonly serviceEnvironment?: string;
  startedAt: number;
  finishedAt?: number;
  exitCode?: number;
  processes: Map<number, ProcessState>;
  nextPid: number;
  servers: Map<number, ServerState>;
  nextServer: number;
  files: FileTree;
  log: LogEntry[];
  logBytes: number;
  /** Text after the last line end, by stream. */
  partial: { stdout: string; stderr: string };
  /** Absent until it has spent any that counts. */
  cpu?: SpentCpu;
}

/** A command run by `exec`: its output so far. */
export interface ExecState {
  readonly id: number;
  readonly containerId: string;
  readonly pid: number;
  stdout: string;
  stderr: string;
  exitCode?: number;
  /** What it prints is handed to whoever listens, and not kept. */
  streamed?: boolean;
  /** Somebody wants to see what it sends: how its requests are called, and how many there were. */
  readonly traced?: { readonly name: string; sent: number };
  /** Shell steps taken so far. */
  steps: number;
}

export interface WorkloadsState {
  containers: Map<string, ContainerState>;
  /** Files of volumes by `podUid/name`. */
  volumes: Map<string, FileTree>;
  /** Service variables by id with the number of containers that use them. */
  environments: Map<string, { readonly variables: Readonly<Record<string, string>>; users: number }>;
  execs: Map<number, ExecState>;
  nextExec: number;
}

export function createWorkloadsState(): WorkloadsState {
  return {
    containers: new Map(),
    volumes: new Map(),
    environments: new Map(),
    execs: new Map(),
    nextExec: 1,
  };
}
