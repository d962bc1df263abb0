import type { KubeObject } from '@podlab/apimachinery';
import { fnv1a32 } from '@podlab/kernel';
import type { EventSource } from './event-recorder';

/** How many things each memory holds, in entries. Models client-go tools/record events_cache.go maxLruCacheEntries. */
export const CORRELATED_EVENTS = 4096;
/** So many events that differ in their message alone are told apart. Models defaultAggregateMaxEvents. */
const SIMILAR_EVENTS = 10;
/** They are similar while one comes within this time of the last. Models defaultAggregateIntervalInSeconds. */
const SIMILAR_MS = 600_000;
/** So many events of one reporter about one object are written at once. Models defaultSpamBurst. */
const BURST_EVENTS = 25;
/** And then one more each time that this passes. Models defaultSpamQPS. */
const REFILL_MS = 300_000;
/** The scheduler reports through client-go tools/events, which holds nothing back. */
const HOLDS_NOTHING_BACK: ReadonlySet<string> = new Set(['default-scheduler']);

const COMBINED = '(combined from similar events): ';

/** An Event that was written, or held back, and may come again. */
interface Observation {
  /** The key of the Event object. */
  readonly event: string;
  readonly count: number;
  readonly firstTimestamp: string;
}

/** What a recorder remembers; entries stand in the order of their last use. */
export interface CorrelatorState {
  known: Map<string, Observation>;
  /** Messages of events that are else the same, and when the last came in virtual ms. */
  similar: Map<string, { messages: string[]; at: number }>;
  /** How many events of one reporter about one object may still be written, and when that was counted. */
  allowances: Map<string, { events: number; at: number }>;
}

export function createCorrelatorState(): CorrelatorState {
  return { known: new Map(), similar: new Map(), allowances: new Map() };
}

/** Something to report. */
export interface Occurrence {
  readonly about: KubeObject;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly source: EventSource;
}

/** What an occurrence is told as: by which key it is known, and in which words. */
export interface Told {
  readonly key: string;
  readonly message: string;
}

/** Finds out which Event an occurrence belongs to, and holds back what would be too many. Models client-go tools/record EventCorrelator. */
export class EventCorrelator {
  constructor(
    private readonly state: CorrelatorState,
    private readonly clock: { now(): number },
  ) {}

  /** Many that differ in their words alone become one. Models EventAggregator.EventAggregate. */
  told(occurrence: Occurrence): Told {
    const { type, reason, message, source } = occurrence;
    const own = { key: keyOf(occurrence, source.fieldPath, type, reason, message), message };
    if (HOLDS_NOTHING_BACK.has(source.component)) return own;
    const key = keyOf(occurrence, type, reason);
    const messages = this.messagesWith(message, this.state.similar.get(key));
    this.rememberSimilar(key, messages);
    if (messages.length < SIMILAR_EVENTS) return own;
    messages.shift();
    return { key, message: `${COMBINED}${message}` };
  }

  private messagesWith(message: string, earlier?: { messages: string[]; at: number }): string[] {
    const messages = earlier && this.clock.now() - earlier.at <= SIMILAR_MS ? earlier.messages : [];
    return messages.includes(message) ? messages : messages.concat(message);
  }

  private rememberSimilar(key: string, messages: string[]): void {
    const { similar } = this.state;
    const now = this.clock.now();
    forget(similar, ({ at }) => now - at > SIMILAR_MS);
    use(similar, key, { messages, at: now });
  }

  known(key: string): Observation | undefined {
    return this.state.known.get(key);
  }

  remember(key: string, observation: Observation): void {
    use(this.state.known, key, observation);
  }

  /** Whether the occurrence may be written, which counts. Models EventSourceObjectSpamFilter.Filter. */
  isAllowed(occurrence: Occurrence): boolean {
    if (HOLDS_NOTHING_BACK.has(occurrence.source.component)) return true;
    const { allowances } = this.state;
    const now = this.clock.now();
    forget(allowances, ({ at }) => now - at >= BURST_EVENTS * REFILL_MS);
    const key = keyOf(occurrence);
    const { events, at } = allowances.get(key) ?? { events: BURST_EVENTS, at: now };
    const left = Math.min(BURST_EVENTS, events + (now - at) / REFILL_MS);
    use(allowances, key, { events: left < 1 ? left : left - 1, at: now });
    return left >= 1;
  }
}

/** Sets an entry as the last used one; the one that was not used for longest goes when there are too many. */
function use<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > CORRELATED_EVENTS) map.delete(map.keys().next().value as string);
}

/** Drops what says nothing any more, from the one that was not used for longest on. */
function forget<Value>(map: Map<string, Value>, isOver: (value: Value) => boolean): void {
  for (const [key, value] of map) {
    if (!isOver(value)) return;
    map.delete(key);
  }
}

/** Sixty-four bits of what makes a thing itself: the words were ten kilobytes of each idle cluster. */
function keyOf({ about, source }: Occurrence, ...more: readonly (string | undefined)[]): string {
  const { uid = '', namespace = '', name } = about.metadata;
  const words = [source.component, source.host, about.kind, namespace, name, uid, ...more].join('\u0000');
  // Joined, it is one piece: a sum of two would keep both beside itself.
  return [hex(fnv1a32(words)), hex(fnv1a32(words, AFTER_DOT))].join('');
}

const AFTER_DOT = fnv1a32('.');

const hex = (bits: number): string => bits.toString(16).padStart(8, '0');
