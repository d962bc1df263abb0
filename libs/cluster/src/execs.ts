import type { Node, Pod } from '@podlab/api';
import { newBadRequest, newNotFound } from '@podlab/apimachinery';
import type { Informer } from '@podlab/client';
import type { ExecRequest, ExecTarget, Request } from '@podlab/contracts';
import type { Workloads } from '@podlab/workloads';
import type { SimulatedRuntime } from './container-runtime';
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
const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

export interface ExecParts {
  readonly workloads: Workloads;
  readonly runtime: SimulatedRuntime;
  readonly requests: ExecRequests;
  readonly files: NodeFiles;
  readonly pods: Informer<Pod>;
  readonly nodes: Informer<Node>;
  hasNode(name: string): boolean;
}

/** Commands that people run in containers and on nodes. A session is data of the workloads, so it goes on in a fork. */
export class Execs {
  constructor(private readonly parts: ExecParts) {}

  /** Starts a command; `name` is how its requests are called. Throws StatusError. */
  begin({ target, command, stdin }: ExecRequest, name: string): ExecSession {
    const { workloads } = this.parts;
    const container = target.kind === 'Pod' ? this.containerOf(target) : this.hostOf(target.name);
    const started = workloads.exec(container, command, { stdin, traced: name });
    if (typeof started === 'number') return this.find(started) as ExecSession;
    if (started.error === 'container not running')
      throw newBadRequest(`container of ${target.name} is not running`);
    const exit_code = started.error.includes('permission denied') ? NOT_EXECUTABLE_STATUS : NOT_FOUND_STATUS;
    return { id: NOT_STARTED, stdout: '', stderr: `${started.error}: unknown\n`, exit_code };
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

  /** Models pkg/registry/core/pod/strategy.go ExecLocation and validateContainer. */
  private containerOf(target: Extract<ExecTarget, { kind: 'Pod' }>): string {
    const { pods, runtime } = this.parts;
    const pod = pods.get(`${target.namespace}/${target.name}`);
    if (!pod) throw newNotFound('pods', target.name);
    const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec;
    const name = target.container ?? pod.metadata.annotations?.[DEFAULT_CONTAINER] ?? containers[0].name;
    const known = [...containers, ...initContainers, ...ephemeralContainers].some(
      (each) => each.name === name,
    );
    if (!known) throw newBadRequest(`container ${name} is not valid for pod ${target.name}`);
    if (!pod.spec.nodeName) throw newBadRequest(`pod ${target.name} does not have a host assigned`);
    const phase = pod.status?.phase;
    if (phase === 'Succeeded' || phase === 'Failed')
      throw newBadRequest(`cannot exec into a container in a completed pod; current phase is ${phase}`);
    const id = runtime.containerId(pod.metadata.uid as string, name);
    if (id === undefined || !runtime.isRunning(id))
      throw newBadRequest(`unable to upgrade connection: container not found ("${name}")`);
    return id;
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
      files: files.fixed(node),
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
