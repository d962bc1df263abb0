import type { Event } from '@podlab/api';
import { isStatusError } from '@podlab/apimachinery';
import type { GroupResource, KubeObject } from '@podlab/apimachinery';
import {
  CorrelatedRecorder,
  createRecorderState,
  createWorkQueueState,
  StoreInformerFactory,
  WorkQueue,
} from '@podlab/client';
import type { Component, ComponentContext, ComponentFactory, WorkQueueState } from '@podlab/client';
import {
  copyData,
  createEventQueueState,
  encodeData,
  EventQueue,
  hex,
  invariant,
  Prng,
  rfc3339,
  seedPrng,
  sha256,
} from '@podlab/kernel';
import type { EventQueueState, PrngState, QueueEntry } from '@podlab/kernel';
import { createMvccState, MvccStore } from '@podlab/storage';
import type { MvccState } from '@podlab/storage';
import { HarnessClient } from './harness-client';

/** 2026-03-02T09:00:00Z: where the virtual time of harness tests begins. */
export const HARNESS_EPOCH = 1_772_442_000_000;

interface HarnessState {
  now: number;
  mvcc: MvccState;
  queue: EventQueueState;
  /** Component states and generators, by `component/part`. */
  parts: Map<string, object>;
}

export type Factories = Readonly<Record<string, ComponentFactory>>;

/**
 * Components under test over the real store: the shape of a cluster without the apiserver's defaults, validation and
 * admission. `client` writes as a user would; {@link advance} and {@link settle} move virtual time; {@link copy} is a fork.
 */
export class ComponentHarness {
  readonly store: MvccStore;
  readonly informers: StoreInformerFactory;
  readonly client: HarnessClient;
  private readonly queue: EventQueue;
  private readonly components = new Map<string, Component>();
  private readonly reconcilers = new Map<string, (key: string) => void>();
  private readonly queues = new Map<string, WorkQueue>();

  constructor(
    private readonly factories: Factories,
    private readonly options: { seed?: string } = {},
    private readonly state: HarnessState = {
      now: HARNESS_EPOCH,
      mvcc: createMvccState(),
      queue: createEventQueueState(),
      parts: new Map(),
    },
  ) {
    const now = () => this.state.now;
    const fresh = this.state.parts.size === 0;
    this.store = new MvccStore(this.state.mvcc, now);
    this.informers = new StoreInformerFactory(this.store);
    this.client = new HarnessClient(this.store, this.generator('apiserver'), now);
    this.queue = new EventQueue(this.state.queue);
    for (const [name, factory] of Object.entries(factories))
      this.components.set(name, factory(this.context(name)));
    if (fresh) for (const component of this.components.values()) component.start?.();
  }

  get now(): number {
    return this.state.now;
  }

  get<T extends KubeObject>(resource: GroupResource, key: string): T {
    const object = this.store.get(resource, key);
    invariant(object, `${resource} ${key} is not there`);
    return object as T;
  }

  list<T extends KubeObject>(resource: GroupResource, namespace?: string): T[] {
    return this.store.list(resource, namespace) as T[];
  }

  /** Writes `change` of a stored object, as a user who edits it. */
  edit<T extends KubeObject>(resource: GroupResource, key: string, change: (object: T) => T): T {
    return this.client.update(resource, change(this.get<T>(resource, key)));
  }

  /** Handles all entries that are due within the next `ms`, then lets the rest of the time pass. */
  advance(ms: number): void {
    const until = this.state.now + ms;
    this.run(until);
    this.state.now = until;
  }

  /** Runs until nothing but periodic entries waits, or `timeoutMs` passed; says whether it settled. */
  settle(timeoutMs = 600_000): boolean {
    const until = this.state.now + timeoutMs;
    for (;;) {
      if (this.queue.pending === 0) return true;
      const next = this.queue.peek();
      if (!next || next.at > until) return false;
      this.step();
    }
  }

  /** The component's state under `part`, as the component sees it. */
  part<T extends object>(component: string, part: string): T {
    return this.state.parts.get(`${component}/${part}`) as T;
  }

  component(name: string): Component {
    return this.components.get(name) as Component;
  }

  /** An independent cluster that is at the same moment; `factories` where its components stand on something else. */
  copy(factories: Factories = this.factories): ComponentHarness {
    return new ComponentHarness(factories, this.options, copyData(this.state));
  }

  /** SHA-256 of everything: objects, queue, component states. */
  hash(): string {
    return hex(sha256(encodeData(this.state)));
  }

  /** Events about objects in order of creation, one line each: `Normal SuccessfulCreate ReplicaSet/x: Created pod: x-abc`. */
  eventLines(): string[] {
    const order = ({ metadata: { name } }: Event) => BigInt(`0x${name.slice(name.lastIndexOf('.') + 1)}`);
    return this.list<Event>('events')
      .sort((a, b) => (order(a) < order(b) ? -1 : 1))
      .map(({ type, reason, message, count = 1, involvedObject: { kind, name } }) => {
        return `${type} ${reason} ${kind}/${name}: ${message}${count > 1 ? ` (x${count})` : ''}`;
      });
  }

  private run(until: number): void {
    for (let next = this.queue.peek(); next && next.at <= until; next = this.queue.peek()) this.step();
  }

  private step(): void {
    const entry = this.queue.pop() as QueueEntry;
    this.state.now = Math.max(this.state.now, entry.at);
    if (entry.kind.startsWith('queue:'))
      this.reconcile(`${entry.component}/${entry.kind}`, entry.args[0] as string);
    else this.components.get(entry.component)?.handle?.(entry.kind, entry.args);
  }

  private reconcile(id: string, key: string): void {
    const queue = this.queues.get(id) as WorkQueue;
    queue.taken(key);
    try {
      this.reconcilers.get(id)?.(key);
      queue.forget(key);
    } catch (error) {
      if (!isStatusError(error)) throw error;
      queue.addRateLimited(key);
    }
  }

  private generator(path: string): Prng {
    return new Prng(
      this.partOf(`${path}/prng`, () => seedPrng(this.options.seed ?? '42', path)) as PrngState,
    );
  }

  private partOf<T extends object>(id: string, initial: () => T): T {
    let part = this.state.parts.get(id);
    if (!part) this.state.parts.set(id, (part = initial()));
    return part as T;
  }

  private context(name: string): ComponentContext {
    const now = () => this.state.now;
    const schedule: ComponentContext['schedule'] = (delayMs, kind, args = [], options = {}) =>
      this.queue.schedule({
        at: now() + delayMs,
        component: name,
        kind,
        args,
        periodic: options.periodic ?? false,
      });
    return {
      name,
      now,
      timestamp: () => rfc3339(now()),
      random: this.generator(name),
      client: this.client,
      informers: this.informers,
      recorder: new CorrelatedRecorder(this.partOf('recorder/events', createRecorderState), {
        now,
        timestamp: () => rfc3339(now()),
        client: this.client,
        events: this.informers.for<Event>('events'),
      }),
      state: (part, initial) => this.partOf(`${name}/${part}`, initial),
      schedule,
      cancel: (entry) => this.queue.cancel(entry),
      workQueue: (queueName, reconcile, options) => {
        const kind = `queue:${queueName}`;
        const state: WorkQueueState = this.partOf(`${name}/${kind}`, createWorkQueueState);
        const timer = {
          now,
          schedule: (delayMs: number, key: string) => schedule(delayMs, kind, [key]),
          cancel: (entry: QueueEntry) => this.queue.cancel(entry),
        };
        const queue = new WorkQueue(state, timer, options);
        this.queues.set(`${name}/${kind}`, queue);
        this.reconcilers.set(`${name}/${kind}`, reconcile);
        return queue;
      },
    };
  }
}
