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
  private known: EventTimes | undefined;

  constructor(private readonly context: ComponentContext) {
    this.name = context.name;
    this.events = context.informers.for<Event>('events');
    this.state = context.state('sweep', () => ({ sweepDue: false }));
    this.queue = context.workQueue('events', () => this.trim());
    this.events.addHandlers({
      onAdd: (event) => {
        this.times.note(event);
        if (this.times.size > KEPT_EVENTS) this.queue.add(TRIM);
        this.sweepLater(EVENT_TTL_MS);
      },
      onUpdate: (event) => this.times.note(event),
      onDelete: (event) => this.times.forget(event),
    });
  }

  /** Read from the events there are when somebody first asks: most forks live too short for that. */
  private get times(): EventTimes {
    if (this.known) return this.known;
    const known = new EventTimes();
    for (const event of inOrderOfTime(this.events.list())) known.note(event);
    return (this.known = known);
  }

  handle(): void {
    this.state.sweepDue = false;
    const now = this.context.now();
    const { keys, next } = this.times.until(now - EVENT_TTL_MS);
    for (const key of keys) this.remove(key);
    if (next === undefined) return;
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
    const surplus = this.times.size - KEPT_EVENTS;
    if (surplus <= 0) return;
    const oldest = inOrderOfTime(this.events.list());
    for (const event of oldest.slice(0, surplus + TRIMMED_EVENTS)) this.remove(objectKey(event));
  }

  private remove(key: string): void {
    ignoringNotFound(() => this.context.client.delete('events', key));
  }
}

/**
 * When each event was last seen. Those that a cluster tells come in the order of time, so that a sweep looks at none but
 * what has expired; one that somebody dates back makes every sweep look at all.
 */
class EventTimes {
  private readonly times = new Map<string, number>();
  private newest = -Infinity;
  private inOrder = true;

  get size(): number {
    return this.times.size;
  }

  note(event: Event): void {
    const [key, seen] = [objectKey(event), lastSeen(event)];
    this.times.delete(key);
    this.times.set(key, seen);
    if (seen < this.newest) this.inOrder = false;
    else this.newest = seen;
  }

  forget(event: Event): void {
    this.times.delete(objectKey(event));
    if (this.times.size > 0) return;
    this.newest = -Infinity;
    this.inOrder = true;
  }

  /** Those last seen at `moment` or before, in the order of keys, and when the first of the others was. */
  until(moment: number): { keys: string[]; next: number | undefined } {
    const keys: string[] = [];
    let next: number | undefined;
    for (const [key, seen] of this.times) {
      if (seen <= moment) keys.push(key);
      else next = Math.min(next ?? Infinity, seen);
      if (next !== undefined && this.inOrder) break;
    }
    return { keys: keys.sort(), next };
  }
}

function inOrderOfTime(events: readonly Event[]): Event[] {
  const timed = events.map((event) => ({ event, seen: lastSeen(event) }));
  return timed.sort((one, other) => one.seen - other.seen).map(({ event }) => event);
}

function lastSeen({ lastTimestamp, eventTime, metadata }: Event): number {
  return parseRfc3339(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '') || 0;
}
