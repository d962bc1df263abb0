import { newNotFound, type KubeObject } from '@podlab/apimachinery';
import type { ClusterQuotas, KubeRequest, KubeResponse } from '@podlab/apiserver';
import type {
  CloudSettings,
  ClusterNode,
  ConnectivityAnswer,
  ConnectivityRequest,
  ExecRequest,
  Fault,
  FaultCreate,
  NodeTableName,
  ProxyMode,
  Request,
  RequestAnswer,
  SendRequest,
} from '@podlab/contracts';
import type { Revision } from '@podlab/storage';
import type { ExecListener, OutputListener } from '@podlab/workloads';
import { base64Encode, copyData, hex, invariant, Refusal, sha256, utf8Decode } from '@podlab/kernel';
import { isProxied } from './api-proxy';
import { bootstrap } from './bootstrap';
import { decodeState, encodeState } from './checkpoint';
import { Composition } from './compose';
import type { ClusterConfig } from './config';
import type { AttachedContainer } from './attachments';
import type { ExecSession, ExecStreams } from './execs';
import type { Input, KubeInput, Typed } from './input';
import type { InputEntry, LogEntry } from './log-entry';
import { nodeRulesText, nodeTableRows, nodeTableText } from './node-table';
import { restoredState } from './restored-state';
import { borrowState, createClusterState, quotasOf, setQuotas, type ClusterState } from './state';
import type { TunnelAnswer } from './tunnels';

/** Events between two entries of a log that is lived through by another engine. */
const RELIVED_EVENTS_LIMIT = 1_000_000;

type EntryListener = (entry: LogEntry) => void;

/** Stands for the end of a fork that borrowed its state. */
const OVER = Number.POSITIVE_INFINITY;

/** Methods that can't change anything: their requests are not logged. */
const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A new cluster: its control plane is there, its nodes join as virtual time moves on. */
export function createCluster(config: ClusterConfig): Cluster {
  const cluster = new Cluster(createClusterState(config));
  cluster.bootstrap();
  return cluster;
}

/** A cluster as it was at a checkpoint; {@link Cluster.replay} brings it to the end of its log. */
export function restoreCluster(checkpoint: string): Cluster {
  return new Cluster(decodeState(checkpoint));
}

/**
 * One simulated Kubernetes cluster: pure, synchronous, deterministic. Whatever comes from outside comes through
 * {@link kube}, {@link send} or {@link perform}; whatever changes is told to {@link onEntry} in order.
 */
export class Cluster {
  private parts: Composition;
  private readonly listeners: EntryListener[] = [];

  /** Forks that live no longer than a call, while this one rests. */
  private asides = 0;

  /** `lender` is the composition of the cluster whose state is borrowed. */
  constructor(
    private state: ClusterState,
    lender?: Composition,
  ) {
    this.parts = this.composed(lender);
  }

  get config(): ClusterConfig {
    return this.state.config;
  }

  get clock(): Readonly<ClusterState['clock']> {
    return this.state.clock;
  }

  /** Virtual ms since the Unix epoch. */
  now(): number {
    return this.state.now;
  }

  resourceVersion(): number {
    return this.state.mvcc.rv;
  }

  /** When the next event is due, in virtual ms since the Unix epoch. */
  nextDueAt(): number | undefined {
    return this.parts.runtime.nextDueAt();
  }

  /** Nothing waits but periodic entries. */
  settled(): boolean {
    return this.parts.runtime.settled;
  }

  /** Writes what every cluster begins with. Called once by {@link createCluster}. */
  bootstrap(): void {
    bootstrap(this.parts, this.state.config);
    this.parts.runtime.start();
  }

  /**
   * Runs what is due up to `virtualMs`, at most `maxEvents` events, and returns how many ran.
   * When fewer than `maxEvents` ran, virtual time is at `virtualMs`.
   */
  runUntil(virtualMs: number, maxEvents: number): number {
    this.mayMove();
    for (let ran = 0; ran < maxEvents; ran++) {
      const due = this.parts.runtime.nextDueAt();
      if (due === undefined || due > virtualMs) {
        this.state.now = Math.max(this.state.now, virtualMs);
        return ran;
      }
      this.parts.runtime.step();
    }
    return maxEvents;
  }

  /** Runs until nothing but periodic entries waits, `virtualMs` is reached or `maxEvents` ran; returns how many ran. */
  runUntilSettled(virtualMs: number, maxEvents: number): number {
    this.mayMove();
    for (let ran = 0; ran < maxEvents; ran++) {
      const due = this.parts.runtime.nextDueAt();
      if (this.settled() || due === undefined || due > virtualMs) return ran;
      this.parts.runtime.step();
    }
    return maxEvents;
  }

  /** A request to the Kubernetes API. */
  kube(request: KubeRequest): KubeResponse {
    if (READING.has(request.method) && !isProxied(request.path)) return this.parts.apiServer.handle(request);
    const { method, path, query, accept, content_type, body, user } = request;
    const input: KubeInput = {
      kind: 'Kube',
      method,
      path,
      query,
      accept,
      content_type,
      body: typeof body === 'string' ? body : utf8Decode(body),
      user,
    };
    return this.perform(input) as KubeResponse;
  }

  /** Issues requests in the simulated network, at this virtual instant. */
  send(request: SendRequest): RequestAnswer {
    return this.perform({ kind: 'Send', request }) as RequestAnswer;
  }

  /** What becomes of one connection from each sender to each target, at this virtual instant. */
  connectivity(request: ConnectivityRequest): ConnectivityAnswer {
    return this.perform({ kind: 'Connectivity', request }) as ConnectivityAnswer;
  }

  /**
   * Starts a command in a container or on a node; what it did at this instant is in the answer. It goes on as virtual
   * time does, until {@link execSession} has its exit code or {@link endExec} kills it. Throws StatusError.
   */
  exec(request: ExecRequest, streams?: ExecStreams): ExecSession {
    return this.perform({ kind: 'Exec', request, ...(streams && { streams }) }) as ExecSession;
  }

  /** Commands with streams that still run; after a restart nobody is at their other end. */
  streamedExecs(): number[] {
    return this.parts.workloads.streamedExecs();
  }

  /** Hears what a command with streams prints from now on; the answer stops that. */
  listenExec(session: number, listener: ExecListener): () => void {
    return this.parts.workloads.listenExec(session, listener);
  }

  /** The run of a container that is attached to. Throws StatusError. */
  attach(namespace: string, name: string, container: string | undefined): AttachedContainer {
    return this.parts.streams.containers.attach(namespace, name, container);
  }

  /** Hears what a container prints from now on; the answer stops that. */
  listenContainer(container: string, listener: OutputListener): () => void {
    return this.parts.workloads.listenOutput(container, listener);
  }

  isContainerRunning(container: string): boolean {
    const status = this.parts.workloads.containerStatus(container);
    return status !== undefined && status.exitCode === undefined;
  }

  /** Somebody types. Throws LimitExceeded. */
  type(typed: Typed): void {
    this.perform({ kind: 'Type', ...typed });
  }

  /** A connection into a pod, or why there is none. Throws StatusError. */
  dial(namespace: string, name: string, port: number): number | { readonly error: string } {
    return this.perform({ kind: 'Dial', namespace, name, port }) as number | { readonly error: string };
  }

  /** Sends bytes through a tunnel and takes what has come back. */
  passTunnel(tunnel: number, bytes: Uint8Array, last = false): TunnelAnswer {
    return this.perform({ kind: 'Tunnel', tunnel, data: base64Encode(bytes), last }) as TunnelAnswer;
  }

  /** Whether {@link passTunnel} would bring something back. */
  isTunnelWaiting(tunnel: number): boolean {
    return this.parts.streams.tunnels.isWaiting(tunnel);
  }

  endTunnel(tunnel: number): void {
    this.perform({ kind: 'TunnelEnd', tunnel });
  }

  /** How a command stands; undefined when it is forgotten. */
  execSession(session: number): ExecSession | undefined {
    return this.parts.streams.execs.find(session);
  }

  /** The requests that a command sent since they were last taken, each with its trace and diagnosis. */
  takeExecRequests(session: number): Request[] {
    return this.parts.streams.execs.takeRequests(session);
  }

  /** Kills what still runs of a command, and forgets it. */
  endExec(session: number): void {
    this.perform({ kind: 'ExecEnd', session });
  }

  /** Handles one due event; false when there is none. */
  step(): boolean {
    return this.perform({ kind: 'Step' }) as boolean;
  }

  /** Takes one input: logs it under its own resourceVersion, then lets it act. Throws a {@link Refusal} that leaves all as it was. */
  perform(input: Input): unknown {
    this.mayMove();
    const rv = this.parts.store.takeRevision();
    this.tell({ kind: 'input', rv, at: this.state.now, events: this.state.events, input });
    switch (input.kind) {
      case 'Kube':
        return this.parts.apiServer.handle(input);
      case 'Send':
        return this.parts.send(input.request);
      case 'Connectivity':
        return this.parts.connectivity(input.request);
      case 'Clock':
        this.state.clock = { mode: input.mode, speed: input.speed };
        return undefined;
      case 'Advance':
        this.state.now = Math.max(this.state.now, input.to_ms);
        return undefined;
      case 'Step':
        return this.parts.runtime.step();
      case 'Cloud':
        this.parts.cloudProvider.configure(input.settings);
        return undefined;
      case 'Quotas':
        return setQuotas(this.state, input.quotas);
      case 'NodeDown':
        return this.setNodeDown(input.node, input.down);
      case 'Fault':
        return this.parts.faults.begin(input.fault);
      case 'Heal':
        return this.parts.faults.heal(input.fault);
      case 'Exec':
        return this.parts.streams.execs.begin(input.request, `e${rv}`, input.streams);
      case 'Type':
        return this.typed(input);
      case 'Dial':
        return this.parts.streams.tunnels.dial(input.namespace, input.name, input.port);
      case 'Tunnel':
        return this.parts.streams.tunnels.pass(input.tunnel, input.data, input.last);
      case 'TunnelEnd':
        return this.parts.streams.tunnels.close(input.tunnel);
      case 'ExecEnd':
        return this.parts.streams.execs.end(input.session);
      case 'Wake':
        this.state.now += input.gap_ms;
        this.shift(input.gap_ms);
        return undefined;
      case 'Restore':
        return this.goBack(decodeState(input.state));
    }
  }

  /**
   * Goes back to the moment of a checkpoint of this cluster, or of one that it was forked from: its whole state is as
   * then, told as new revisions. Whoever listens to a command or a container hears nothing more.
   */
  restore(checkpoint: string): void {
    this.perform({ kind: 'Restore', state: checkpoint });
  }

  /** Breaks something on purpose. Throws FaultRefused and LimitExceeded. */
  inject(fault: FaultCreate): Fault {
    return this.perform({ kind: 'Fault', fault }) as Fault;
  }

  /** Ends a fault; one that has ended stays as it is. Throws StatusError NotFound. */
  heal(fault: string): Fault {
    return this.perform({ kind: 'Heal', fault }) as Fault;
  }

  /** How much there is of what a host may bound. */
  counts(): ClusterQuotas {
    const { store } = this.parts;
    return { objects: store.size, pods: store.count('pods') };
  }

  /** All active faults and the newest that ended, in the order they began. */
  faults(): Fault[] {
    return this.parts.faults.list();
  }

  /** A table of a node as its Linux tool prints it. Throws StatusError NotFound. */
  nodeTableText(node: string, table: NodeTableName): string {
    return nodeTableText(this.parts.network, node, table);
  }

  /** A table of a node as data: one row a rule, connection, route or interface. Throws StatusError NotFound. */
  nodeTableRows(node: string, table: NodeTableName): Record<string, unknown>[] {
    return nodeTableRows(this.parts.network, node, table);
  }

  /** How kube-proxy works here. */
  proxyMode(): ProxyMode {
    return this.parts.kubeProxy.mode;
  }

  /** The rules that kube-proxy would write on a node in a mode, this cluster's or the other. */
  nodeRulesText(node: string, mode: ProxyMode): string {
    return nodeRulesText(this.parts.kubeProxy, node, mode);
  }

  cloud(): CloudSettings {
    return { ...this.parts.cloudProvider.settings() };
  }

  nodes(): ClusterNode[] {
    return this.parts.nodes();
  }

  /** The objects of a resource (`pods`, `deployments.apps`), frozen, in the order of their keys. */
  list<T extends KubeObject>(resource: string, namespace?: string): readonly T[] {
    return this.parts.store.list(resource, namespace) as T[];
  }

  /** Calls `listener` with each input and revision, in order, as it happens; returns the way to stop. */
  onEntry(listener: EntryListener): () => void {
    this.listeners.push(listener);
    return () => {
      this.listeners.splice(this.listeners.indexOf(listener), 1);
    };
  }

  /** The whole state as text. */
  checkpoint(): string {
    return encodeState(this.state);
  }

  /** SHA-256 of the whole state. */
  hash(): string {
    return hex(sha256(this.checkpoint()));
  }

  /**
   * An independent cluster at the same moment, with an id of its own if one is given. It does not sign with the key of
   * this one: whoever owns it must not be able to make tokens for this one.
   */
  fork(id: string = this.state.config.id, token_key?: string): Cluster {
    const state = copyData(this.state);
    const { token_key: _, ...config } = state.config;
    return new Cluster({ ...state, config: { ...config, id, ...(token_key && { token_key }) } });
  }

  /**
   * What `ask` finds on a fork that is over when this returns: the same as on any {@link fork}, but cheaper, since it
   * copies and makes no more than it is asked for. Until then nothing may happen here.
   */
  aside<T>(ask: (fork: Cluster) => T): T {
    const { token_key: _, ...config } = this.state.config;
    const fork = new Cluster({ ...borrowState(this.state), config }, this.parts);
    this.asides++;
    try {
      return ask(fork);
    } finally {
      this.asides--;
      fork.asides = OVER;
    }
  }

  private mayMove(): void {
    invariant(this.asides === 0, 'a cluster moves while a fork of it borrows its state, or after it was one');
  }

  /**
   * Lives through `entries` (what {@link onEntry} told after the checkpoint) again and checks that each revision comes
   * out as it was logged. Returns what came out beyond the log's end: the host appends it. Throws InvariantViolation.
   */
  replay(entries: readonly LogEntry[]): LogEntry[] {
    const steps = this.replaying(entries);
    let step = steps.next();
    while (!step.done) step = steps.next();
    return step.value;
  }

  /** {@link replay}, one event at a time: others may have their turn between two, and nobody else moves the cluster. */
  *replaying(entries: readonly LogEntry[]): Generator<undefined, LogEntry[]> {
    const produced: LogEntry[] = [];
    const stop = this.onEntry((entry) => produced.push(entry));
    try {
      for (const entry of entries) {
        if (entry.kind !== 'input') continue;
        while (this.state.events < entry.events && this.parts.runtime.step()) yield;
        this.replayInput(entry);
        yield;
      }
      const end = entries.length > 0 ? entries[entries.length - 1].rv : 0;
      while (this.resourceVersion() < end && this.parts.runtime.step()) yield;
    } finally {
      stop();
    }
    for (const [index, entry] of entries.entries()) {
      checkSame(entry, produced[index]);
      yield;
    }
    return produced.slice(entries.length);
  }

  /**
   * What {@link replay} is for a log that another engine wrote: the inputs act again at their times, and what comes out
   * may differ. resourceVersion goes on behind the log's end, and whoever watches has to list again.
   */
  relive(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      this.runUntil(entry.at, RELIVED_EVENTS_LIMIT);
      if (entry.kind === 'input') this.performAgain(entry.input);
    }
    this.parts.store.forgetHistory(entries.length > 0 ? entries[entries.length - 1].rv : 0);
  }

  private replayInput({ rv, at, input }: InputEntry): void {
    this.state.now = Math.max(this.state.now, at);
    this.performAgain(input);
    invariant(
      this.resourceVersion() >= rv,
      `replay reached ${this.resourceVersion()} where the log has ${rv}`,
    );
  }

  private typed({ to, text, ended = false, interrupted }: Typed): void {
    const { workloads } = this.parts;
    if ('session' in to) {
      if (text !== '' || ended) workloads.feedExec(to.session, text, ended);
      if (interrupted) workloads.interruptExec(to.session);
    } else {
      if (text !== '' || ended) workloads.feedContainer(to.container, text, ended);
      if (interrupted) workloads.interruptContainer(to.container);
    }
  }

  private setNodeDown(name: string, down: boolean): unknown {
    const { faults } = this.parts;
    if (!this.nodes().some((node) => node.name === name)) throw newNotFound('nodes', name);
    if (!down) return faults.healNode('NodeDown', name);
    return faults.begin({ kind: 'NodeDown', target: { kind: 'Node', name }, params: {} });
  }

  /** An input that was refused then is refused again. */
  private performAgain(input: Input): void {
    try {
      this.perform(input);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  private composed(lender?: Composition): Composition {
    const parts = new Composition(this.state, lender);
    parts.store.onRevision((revision) => this.tellRevision(revision));
    // Not written as assigned to the property: V8 would keep a fork's whole cluster until the next full collection.
    const onFault = (fault: Fault) =>
      this.tell({ kind: 'fault', rv: Number(fault.resourceVersion), at: this.state.now, fault });
    parts.onFault = onFault;
    return parts;
  }

  /** What is broken now is mended, and what was broken then is broken again: each is told. */
  private goBack(target: ClusterState): void {
    const present = this.state;
    const faults = this.parts.faults.endAll();
    this.state = restoredState(present, target, (revision) => this.tellRevision(revision));
    // What the host allows is no part of the past.
    setQuotas(this.state, quotasOf(present));
    this.parts = this.composed();
    this.shift(present.now - target.now);
    this.parts.faults.resume(faults);
  }

  private shift(gapMs: number): void {
    this.parts.runtime.shift(gapMs);
    this.parts.faults.shift(gapMs);
  }

  private tellRevision({ rv, at, type, resource, object }: Revision): void {
    this.tell({ kind: 'revision', rv, at, type, resource, object });
  }

  private tell(entry: LogEntry): void {
    for (const listener of [...this.listeners]) listener(entry);
  }
}

function checkSame(logged: LogEntry, produced: LogEntry | undefined): void {
  const same =
    produced !== undefined &&
    produced.rv === logged.rv &&
    produced.at === logged.at &&
    produced.kind === logged.kind &&
    JSON.stringify(toldBy(produced)) === JSON.stringify(toldBy(logged));
  invariant(same, `replay differs from the log at resourceVersion ${logged.rv}`);
}

/** What an entry says beyond its place; an input may have been given fields since. */
function toldBy(entry: LogEntry): unknown {
  if (entry.kind === 'input') return undefined;
  return entry.kind === 'fault' ? entry.fault : entry.object;
}
