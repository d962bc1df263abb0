/** Runs a command in a pod, or attaches to what runs there, for one client: `kubectl exec`, `attach` and `cp`. */
import { createHash } from 'node:crypto';
import type { PodStream } from '@podlab/apiserver';
import { CONTRACT_LIMITS, ExecRequest, type Request } from '@podlab/contracts';
import { LimitExceeded } from '@podlab/kernel';
import { StatusError } from '@podlab/apimachinery';
import type { Cluster, Typed } from '../../cluster-host/core';
import type { HostedCluster } from '../../cluster-host/hosted-cluster';
import { ProblemException } from '../../problems/problem-exception';
import { exitStatus, failureStatus, SUCCESS, type CommandClient, type CommandStatus } from './command-client';
import { Terminal } from './terminal';

/** What may wait in memory for a client that reads too slowly. */
const QUEUE_BYTES = 8 * 1024 * 1024;
/** Above this the client's input is not read on until the cluster has taken what waits. */
const INPUT_CHARACTERS = 256 * 1024;

/** What runs in the cluster for the client. */
interface Running {
  readonly to: Typed['to'];
  /** How it ended; undefined while it runs. */
  outcome(core: Cluster): CommandStatus | undefined;
  /** What it sent since the last time. */
  requests(core: Cluster): Request[];
  /** Inputs that end it, or let go of it. */
  release(core: Cluster): void;
}

export interface CommandParts {
  readonly hosted: HostedCluster;
  readonly asked: PodStream;
  readonly client: CommandClient;
  /** Keeps what the command sent, so that the dashboard shows it. */
  keep(requests: readonly Request[]): void;
}

export class CommandRunner {
  private readonly terminal: Terminal | undefined;
  private readonly decoder = new TextDecoder('utf-8');
  private readonly letGo: (() => void)[] = [];
  private running: Running | undefined;
  private typed: Omit<Typed, 'to'>[] = [];
  private isPumping = false;
  private isOver = false;

  constructor(private readonly parts: CommandParts) {
    const { asked, client, hosted } = parts;
    this.terminal = asked.tty ? new Terminal() : undefined;
    this.letGo.push(hosted.hold());
    client.listener = {
      input: (bytes) => this.take(this.decoder.decode(bytes, { stream: true })),
      inputEnded: () => this.push({ text: this.decoder.decode(), ended: true }),
      gone: () => this.end(),
    };
  }

  start(): void {
    this.begin().catch((error: unknown) => this.end(statusOf(error)));
  }

  private async begin(): Promise<void> {
    const { hosted, asked } = this.parts;
    const running = await hosted.change((core) =>
      asked.subresource === 'exec' ? this.execute(core) : this.attach(core),
    );
    if (this.isOver) return this.release(running);
    this.running = running;
    const look = () => this.look();
    this.letGo.push(
      hosted.listen({
        moved: look,
        restored: () => this.end(failureStatus('the cluster went back to another moment')),
        ended: () => this.end(failureStatus('the cluster is gone')),
      }),
    );
    this.look();
    this.pump();
  }

  private execute(core: Cluster): Running {
    const { namespace, name, container, command, stdin, tty } = this.parts.asked;
    const target = { kind: 'Pod', namespace, name, container };
    const read = ExecRequest.safeParse({ target, command });
    if (!read.success) throw new LimitExceeded('execWords', CONTRACT_LIMITS.execWords);
    const session = core.exec(read.data, stdin ? { input: tty ? 'terminal' : 'pipe' } : {});
    this.print('stdout', session.stdout);
    if (session.id === 0) return refused(session.stderr, `${core.resourceVersion()} ${namespace}/${name}`);
    this.print('stderr', session.stderr);
    this.letGo.push(core.listenExec(session.id, (stream, text) => this.print(stream, text)));
    return {
      to: { session: session.id },
      outcome: (now) => {
        const found = now.execSession(session.id);
        if (!found) return failureStatus('the container of this command is gone');
        return found.exit_code === undefined ? undefined : exitStatus(found.exit_code);
      },
      requests: (now) => now.takeExecRequests(session.id),
      release: (now) => now.endExec(session.id),
    };
  }

  private attach(core: Cluster): Running {
    const { namespace, name, container, stdin } = this.parts.asked;
    const { id, input, once } = core.attach(namespace, name, container);
    this.letGo.push(core.listenContainer(id, (stream, text) => this.print(stream, text)));
    const to = { container: id };
    return {
      to,
      outcome: (now) => (now.isContainerRunning(id) ? undefined : SUCCESS),
      requests: () => [],
      release: (now) => {
        if (stdin && input && once && now.isContainerRunning(id)) now.type({ to, text: '', ended: true });
      },
    };
  }

  /** Nothing leaves before the disk has what it came of. */
  private print(stream: 'stdout' | 'stderr', text: string): void {
    const { hosted, client, asked } = this.parts;
    const into = asked.tty ? 'stdout' : stream;
    if (text === '' || !asked[into]) return;
    const bytes = Buffer.from(asked.tty ? Terminal.show(text) : text, 'utf8');
    hosted.whenDurable(hosted.resourceVersion, () => {
      if (client.waitingBytes > QUEUE_BYTES) this.end(failureStatus('the client does not read'));
      else client.output(into, bytes);
    });
  }

  private look(): void {
    const { hosted } = this.parts;
    const { running } = this;
    if (!running || this.isOver) return;
    const requests = hosted.peek((core) => running.requests(core));
    if (requests.length > 0) hosted.whenDurable(hosted.resourceVersion, () => this.parts.keep(requests));
    const outcome = hosted.peek((core) => running.outcome(core));
    if (outcome) hosted.whenDurable(hosted.resourceVersion, () => this.end(outcome));
  }

  private take(keys: string): void {
    if (!this.terminal) return this.push({ text: keys });
    for (const action of this.terminal.type(keys)) {
      if (action.kind === 'echo') this.parts.client.output('stdout', Buffer.from(action.text, 'utf8'));
      else if (action.kind === 'line') this.push({ text: action.text });
      else this.push({ text: '', interrupted: true });
    }
  }

  private push(typed: Omit<Typed, 'to'>): void {
    const last = this.typed[this.typed.length - 1];
    if (last && !last.ended && !last.interrupted) this.typed.pop();
    const text = last && !last.ended && !last.interrupted ? last.text + typed.text : typed.text;
    this.typed.push({ ...typed, text });
    if (text.length > INPUT_CHARACTERS) this.parts.client.pause();
    this.pump();
  }

  /** Hands over what was typed, one input at a time. */
  private pump(): void {
    const { running } = this;
    if (!running || this.isPumping || this.isOver || this.typed.length === 0) return;
    this.isPumping = true;
    const typed = this.typed.shift() as Omit<Typed, 'to'>;
    const { hosted, client } = this.parts;
    const settle = () => {
      this.isPumping = false;
      if (!this.isOver && this.typed.length === 0) client.resume();
      this.pump();
    };
    hosted
      .change((core) => core.type({ to: running.to, ...typed }))
      .then(settle, (error: unknown) => this.end(statusOf(error)));
  }

  private end(status?: CommandStatus): void {
    if (this.isOver) return;
    this.isOver = true;
    for (const release of this.letGo) release();
    if (status) this.parts.client.finish(status);
    if (this.running) this.release(this.running);
  }

  private release(running: Running): void {
    // Where the cluster is gone, so is the command.
    this.parts.hosted.change((core) => running.release(core)).catch(() => undefined);
  }
}

/**
 * A command that could not even be started: containerd gives each an id before it asks runc. Models the kubelet's words
 * and containerd internal/cri/server/container_execsync.go execInternal.
 */
function refused(reason: string, asked: string): Running {
  const id = createHash('sha256').update(asked).digest('hex');
  const words = `failed to exec in container: failed to start exec "${id}": ${reason.trimEnd()}`;
  const message = `error executing command in container: ${words}`;
  return {
    to: { session: 0 },
    outcome: () => failureStatus(`Internal error occurred: ${message}`),
    requests: () => [],
    release: () => undefined,
  };
}

function statusOf(error: unknown): CommandStatus {
  if (error instanceof StatusError) {
    const { message = '', reason = '', code } = error.status;
    return failureStatus(message, reason, code);
  }
  if (error instanceof LimitExceeded) return failureStatus(error.message, 'Forbidden', 403);
  if (error instanceof ProblemException) return failureStatus(error.detail, 'ServiceUnavailable', 503);
  return failureStatus('an error on the server has prevented the request from succeeding');
}
