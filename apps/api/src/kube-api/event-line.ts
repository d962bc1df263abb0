/** Events on their way to one watcher: what became durable together goes out together. */

/** One line of a stream, and the revision that it tells of. */
export interface StreamedEvent {
  readonly bytes: Uint8Array;
  readonly resourceVersion: number;
}

/** What a line asks of its cluster. */
export interface DurableSource {
  readonly durableRevision: number;
  whenDurable(resourceVersion: number, deliver: () => void): void;
}

export class EventLine {
  private waiting: StreamedEvent[] = [];
  private finish: (() => void) | undefined;
  /** Last joined for any watcher of the source: the others that waited for the same events send the same bytes. */
  private static readonly joined = new WeakMap<DurableSource, Joined>();

  constructor(
    private readonly source: DurableSource,
    private readonly write: (bytes: Uint8Array) => void,
  ) {}

  /** Sends the event when it is durable, after all that were pushed before. */
  push(event: StreamedEvent): void {
    this.waiting.push(event);
    if (this.waiting.length === 1) this.waitForFirst();
  }

  /** Calls `act` when the revision is durable, after all that were pushed. */
  last(resourceVersion: number, act: () => void): void {
    const finish = () => this.source.whenDurable(resourceVersion, act);
    if (this.waiting.length === 0) finish();
    else this.finish = finish;
  }

  private waitForFirst(): void {
    this.source.whenDurable(this.waiting[0].resourceVersion, () => this.flush());
  }

  private flush(): void {
    const { durableRevision } = this.source;
    let ready = 1;
    while (ready < this.waiting.length && this.waiting[ready].resourceVersion <= durableRevision) ready++;
    const events = this.waiting.splice(0, ready);
    this.write(ready === 1 ? events[0].bytes : this.join(events.map(({ bytes }) => bytes)));
    if (this.waiting.length > 0) this.waitForFirst();
    else this.finish?.();
  }

  private join(parts: readonly Uint8Array[]): Uint8Array {
    const last = EventLine.joined.get(this.source);
    if (last?.parts.length === parts.length && parts.every((part, index) => part === last.parts[index]))
      return last.whole;
    const whole = Buffer.concat(parts);
    EventLine.joined.set(this.source, { parts, whole });
    return whole;
  }
}

interface Joined {
  readonly parts: readonly Uint8Array[];
  readonly whole: Uint8Array;
}
