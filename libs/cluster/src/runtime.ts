import type { Event } from '@podlab/api';
import { isStatusError } from '@podlab/apimachinery';
import type { ApiServer } from '@podlab/apiserver';
import {
  CorrelatedRecorder,
  createRecorderState,
  createWorkQueueState,
  StoreInformerFactory,
  WorkQueue,
  type Client,
  type Component,
  type ComponentContext,
  type ComponentFactory,
  type EventRecorder,
  type Informer,
  type WorkQueueOptions,
  type WorkQueueTimer,
} from '@podlab/client';
import { EventQueue, invariant, rfc3339, type Prng, type QueueEntry } from '@podlab/kernel';
import type { MvccStore } from '@podlab/storage';
import { generator, partOf, type ClusterState } from './state';

const QUEUE_KIND = 'queue:';
const MASTERS: readonly string[] = Object.freeze(['system:masters']);

/** Runs components: gives each its context, and each due entry to its component. */
export class ComponentRuntime {
  private readonly queue: EventQueue;
  /** Shared by all components and by whoever reads the cluster. */
  readonly informers: StoreInformerFactory;
  private readonly components = new Map<string, Component>();
  private readonly workQueues = new Map<string, { queue: WorkQueue; reconcile: (key: string) => void }>();

  /** Makes what was not needed yet. */
  private makeRest: (() => void) | undefined;

  constructor(
    private readonly state: ClusterState,
    private readonly store: MvccStore,
    private readonly apiServer: ApiServer,
  ) {
    this.queue = new EventQueue(state.queue);
    this.informers = new StoreInformerFactory(store);
  }

  /**
   * Leaves components that do nothing but react to writes and events unmade until there is the first: most forks only
   * look and send. They come before all that are made after this call, as if they had been made at once.
   */
  addWhenNeeded(make: () => void): void {
    this.makeRest = make;
    this.store.beforeNextWrite(() => this.addRest());
  }

  private addRest(): void {
    const { makeRest } = this;
    this.makeRest = undefined;
    if (makeRest) this.informers.first(makeRest);
  }

  /** Makes a component; its state is found again after load and fork. */
  add(name: string, factory: ComponentFactory): void {
    invariant(!this.components.has(name), `component ${name} is added twice`);
    this.components.set(name, factory(this.context(name)));
  }

  /** Lets every component do its first writes, in the order they were added. */
  start(): void {
    for (const component of this.components.values()) component.start?.();
  }

  /** The next due time, in virtual ms since the Unix epoch. */
  nextDueAt(): number | undefined {
    return this.queue.peek()?.at;
  }

  /** Only periodic entries are left. */
  get settled(): boolean {
    return this.queue.pending === 0;
  }

  /** Moves every entry that waits by `ms`: a gap that nobody lived through. */
  shift(ms: number): void {
    const { queue } = this.state;
    queue.heap = queue.heap.map((entry) => Object.freeze({ ...entry, at: entry.at + ms }));
  }

  /** Handles the next due entry and moves virtual time to it; false when nothing is due. */
  step(): boolean {
    const entry = this.queue.pop();
    if (!entry) return false;
    this.addRest();
    this.state.now = Math.max(this.state.now, entry.at);
    this.state.events++;
    if (entry.kind.startsWith(QUEUE_KIND)) this.reconcile(entry);
    else this.components.get(entry.component)?.handle?.(entry.kind, entry.args);
    return true;
  }

  private reconcile(entry: QueueEntry): void {
    const found = this.workQueues.get(`${entry.component}/${entry.kind}`);
    invariant(found, `no work queue ${entry.component}/${entry.kind}`);
    const key = entry.args[0] as string;
    found.queue.taken(key);
    try {
      found.reconcile(key);
      found.queue.forget(key);
    } catch (error) {
      if (!isStatusError(error)) throw error;
      found.queue.addRateLimited(key);
    }
  }

  private context(name: string): ComponentContext {
    const client = this.apiServer.client({ name: `system:${name}`, groups: MASTERS });
    return new RunningContext(this, this.state, name, client);
  }

  /** Adds a work queue of a component. */
  addWorkQueue(
    component: string,
    name: string,
    reconcile: (key: string) => void,
    options?: WorkQueueOptions,
  ): WorkQueue {
    const kind = QUEUE_KIND + name;
    const state = partOf(this.state, `${component}/${kind}`, createWorkQueueState);
    const queue = new WorkQueue(state, new QueueTimer(this, component, kind), options);
    this.workQueues.set(`${component}/${kind}`, { queue, reconcile });
    return queue;
  }

  /** Virtual time in ms since the Unix epoch. */
  now(): number {
    return this.state.now;
  }

  /** Puts an entry of a component into the queue. */
  schedule(
    component: string,
    delayMs: number,
    kind: string,
    args: QueueEntry['args'],
    periodic = false,
  ): QueueEntry {
    return this.queue.schedule({ at: this.state.now + delayMs, component, kind, args, periodic });
  }

  cancel(entry: QueueEntry): void {
    this.queue.cancel(entry);
  }
}

/** The context of one component: a class, so that twenty components share its methods. */
class RunningContext implements ComponentContext {
  readonly informers: StoreInformerFactory;
  readonly recorder: EventRecorder;
  readonly events: Informer<Event>;
  private generator: Prng | undefined;

  constructor(
    private readonly runtime: ComponentRuntime,
    private readonly cluster: ClusterState,
    readonly name: string,
    readonly client: Client,
  ) {
    this.informers = runtime.informers;
    this.events = this.informers.for<Event>('events');
    this.recorder = new CorrelatedRecorder(partOf(cluster, 'events/recorder', createRecorderState), this);
  }

  /** Seeded by the component's name, when the component first asks: most never do. */
  get random(): Prng {
    return (this.generator ??= generator(this.cluster, this.name));
  }

  now(): number {
    return this.cluster.now;
  }

  timestamp(): string {
    return rfc3339(this.cluster.now);
  }

  state<T extends object>(part: string, initial: () => T): T {
    return partOf(this.cluster, `${this.name}/${part}`, initial);
  }

  schedule(
    delayMs: number,
    kind: string,
    args: QueueEntry['args'] = [],
    options: { periodic?: boolean } = {},
  ): QueueEntry {
    return this.runtime.schedule(this.name, delayMs, kind, args, options.periodic);
  }

  cancel(entry: QueueEntry): void {
    this.runtime.cancel(entry);
  }

  workQueue(name: string, reconcile: (key: string) => void, options?: WorkQueueOptions): WorkQueue {
    return this.runtime.addWorkQueue(this.name, name, reconcile, options);
  }
}

/** A work queue's view of the cluster's event queue. */
class QueueTimer implements WorkQueueTimer {
  constructor(
    private readonly runtime: ComponentRuntime,
    private readonly component: string,
    private readonly kind: string,
  ) {}

  now(): number {
    return this.runtime.now();
  }

  schedule(delayMs: number, key: string): QueueEntry {
    return this.runtime.schedule(this.component, delayMs, this.kind, [key]);
  }

  cancel(entry: QueueEntry): void {
    this.runtime.cancel(entry);
  }
}
