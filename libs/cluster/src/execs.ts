import type { Node } from '@podlab/api';
import { newBadRequest, newNotFound } from '@podlab/apimachinery';
import type { Informer } from '@podlab/client';
import type { ExecRequest, ExecTarget, Request } from '@podlab/contracts';
import type { OpenInput, Workloads } from '@podlab/workloads';
import type { PodContainers } from './attachments';
import type { ExecRequests } from './exec-requests';
import type { NodeFiles } from './node-files';

/** A command that runs, or has ended, in a container or on a node. */
export interface ExecSession {
  readonly id: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Absent while it runs. */
  readonly exit_code?: number;
}

/** What cannot be executed at all ends at once, in the runtime's words. */
const NOT_STARTED = 0;
const NOT_FOUND_STATUS = 127;
const NOT_EXECUTABLE_STATUS = 126;

/** Input and output go on while the command runs. */
export interface ExecStreams {
  /** Absent: there is nothing to read. */
  readonly input?: OpenInput;
}

export interface ExecParts {
  readonly workloads: Workloads;
  readonly containers: PodContainers;
  readonly requests: ExecRequests;
  readonly files: NodeFiles;
  readonly nodes: Informer<Node>;
  hasNode(name: string): boolean;
}

/** Commands that people run in containers and on nodes. A session is data of the workloads, so it goes on in a fork. */
export class Execs {
  constructor(private readonly parts: ExecParts) {}

  /** Starts a command; `name` is how its requests are called. Throws StatusError. */
  begin({ target, command, stdin }: ExecRequest, name: string, streams?: ExecStreams): ExecSession {
    const { workloads } = this.parts;
    const container = target.kind === 'Pod' ? this.containerOf(target) : this.hostOf(target.name);
    const started = workloads.exec(container, command, { stdin, open: streams?.input, traced: name });
    if (typeof started === 'number') {
      const session = this.find(started) as ExecSession;
      if (streams) workloads.streamExec(started);
      return session;
    }
    if (started.error === 'container not running')
      throw newBadRequest(`container of ${target.name} is not running`);
    const exit_code = started.error.includes('permission denied') ? NOT_EXECUTABLE_STATUS : NOT_FOUND_STATUS;
    // Without the class of the error. Models containerd/errdefs pkg/errgrpc ToNative, of containerd 2.
    return { id: NOT_STARTED, stdout: '', stderr: `${started.error}\n`, exit_code };
  }

  find(id: number): ExecSession | undefined {
    const state = this.parts.workloads.execState(id);
    if (!state) return undefined;
    const { stdout, stderr, exitCode } = state;
    return { id, stdout, stderr, ...(exitCode !== undefined && { exit_code: exitCode }) };
  }

  /** Kills what still runs, and forgets the session. */
  end(id: number): void {
    this.parts.workloads.endExec(id);
    this.parts.requests.forget(id);
  }

  /** The requests that a session sent since they were last taken. */
  takeRequests(id: number): Request[] {
    return this.parts.requests.take(id);
  }

  private containerOf({ namespace, name, container }: Extract<ExecTarget, { kind: 'Pod' }>): string {
    return this.parts.containers.find(namespace, name, container).id;
  }

  /** The node's own shell: made when somebody first asks for it. */
  private hostOf(node: string): string {
    const { workloads, files, nodes, hasNode } = this.parts;
    if (!hasNode(node)) throw newNotFound('nodes', node);
    const id = hostContainerId(node);
    const status = workloads.containerStatus(id);
    if (status?.exitCode !== undefined) workloads.removeContainer(id);
    if (status !== undefined && status.exitCode === undefined) return id;
    const addresses = nodes.get(node)?.status?.addresses ?? [];
    workloads.startContainer({
      id,
      podUid: '',
      podName: node,
      namespace: '',
      name: 'host',
      node,
      podIp: addresses.find(({ type }) => type === 'InternalIP')?.address ?? '',
      networkNamespace: `node/${node}`,
      hostname: node,
      image: 'host',
      environment: {},
      files: {
        '/etc/resolv.conf': files.read(node, '/etc/resolv.conf') ?? '',
        '/etc/hosts': files.read(node, '/etc/hosts') ?? '',
      },
      mounts: [],
      ports: [],
      host: true,
      netAdmin: true,
      user: 0,
    });
    return id;
  }
}

const HOST_PREFIX = 'host:';

function hostContainerId(node: string): string {
  return `${HOST_PREFIX}${node}`;
}

/** Whether a container stands for a node itself. */
export function isHostContainer(id: string): boolean {
  return id.startsWith(HOST_PREFIX);
}
