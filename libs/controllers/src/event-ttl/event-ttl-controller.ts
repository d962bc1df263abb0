import type { Event } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';
import type { ComponentContext, ComponentFactory, Informer, WorkQueue } from '@podlab/client';
import { parseRfc3339 } from '@podlab/kernel';
import { ignoringNotFound } from '../ownership/claim';

/** How long an Event stays after it happened last, in virtual ms. Upstream's --event-ttl. */
export const EVENT_TTL_MS = 3_600_000;
/** How many Events a cluster keeps at once; beyond it the oldest go. */
export const KEPT_EVENTS = 8_192;
/** How many go at once then, so that not each new Event costs a search. */
const TRIMMED_EVENTS = 256;

const TRIM = 'trim';

/** Lets Events expire, as the leases of upstream's storage do (pkg/registry/core/event/storage). */
export const eventTtlController: ComponentFactory = (context) => new EventTtlController(context);

class EventTtlController {
  readonly name: string;
  private readonly events: Informer<Event>;
  private readonly queue: WorkQueue;
  private readonly state: { sweepDue: boolean };
  private readonly seen = new WeakMap<Event, number>();
  private count: number;

  constructor(private readonly context: ComponentContext) {
    this.name = context.name;
    this.events = context.informers.for<Event>('events');
    this.count = this.events.list().length;
    this.state = context.state('sweep', () => ({ sweepDue: false }));
    this.queue = context.workQueue('events', () => this.trim());
    this.events.addHandlers({
      onAdd: () => {
        if (++this.count > KEPT_EVENTS) this.queue.add(TRIM);
        this.sweepLater(EVENT_TTL_MS);
      },
      onDelete: () => {
        this.count--;
      },
    });
  }

  handle(): void {
    this.state.sweepDue = false;
    const now = this.context.now();
    const expired: Event[] = [];
    let next = Infinity;
    for (const event of this.events.list()) {
      const seen = this.lastSeen(event);
      if (seen + EVENT_TTL_MS <= now) expired.push(event);
      else next = Math.min(next, seen);
    }
    for (const event of expired) this.remove(event);
    if (next === Infinity) return;
    // Timestamps have whole seconds: a sweep is never due before the one that runs now.
    this.sweepLater(Math.max(1_000, next + EVENT_TTL_MS - now));
  }

  /** Expiry is for ever: it keeps no cluster from being settled. */
  private sweepLater(delayMs: number): void {
    if (this.state.sweepDue) return;
    this.state.sweepDue = true;
    this.context.schedule(delayMs, 'sweep', [], { periodic: true });
  }

  private trim(): void {
    const surplus = this.count - KEPT_EVENTS;
    if (surplus <= 0) return;
    const oldest = [...this.events.list()].sort((a, b) => this.lastSeen(a) - this.lastSeen(b));
    for (const event of oldest.slice(0, surplus + TRIMMED_EVENTS)) this.remove(event);
  }

  /** Every sweep asks all events: each is read once. */
  private lastSeen(event: Event): number {
    let seen = this.seen.get(event);
    if (seen === undefined) this.seen.set(event, (seen = lastSeenOf(event)));
    return seen;
  }

  private remove(event: Event): void {
    ignoringNotFound(() => this.context.client.delete('events', objectKey(event)));
  }
}

const lastSeenOf = ({ lastTimestamp, eventTime, metadata }: Event): number =>
  parseRfc3339(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '') || 0;
