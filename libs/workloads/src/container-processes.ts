import { withinLimit } from '@podlab/kernel';
import type { Listener, Network } from '@podlab/netstack';
import type { ContainerStart, ContainerState, ProcessInput, ProcessState } from './container';
import type { ContainerStore } from './container-store';
import { spendCpu, spendSteps, STEP_US } from './container-usage';
import { daemonOf } from './host-daemons';
import type { Image } from './images/image';
import { isDebian, userlandOf } from './images/tools';
import { userOf } from './images/users';
import type { NetworkClient } from './network-client';
import { ProcessHost } from './process-host';
import type { ProcessRuntime } from './process-host';
import type { ServerBehaviour, ServerKind, ServerState } from './servers/server';
import { hostPid, ProcessNamespaces } from './process-namespaces';
import { parseShellCall } from './shell-words';
import type { Wait } from './shell/host';
import { ShellMachine } from './shell/machine';
import type { ShellOutcome } from './shell/machine';
import { startOver } from './shell/reader';
import type { ShellReader } from './shell/reader';
import { copyShell } from './shell/child-shell';
import { createShellState, wordsSource } from './shell/state';
import type { OpenInput, ShellState } from './shell/state';
import { captureReport, takeLines } from './capture-lines';
import { baseName } from './file-system';
import type { ListenerData } from './socket-handler';

/** Name of the handler of all simulated servers but CoreDNS. */
export const WORKLOADS_HANDLER = 'workloads';
/** Name of the handler that answers for a container of CoreDNS. */
export const COREDNS_HANDLER = 'coredns';

/** Shell steps that a container may take in one instant; then it waits {@link THROTTLED_MS}. */
export const STEPS_PER_INSTANT = 5_000;
const THROTTLED_MS = 1_000;
/** Shell steps that one `exec` may take without standing still. */
export const EXEC_STEPS_LIMIT = 50_000;
/** A sleep that long keeps a container alive; nobody waits for its end. */
const KEEP_ALIVE_MS = 300_000;
/** How often a script sleeps at one place before that counts as a loop. */
const LOOP_REPEATS = 3;
/** Shell steps that one `exec` may take over all its life. */
export const EXEC_TOTAL_STEPS_LIMIT = 1_000_000;
/** What a command that uses the network costs of a budget, in steps. */
const COMMAND_STEPS = 50;
/** And of its container's CPU, in microseconds. */
const COMMAND_US = 500;
/** Input that a process has not read yet. */
const STDIN_LIMIT_CHARACTERS = 4_194_304;
/** Processes of one container. */
export const PROCESS_LIMIT = 64;

/** Runs the processes of containers: what they wait for, how they end, which signals reach them. */
export class ContainerProcesses implements Pick<ProcessRuntime, 'spawn' | 'kill' | 'serve'> {
  /** Steps left to all that runs at this instant; undefined while nothing does. */
  private allowance: number | undefined;
  private readonly seen: ProcessNamespaces;

  constructor(
    private readonly store: ContainerStore,
    readonly net: Network,
    private readonly behaviours: Readonly<Record<ServerKind, ServerBehaviour>>,
    /** How commands reach the network, asked anew for each of them. */
    private readonly network: () => NetworkClient,
  ) {
    this.seen = new ProcessNamespaces(store);
  }

  mainWords(start: ContainerStart, image: Image): string[] {
    const { entrypoint, command } = image.definition;
    const first = start.command?.length ? start.command : entrypoint;
    const rest = start.args?.length ? start.args : start.command?.length ? [] : command;
    return [...first, ...rest];
  }

  /** Why the words cannot be executed at all, in the runtime's words. */
  startError(container: ContainerState, words: readonly string[]): string | undefined {
    const [name] = words;
    const prefix =
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ';
    if (name === undefined)
      return `failed to generate container "${container.start.id}" spec: failed to generate spec: no command specified`;
    const image = this.store.imageOf(container);
    const host = this.host(container, { pid: 0, parent: 0, words, repeats: 0, sleptAt: '' }, image);
    if (host.canExecute(words)) return undefined;
    const reason = name.includes('/')
      ? `stat ${name}: no such file or directory`
      : 'executable file not found in $PATH';
    return `${prefix}exec: "${name}": ${reason}`;
  }

  addProcess(
    container: ContainerState,
    parent: number,
    words: readonly string[],
    exec: number | undefined,
    input: ProcessInput = {},
  ): ProcessState {
    const { stdin = '', open } = input;
    const image = this.store.imageOf(container);
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
    const reader = reading !== undefined && open ? this.reader(words, image, container, open) : undefined;
    process.shell = createShellState({
      source: script ? (reader ? '' : (reading ?? script.script)) : wordsSource(words),
      name: script?.name ?? words[0],
      positional: script?.positional ?? [],
      directory,
      stdin: reading === undefined || reader ? stdin : '',
      ...(open && { open }),
      ...(reader && { reader }),
      ...(script ? { errexit: script.errexit, xtrace: script.xtrace } : {}),
    });
    container.processes.set(process.pid, process);
    return process;
  }

  private reader(
    [shell]: readonly string[],
    image: Image,
    { start }: ContainerState,
    open: OpenInput,
  ): ShellReader {
    if (open === 'pipe') return { pending: '', asked: false };
    const isBash = baseName(shell) === 'bash' || start.host === true;
    const style = isBash ? 'bash' : userlandOf(image) === 'busybox' && !isDebian(image) ? 'ash' : 'dash';
    return { pending: '', asked: false, terminal: { style, user: start.user ?? userOf(image) } };
  }

  private host(container: ContainerState, process: ProcessState, image: Image): ProcessHost {
    return new ProcessHost(this.runtime(), container, process, image, this.store.files(container));
  }

  run(container: ContainerState, process: ProcessState, budget: number): void {
    const machine = this.machine(container, process);
    if (!machine) return;
    this.within(budget, () =>
      this.settle(container, process, machine, this.runMachine(process, machine, budget)),
    );
    spendSteps(container, this.store.now(), machine.steps);
  }

  /** One allowance for a process and all that it starts at this instant. */
  private within(budget: number, act: () => void): void {
    const outer = this.allowance;
    this.allowance ??= budget;
    try {
      act();
    } finally {
      this.allowance = outer === undefined ? undefined : this.allowance;
    }
  }

  private runMachine(process: ProcessState, machine: ShellMachine, budget: number): ShellOutcome {
    const before = machine.steps;
    this.store.takeWork();
    const outcome = machine.run(Math.max(1, Math.min(budget, this.allowance ?? budget)));
    const used = machine.steps - before;
    if (this.allowance !== undefined) this.allowance -= used;
    const exec = process.exec === undefined ? undefined : this.store.state.execs.get(process.exec);
    if (exec) exec.steps += used;
    return outcome;
  }

  private machine(container: ContainerState, process: ProcessState): ShellMachine | undefined {
    return (
      process.shell &&
      new ShellMachine(process.shell, this.host(container, process, this.store.imageOf(container)))
    );
  }

  resume(
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
    this.goOn(container, process, machine, () =>
      machine.state.blocked ? machine.resume(status, stdout, stderr) : undefined,
    );
  }

  /** Calls the command of a process again that asked for it. */
  again(
    container: ContainerState,
    process: ProcessState,
    { state, stdout, stderr }: Extract<Wait, { kind: 'again' }>,
  ): void {
    const machine = this.machine(container, process);
    if (!machine) return;
    this.goOn(container, process, machine, () => machine.again(state, stdout, stderr));
  }

  /** Runs a process on after it stood still; `first` is what its command does before. */
  private goOn(
    container: ContainerState,
    process: ProcessState,
    machine: ShellMachine,
    first: () => ShellOutcome | undefined,
  ): void {
    const budget = budgetOf(process);
    this.within(budget, () => {
      const outcome = first() ?? this.runMachine(process, machine, budget);
      this.settle(container, process, machine, outcome);
    });
    spendSteps(container, this.store.now(), machine.steps);
  }

  /** More of the standard input of a process, and perhaps its end; what waits for it goes on. */
  feed(container: ContainerState, process: ProcessState, text: string, ended: boolean): void {
    const streams = [...(process.shell?.streams.values() ?? [])];
    const input = streams.find((stream) => stream.kind === 'text' && stream.open !== undefined);
    if (input?.kind !== 'text') return;
    const waiting = input.text.length - input.at + text.length;
    withinLimit('stdin_characters', waiting, STDIN_LIMIT_CHARACTERS);
    input.text = input.text.slice(input.at) + text;
    input.at = 0;
    if (ended) delete input.open;
    if (process.wait?.on.kind !== 'input') return;
    process.wait = undefined;
    const machine = this.machine(container, process) as ShellMachine;
    this.goOn(container, process, machine, () =>
      machine.state.blocked ? machine.again(undefined) : undefined,
    );
  }

  /** ^C at the terminal of a process: what runs there ends, and a shell asks for the next command. */
  interrupt(container: ContainerState, process: ProcessState): void {
    if (!process.shell?.reader?.terminal || process.shell.replaced) {
      this.kill(container, process.pid, 'INT');
      return;
    }
    const waiting = process.wait?.on;
    if (waiting?.kind === 'capture')
      this.store.output(container, process, 'stderr', captureReport(this.net, waiting));
    if (waiting?.kind === 'server') {
      const server = container.servers.get(waiting.server);
      if (server) this.closeServer(container, server);
    }
    this.cancelWait(process);
    const machine = this.machine(container, process) as ShellMachine;
    startOver(machine, process.shell.reader, 130);
    this.goOn(container, process, machine, () => undefined);
  }

  /** Prints what a process captured, and ends it when it has seen enough or its time is over. */
  captured(container: ContainerState, process: ProcessState, capture: number): void {
    const waiting = process.wait?.on;
    if (waiting?.kind !== 'capture' || waiting.capture !== capture) return;
    const lines = takeLines(this.net, waiting);
    this.store.output(container, process, 'stdout', lines.text);
    const over = waiting.ends_at !== undefined && waiting.ends_at <= this.store.now();
    const left = waiting.left === undefined ? undefined : waiting.left - lines.count;
    const next = { ...waiting, shown: waiting.shown + lines.count, ...(left === undefined ? {} : { left }) };
    if (left !== 0 && !over) {
      process.wait = { ...process.wait, on: next };
      return;
    }
    this.endCapture(container, process, next, left === 0 ? 0 : (waiting.status ?? 0));
  }

  /** Prints what tcpdump says at its end and lets its shell go on. */
  private endCapture(
    container: ContainerState,
    process: ProcessState,
    waiting: Extract<Wait, { kind: 'capture' }>,
    status: number,
  ): void {
    const report = captureReport(this.net, waiting);
    this.cancelWait(process);
    this.resume(container, process, status, '', report);
  }

  /** Takes note of how a run of a process ended; waits of no time go on at once. */
  private settle(
    container: ContainerState,
    process: ProcessState,
    machine: ShellMachine,
    first: ShellOutcome,
  ): void {
    let outcome = first;
    while (container.finishedAt === undefined && process.status === undefined) {
      if (outcome.kind === 'exited') {
        this.endProcess(container, process, outcome.status);
        return;
      }
      if (outcome.kind === 'budget') {
        this.throttle(container, process);
        return;
      }
      const { wait } = outcome;
      if ((wait.kind !== 'time' && wait.kind !== 'again') || wait.ms > 0) {
        this.wait(container, process, wait);
        return;
      }
      if (this.allowance !== undefined) this.allowance -= COMMAND_STEPS;
      spendCpu(container, this.store.now(), COMMAND_US);
      const { stdout, stderr } = wait;
      const next =
        wait.kind === 'time'
          ? machine.resume(wait.status, stdout, stderr)
          : machine.again(wait.state, stdout, stderr);
      outcome = next ?? this.runMachine(process, machine, budgetOf(process));
      if (outcome.kind === 'waiting' && (this.allowance ?? 1) <= 0) outcome = { kind: 'budget' };
    }
  }

  private throttle(container: ContainerState, process: ProcessState): void {
    if (process.exec !== undefined) {
      this.store.output(container, process, 'stderr', `shell_steps is limited to ${EXEC_STEPS_LIMIT}\n`);
      this.endProcess(container, process, 137);
      return;
    }
    // It would have gone on all that time; its steps have their own bill.
    spendCpu(container, this.store.now(), THROTTLED_MS * 1_000 - STEPS_PER_INSTANT * STEP_US);
    const entry = this.store.context.schedule(THROTTLED_MS, 'wake', [container.start.id, process.pid], {
      periodic: true,
    });
    process.wait = { on: { kind: 'time', ms: THROTTLED_MS, status: 0 }, entry };
  }

  private wait(container: ContainerState, process: ProcessState, wait: Wait): void {
    if (this.exhausted(container, process)) return;
    if (wait.kind === 'capture') {
      const entry =
        wait.ends_at === undefined
          ? undefined
          : this.store.context.schedule(wait.ends_at - this.store.now(), 'captured', [
              container.start.id,
              process.pid,
              wait.capture,
            ]);
      process.wait = { on: wait, ...(entry ? { entry } : {}) };
      return;
    }
    if (wait.kind !== 'time' && wait.kind !== 'again') {
      process.wait = { on: wait };
      if (wait.kind === 'server' && process.shell?.replaced && process.exec === undefined)
        process.shell = undefined;
      if (!this.store.recurring && wait.kind !== 'input') this.store.listener.changed?.(container.start.id);
      return;
    }
    if (wait.kind === 'time' && wait.stdout !== undefined) spendCpu(container, this.store.now(), COMMAND_US);
    const place = process.shell ? `${process.shell.source}:${process.shell.counter}` : '';
    process.repeats = place === process.sleptAt ? process.repeats + 1 : 0;
    process.sleptAt = place;
    const periodic = wait.ms >= KEEP_ALIVE_MS || process.repeats >= LOOP_REPEATS;
    const entry = this.store.context.schedule(wait.ms, 'wake', [container.start.id, process.pid], {
      periodic,
    });
    process.wait = { on: wait, entry };
  }

  /** An exec that has taken all its steps is ended. */
  private exhausted(container: ContainerState, process: ProcessState): boolean {
    const exec = process.exec === undefined ? undefined : this.store.state.execs.get(process.exec);
    if (!exec || exec.steps < EXEC_TOTAL_STEPS_LIMIT) return false;
    const limit = `exec_shell_steps is limited to ${EXEC_TOTAL_STEPS_LIMIT}\n`;
    this.store.output(container, process, 'stderr', limit);
    this.endProcess(container, process, 137);
    return true;
  }

  /** Ends a wait before its time. */
  wakeNow(container: ContainerState, process: ProcessState, status: number, stdout?: string): void {
    this.cancelWait(process);
    this.resume(container, process, status, stdout);
  }

  cancelWait(process: ProcessState): void {
    if (process.wait?.entry) this.store.context.cancel(process.wait.entry);
    if (process.wait?.on.kind === 'capture') this.net.captures.close(process.wait.on.capture);
    process.wait = undefined;
  }

  endProcess(container: ContainerState, process: ProcessState, status: number): void {
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
    if (process.exec !== undefined && this.store.state.execs.get(process.exec)?.pid === process.pid) {
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
    const status = this.host(container, parent, this.store.imageOf(container)).childStatus(waiting.pid);
    if (status === undefined) return;
    for (const [pid, process] of container.processes)
      if (process.parent === parent.pid && process.status !== undefined) container.processes.delete(pid);
    this.wakeNow(container, parent, status);
  }

  /** Ends an exec with everything that it started. */
  finishExec(container: ContainerState, execId: number, status: number): void {
    const exec = this.store.state.execs.get(execId);
    for (const process of [...container.processes.values()]) {
      if (process.exec !== execId) continue;
      this.cancelWait(process);
      for (const server of [...container.servers.values()])
        if (server.pid === process.pid) this.closeServer(container, server);
      container.processes.delete(process.pid);
    }
    if (exec?.exitCode !== undefined || !exec) return;
    exec.exitCode = status;
    this.store.listener.execDone?.(execId);
  }

  finishContainer(container: ContainerState, status: number): void {
    if (container.finishedAt !== undefined) return;
    container.finishedAt = this.store.now();
    container.exitCode = status;
    for (const server of [...container.servers.values()]) this.closeServer(container, server);
    for (const process of container.processes.values()) this.cancelWait(process);
    const execs = [...this.store.state.execs.values()].filter(
      (exec) => exec.containerId === container.start.id && exec.exitCode === undefined,
    );
    container.processes.clear();
    for (const exec of execs) {
      exec.exitCode = 137;
      this.store.listener.execDone?.(exec.id);
    }
    this.store.tellEnd(container);
  }

  closeServer(container: ContainerState, server: ServerState): void {
    container.servers.delete(server.id);
    for (const { id } of server.listeners) this.net.closeListener(id);
  }

  spawn(container: ContainerState, process: ProcessState, state: ShellState): number {
    if (container.processes.size >= PROCESS_LIMIT) {
      this.store.output(
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
    if (waiting?.kind === 'capture') this.endCapture(container, process, waiting, 0);
    else if (pid !== 1) this.endProcess(container, process, signal === 'INT' ? 130 : 143);
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
    const { changesAfterMs } = this.behaviours[kind];
    if (changesAfterMs !== undefined)
      this.store.context.schedule(changesAfterMs, 'changed', [container.start.id]);
    return { kind: 'server', server: server.id };
  };

  /** The process behind a listening socket of the same network namespace; a host sees those of its containers. */
  private ownerOf(container: ContainerState, listener: Listener): { name: string; pid: number } | undefined {
    const daemon = container.start.host ? daemonOf(listener.handler) : undefined;
    if (daemon) return daemon;
    const data = listener.data as Partial<ListenerData> | undefined;
    const owner = data?.container === undefined ? undefined : this.store.running(data.container);
    const server = data?.server === undefined ? undefined : owner?.servers.get(data.server);
    const process = server && owner?.processes.get(server.pid);
    if (!owner || !process) return undefined;
    const name = baseName(process.words[0] ?? '');
    if (container.start.host) return { name, pid: hostPid(owner, process.pid) };
    return owner === container ? { name, pid: process.pid } : undefined;
  }

  /** What processes ask of the store and of this. */
  private runtime(): ProcessRuntime {
    const { store } = this;
    return {
      now: () => store.now(),
      network: this.network(),
      program: (source) => store.program(source),
      variable: (container, image, name) => store.variable(container, image, name),
      variableNames: (container, image) => store.variableNames(container, image),
      output: (container, process, stream, text) => store.output(container, process, stream, text),
      spawn: (container, process, state) => this.spawn(container, process, state),
      kill: (container, pid, signal) => {
        const seen = this.seen.find(container, pid);
        return seen !== undefined && this.kill(seen.container, seen.pid, signal);
      },
      serve: (container, process, kind, settings, listens) =>
        this.serve(container, process, kind, settings, listens),
      banner: (container, name) => store.banner(container, name),
      stack: this.net,
      spend: (characters) => store.spend(characters),
      takeWork: () => store.takeWork(),
      ownerOf: (container, listener) => this.ownerOf(container, listener),
      processesSeenBy: (container) => this.seen.list(container),
      isTraced: (exec) => store.state.execs.get(exec)?.traced !== undefined,
    };
  }
}

/** What a process may do in one go: a person's command is stopped behind it, a container's waits a while. */
function budgetOf({ exec }: ProcessState): number {
  return exec === undefined ? STEPS_PER_INSTANT : EXEC_STEPS_LIMIT;
}
