import type { Event } from '@podlab/api';
import { isStatusError } from '@podlab/apimachinery';
import type { KubeObject } from '@podlab/apimachinery';
import type { Client } from './client';
import {
  createCorrelatorState,
  EventCorrelator,
  type CorrelatorState,
  type Occurrence,
} from './event-correlator';
import type { EventRecorder, EventSource, EventType } from './event-recorder';
import type { Informer } from './informer';

export interface RecorderState extends CorrelatorState {
  /** Makes names unique within one virtual millisecond. */
  counter: number;
}

export function createRecorderState(): RecorderState {
  return { ...createCorrelatorState(), counter: 0 };
}

/** What the recorder needs of the cluster. */
export interface RecorderPorts {
  now(): number;
  timestamp(): string;
  client: Pick<Client, 'create' | 'update'>;
  events: Informer<Event>;
}

/**
 * Writes Events: one equal to an earlier one raises that one's count, many similar ones become one, and too many about
 * one object wait. Models client-go tools/record eventBroadcasterImpl.recordToSink.
 */
export class CorrelatedRecorder implements EventRecorder {
  constructor(
    private readonly state: RecorderState,
    private readonly ports: RecorderPorts,
  ) {}

  event(about: KubeObject, type: EventType, reason: string, message: string, source: EventSource): void {
    const occurrence = { about, type, reason, message, source };
    const correlator = new EventCorrelator(this.state, this.ports);
    const { key, message: words } = correlator.told(occurrence);
    const known = correlator.known(key);
    const timestamp = this.ports.timestamp();
    const count = (known?.count ?? 0) + 1;
    const firstTimestamp = known?.firstTimestamp ?? timestamp;
    const event = known?.event ?? this.newKey(about);
    correlator.remember(key, { event, count, firstTimestamp });
    if (!correlator.isAllowed(occurrence)) return;
    try {
      const earlier = this.ports.events.get(event);
      if (earlier)
        this.ports.client.update('events', { ...earlier, message: words, count, lastTimestamp: timestamp });
      else this.create(event, { ...occurrence, message: words }, { count, firstTimestamp, timestamp });
    } catch (error) {
      // A rejected event is dropped, as in a namespace that goes away. Models client-go tools/record recordEvent.
      if (!isStatusError(error)) throw error;
    }
  }

  private newKey({ metadata: { namespace, name } }: KubeObject): string {
    const nanoseconds = BigInt(this.ports.now()) * 1_000_000n + BigInt(this.state.counter++ % 1_000_000);
    return `${namespace || 'default'}/${name}.${nanoseconds.toString(16)}`;
  }

  private create(
    key: string,
    { about, type, reason, message, source }: Occurrence,
    times: { count: number; firstTimestamp: string; timestamp: string },
  ): void {
    const { name, namespace = '', uid, resourceVersion } = about.metadata;
    const slash = key.indexOf('/');
    this.ports.client.create<Event>('events', {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: key.slice(slash + 1), namespace: key.slice(0, slash) },
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
      firstTimestamp: times.firstTimestamp,
      lastTimestamp: times.timestamp,
      count: times.count,
      reportingComponent: source.component,
      reportingInstance: source.host ?? '',
    });
  }
}
