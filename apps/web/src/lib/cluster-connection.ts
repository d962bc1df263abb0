import { io, type Socket } from 'socket.io-client';
import type {
  AttemptEvent,
  ClientToServerEvents,
  Clock,
  GoneEvent,
  ServerToClientEvents,
  SubscribeBody,
  TraceEvent,
  WatchEvent,
} from '@podlab/contracts';
import { type ClusterState, EMPTY_CLUSTER_STATE, withEvents, withSubscription } from './cluster-state';
import { ProblemError } from './problem';

const RETRY_MS = 2000;

/**
 * One cluster over Socket.IO: subscribes, gathers watch events and hands them on once a frame, resumes after a break
 * from the last resourceVersion, and starts again where the server says `gone`. A store for useSyncExternalStore.
 */
export class ClusterConnection {
  #state: ClusterState = EMPTY_CLUSTER_STATE;
  readonly #listeners = new Set<() => void>();
  readonly #traceListeners = new Set<(trace: TraceEvent) => void>();
  readonly #faultListeners = new Set<() => void>();
  readonly #attemptListeners = new Set<(event: AttemptEvent) => void>();
  #socket: Socket<ServerToClientEvents, ClientToServerEvents> | null = null;
  #pending: WatchEvent[] = [];
  #scheduled = false;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly cluster: string) {}

  readonly getState = (): ClusterState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  onTrace(listener: (trace: TraceEvent) => void): () => void {
    this.#traceListeners.add(listener);
    return () => this.#traceListeners.delete(listener);
  }

  /** Called whenever a fault begins, changes or ends. */
  onFault(listener: () => void): () => void {
    this.#faultListeners.add(listener);
    return () => this.#faultListeners.delete(listener);
  }

  /** Called whenever the reader's own attempt in this cluster changes; one of a class is told by the class. */
  onAttempt(listener: (event: AttemptEvent) => void): () => void {
    this.#attemptListeners.add(listener);
    return () => this.#attemptListeners.delete(listener);
  }

  open(): void {
    const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io({
      transports: ['websocket'],
      withCredentials: true,
      forceNew: true,
    });
    this.#socket = socket;
    socket.on('connect', () => this.#subscribe(this.#state.resourceVersion));
    socket.on('disconnect', () => this.#set({ ...this.#state, connection: 'broken' }));
    socket.on('connect_error', () => this.#set({ ...this.#state, connection: 'broken' }));
    socket.on('watch', (event) => event.cluster === this.cluster && this.#queue(event));
    socket.on('clock', (clock) => clock.cluster === this.cluster && this.setClock(clock));
    socket.on('trace', (trace) => {
      if (trace.cluster === this.cluster) for (const listener of this.#traceListeners) listener(trace);
    });
    socket.on('fault', ({ cluster }) => {
      if (cluster === this.cluster) for (const listener of this.#faultListeners) listener();
    });
    socket.on('attempt', (event) => {
      for (const listener of this.#attemptListeners) listener(event);
    });
    socket.on('presence', ({ cluster, people }) => {
      if (cluster === this.cluster) this.#set({ ...this.#state, people });
    });
    socket.on('gone', (gone) => gone.cluster === this.cluster && this.#gone(gone));
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#socket?.disconnect();
    this.#socket = null;
  }

  /** The answer of a clock command, ahead of the server's next `clock` event. */
  setClock(clock: Partial<Clock>): void {
    const known = this.#state.clock;
    if (!known && clock.now === undefined) return;
    this.#set({
      ...this.#state,
      clock: { ...known, ...clock, receivedAt: performance.now() } as ClusterState['clock'],
    });
  }

  #subscribe(since: string | null): void {
    const language = document.documentElement.lang === 'ko' ? 'ko' : 'en';
    const body: SubscribeBody = { cluster: this.cluster, language, ...(since !== null && { since }) };
    this.#socket?.emit('subscribe', body, (answer) => {
      if ('ok' in answer) return this.#set(withSubscription(this.#state, answer.ok, performance.now()));
      const problem = new ProblemError(answer.problem);
      if (problem.code === 'Gone' && since !== null) return this.#subscribe(null);
      if (problem.status >= 500 || problem.status === 429) return this.#subscribeLater();
      this.#set({ ...this.#state, connection: 'gone', goneReason: problem.code });
    });
  }

  #subscribeLater(): void {
    this.#set({ ...this.#state, connection: 'broken' });
    this.#retry = setTimeout(() => this.#subscribe(this.#state.resourceVersion), RETRY_MS);
  }

  #gone(gone: GoneEvent): void {
    if (gone.reason === 'Compacted' || gone.reason === 'TooSlow') return this.#subscribe(null);
    this.#set({ ...this.#state, connection: 'gone', goneReason: gone.reason });
  }

  #queue(event: WatchEvent): void {
    this.#pending.push(event);
    if (this.#scheduled) return;
    this.#scheduled = true;
    // A hidden page gets no frames, so that a timer stands behind them.
    const flush = () => {
      if (!this.#scheduled) return;
      this.#scheduled = false;
      const events = this.#pending;
      this.#pending = [];
      this.#set(withEvents(this.#state, events));
    };
    requestAnimationFrame(flush);
    setTimeout(flush, 250);
  }

  #set(state: ClusterState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
