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
  type EventRecorder,
  type Informer,
  type WorkQueueOptions,
  type WorkQueueTimer,
} from '@podlab/client';
import { EventQueue, interned, invariant, rfc3339, type Prng, type QueueEntry } from '@podlab/kernel';
import type { MvccStore } from '@podlab/storage';
import { generator, partOf, type ClusterState } from './state';

const QUEUE_KIND = 'queue:';
const RECORDER = 'events/recorder';
const MASTERS: readonly string[] = Object.freeze(['system:masters']);

/** Runs components: gives each its context, and each due entry to its component. */
export class ComponentRuntime {
  private readonly queue: EventQueue;
  /** Shared by all components and by whoever reads the cluster. */
  readonly informers: StoreInformerFactory;
  private readonly components = new Map<string, Component>();
  private readonly workQueues = new Map<string, { queue: WorkQueue; reconcile: (key: string) => void }>();
  private readonly needsAll: boolean;
  /** Parts that nobody needed yet, in their order. */
  private readonly waiting = new Set<() => void>();
  private parts = 0;

  /** `needsAll`: parts are made at once. `lender` is a runtime of the same objects that rests. */
  constructor(
    private readonly state: ClusterState,
    private readonly apiServer: () => ApiServer,
    { store, needsAll, lender }: { store: MvccStore; needsAll: boolean; lender?: ComponentRuntime },
  ) {
    this.queue = new EventQueue(state.queue);
    this.informers = new StoreInformerFactory(store, lender?.informers);
    this.needsAll = needsAll;
  }

  /**
   * A part of the cluster: what `make` makes and the components that it adds. It is made when the answer is first called,
   * and before the first write or event; its handlers are called as if all parts had been made in the order of these
   * calls. Most forks only look and send, and need few of them.
   */
  part<T>(make: () => T): () => T {
    const turn = this.parts++;
    let made: readonly [T] | undefined;
    const need = (): T => {
      if (!made) {
        this.waiting.delete(need);
        made = [this.informers.inTurn(turn, make)];
      }
      return made[0];
    };
    if (this.needsAll) need();
    else this.waiting.add(need);
    return need;
  }

  /** Makes the parts that were not needed yet. */
  makeAll(): void {
    for (const need of [...this.waiting]) need();
  }

  /** Makes a component; its state is found again after load and fork. */
  add<C extends Component>(name: string, factory: (context: ComponentContext) => C): C {
    invariant(!this.components.has(name), `component ${name} is added twice`);
    const component = factory(new RunningContext(this, this.state, name));
    this.components.set(name, component);
    return component;
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
    if (this.waiting.size > 0) this.makeAll();
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

  /** Writes as a component. */
  client(name: string): Client {
    return this.apiServer().client({ name: `system:${name}`, groups: MASTERS });
  }

  /** Adds a work queue of a component. */
  addWorkQueue(
    component: string,
    name: string,
    reconcile: (key: string) => void,
    options?: WorkQueueOptions,
  ): WorkQueue {
    const kind = interned(QUEUE_KIND + name);
    const state = partOf(this.state, `${component}/${kind}`, createWorkQueueState);
    const queue = new WorkQueue(state, new QueueTimer(this, component, kind), options);
    this.workQueues.set(interned(`${component}/${kind}`), { queue, reconcile });
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
  private ownClient: Client | undefined;
  private ownRecorder: EventRecorder | undefined;
  private generator: Prng | undefined;

  constructor(
    private readonly runtime: ComponentRuntime,
    private readonly cluster: ClusterState,
    readonly name: string,
  ) {
    this.informers = runtime.informers;
    // The order of states is that of the components, whoever of them records first.
    if (!cluster.parts.has(RECORDER)) partOf(cluster, RECORDER, createRecorderState);
  }

  get client(): Client {
    return (this.ownClient ??= this.runtime.client(this.name));
  }

  get events(): Informer<Event> {
    return this.informers.for<Event>('events');
  }

  get recorder(): EventRecorder {
    const state = () => partOf(this.cluster, RECORDER, createRecorderState);
    return (this.ownRecorder ??= new CorrelatedRecorder(state(), this));
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
