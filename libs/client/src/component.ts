import type { Prng, QueueEntry } from '@podlab/kernel';
import type { Client } from './client';
import type { InformerFactory } from './informer';
import type { EventRecorder } from './event-recorder';
import type { WorkQueue, WorkQueueOptions } from './work-queue';

/** A part of the cluster that reacts: a controller, the scheduler, a kubelet … Its state is data, its work is queue entries. */
export interface Component {
  /** Unique in the cluster: the name in queue entries, state and generators. */
  readonly name: string;
  /** Called once, when the cluster is created (never on load or fork): first writes, first entries. */
  start?(): void;
  /** An entry of this component's is due. Entries of its work queues don't come here. */
  handle?(kind: string, args: QueueEntry['args']): void;
}

/** Makes a component; registers its informer handlers. Called at creation, load and fork alike. */
export type ComponentFactory = (context: ComponentContext) => Component;

/** All that a component may touch. */
export interface ComponentContext {
  /** The component's name. */
  readonly name: string;
  /** Virtual time in ms since the Unix epoch. */
  now(): number;
  /** Virtual time as `metav1.Time` writes it. */
  timestamp(): string;
  /** The component's own generator in the cluster's tree. */
  readonly random: Prng;
  /** Writes through the apiserver (admission, defaulting, validation), as the component's own user. */
  readonly client: Client;
  /** Read-only views of what the API holds, with indexes and change handlers. */
  readonly informers: InformerFactory;
  /** Records `v1.Event`s, aggregated as upstream does. */
  readonly recorder: EventRecorder;
  /**
   * The component's plain state under `part`: the saved one after load or fork, else `initial()`.
   * The object is kept by reference: change it in place. Only kernel `Data` inside.
   */
  state<T extends object>(part: string, initial: () => T): T;
  /** Puts an entry for {@link Component.handle} into the cluster's queue, `delayMs` of virtual time from now. */
  schedule(
    delayMs: number,
    kind: string,
    args?: QueueEntry['args'],
    options?: { periodic?: boolean },
  ): QueueEntry;
  /** Takes out an entry that was not handled yet; keep entries in state as the objects that schedule() gave. */
  cancel(entry: QueueEntry): void;
  /** A queue of object keys that calls `reconcile(key)` some virtual milliseconds after add(key), once however often added. */
  workQueue(name: string, reconcile: (key: string) => void, options?: WorkQueueOptions): WorkQueue;
}
