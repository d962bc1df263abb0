import type { Event } from '@podlab/api';
import { isStatusError } from '@podlab/apimachinery';
import type { ApiServer } from '@podlab/apiserver';
import {
  CorrelatedRecorder,
  createRecorderState,
  createWorkQueueState,
  StoreInformerFactory,
  WorkQueue,
  type Component,
  type ComponentContext,
  type ComponentFactory,
  type EventRecorder,
  type WorkQueueOptions,
} from '@podlab/client';
import { EventQueue, invariant, rfc3339, type QueueEntry } from '@podlab/kernel';
import type { MvccStore } from '@podlab/storage';
import { generator, partOf, type ClusterState } from './state';

const QUEUE_KIND = 'queue:';

/** Runs components: gives each its context, and each due entry to its component. */
export class ComponentRuntime {
  private readonly queue: EventQueue;
  /** Shared by all components and by whoever reads the cluster. */
  readonly informers: StoreInformerFactory;
  private readonly components = new Map<string, Component>();
  private readonly workQueues = new Map<string, { queue: WorkQueue; reconcile: (key: string) => void }>();

  constructor(
    private readonly state: ClusterState,
    store: MvccStore,
    private readonly apiServer: ApiServer,
  ) {
    this.queue = new EventQueue(state.queue);
    this.informers = new StoreInformerFactory(store);
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
    const now = () => this.state.now;
    const timestamp = () => rfc3339(this.state.now);
    const client = this.apiServer.client({ name: `system:${name}`, groups: ['system:masters'] });
    return {
      name,
      now,
      timestamp,
      random: generator(this.state, name),
      client,
      informers: this.informers,
      recorder: this.recorder(client, now, timestamp),
      state: (part, initial) => partOf(this.state, `${name}/${part}`, initial),
      schedule: (delayMs, kind, args = [], options = {}) =>
        this.schedule(name, delayMs, kind, args, options.periodic),
      cancel: (entry) => this.queue.cancel(entry),
      workQueue: (queue, reconcile, options) => this.addWorkQueue(name, queue, reconcile, options),
    };
  }

  private recorder(
    client: ComponentContext['client'],
    now: () => number,
    timestamp: () => string,
  ): EventRecorder {
    const events = this.informers.for<Event>('events');
    return new CorrelatedRecorder(partOf(this.state, 'events/recorder', createRecorderState), {
      now,
      timestamp,
      client,
      events,
    });
  }

  private addWorkQueue(
    component: string,
    name: string,
    reconcile: (key: string) => void,
    options?: WorkQueueOptions,
  ): WorkQueue {
    const kind = QUEUE_KIND + name;
    const timer = {
      now: () => this.state.now,
      schedule: (delayMs: number, key: string) => this.schedule(component, delayMs, kind, [key]),
      cancel: (entry: QueueEntry) => this.queue.cancel(entry),
    };
    const queue = new WorkQueue(
      partOf(this.state, `${component}/${kind}`, createWorkQueueState),
      timer,
      options,
    );
    this.workQueues.set(`${component}/${kind}`, { queue, reconcile });
    return queue;
  }

  private schedule(
    component: string,
    delayMs: number,
    kind: string,
    args: QueueEntry['args'],
    periodic = false,
  ): QueueEntry {
    return this.queue.schedule({ at: this.state.now + delayMs, component, kind, args, periodic });
  }
}
