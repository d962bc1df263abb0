import type { Event } from '@podlab/api';
import { isStatusError } from '@podlab/apimachinery';
import type { KubeObject } from '@podlab/apimachinery';
import type { Client } from './client';
import type { EventRecorder, EventSource, EventType } from './event-recorder';
import type { Informer } from './informer';

/** How many different events are remembered so that an equal one counts up, in events. Models client-go tools/record maxLruCacheEntries. */
export const CORRELATED_EVENTS = 4096;

export interface RecorderState {
  /** Correlation key → key of the Event object. */
  known: Map<string, string>;
  /** Makes names unique within one virtual millisecond. */
  counter: number;
}

export function createRecorderState(): RecorderState {
  return { known: new Map(), counter: 0 };
}

/** What the recorder needs of the cluster. */
export interface RecorderPorts {
  now(): number;
  timestamp(): string;
  client: Pick<Client, 'create' | 'update'>;
  events: Informer<Event>;
}

/** Writes Events; an event equal to an earlier one raises that one's count. Models client-go tools/record EventCorrelator. */
export class CorrelatedRecorder implements EventRecorder {
  constructor(
    private readonly state: RecorderState,
    private readonly ports: RecorderPorts,
  ) {}

  event(about: KubeObject, type: EventType, reason: string, message: string, source: EventSource): void {
    const key = correlationKey(about, type, reason, message, source);
    const known = this.state.known.get(key);
    const earlier = known === undefined ? undefined : this.ports.events.get(known);
    try {
      if (earlier) this.countUp(earlier);
      else this.remember(key, this.create(about, type, reason, message, source));
    } catch (error) {
      // A rejected event is dropped, as in a namespace that goes away. Models client-go tools/record recordEvent.
      if (!isStatusError(error)) throw error;
    }
  }

  private countUp(earlier: Event): void {
    const count = (earlier.count ?? 1) + 1;
    this.ports.client.update('events', { ...earlier, count, lastTimestamp: this.ports.timestamp() });
  }

  private create(
    about: KubeObject,
    type: EventType,
    reason: string,
    message: string,
    source: EventSource,
  ): Event {
    const { name, namespace = '', uid, resourceVersion } = about.metadata;
    const timestamp = this.ports.timestamp();
    const nanoseconds = BigInt(this.ports.now()) * 1_000_000n + BigInt(this.state.counter++ % 1_000_000);
    return this.ports.client.create<Event>('events', {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${nanoseconds.toString(16)}`, namespace: namespace || 'default' },
      involvedObject: {
        apiVersion: about.apiVersion,
        kind: about.kind,
        name,
        ...(namespace && { namespace }),
        ...(uid && { uid }),
        ...(resourceVersion && { resourceVersion }),
        ...(source.fieldPath && { fieldPath: source.fieldPath }),
      },
      type,
      reason,
      message,
      source: { component: source.component, ...(source.host && { host: source.host }) },
      firstTimestamp: timestamp,
      lastTimestamp: timestamp,
      count: 1,
      reportingComponent: source.component,
      reportingInstance: source.host ?? '',
    });
  }

  private remember(key: string, event: Event): void {
    const { known } = this.state;
    known.delete(key);
    known.set(key, `${event.metadata.namespace}/${event.metadata.name}`);
    if (known.size > CORRELATED_EVENTS) known.delete(known.keys().next().value as string);
  }
}

function correlationKey(
  about: KubeObject,
  type: string,
  reason: string,
  message: string,
  source: EventSource,
): string {
  const { uid = '', namespace = '', name } = about.metadata;
  const parts = [
    source.component,
    source.host,
    about.kind,
    namespace,
    name,
    uid,
    source.fieldPath,
    type,
    reason,
    message,
  ];
  return parts.join('\u0000');
}
