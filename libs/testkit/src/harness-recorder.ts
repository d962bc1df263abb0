import type { KubeObject } from '@podlab/apimachinery';
import type { EventRecorder, EventSource, EventType } from '@podlab/client';
import { rfc3339 } from '@podlab/kernel';
import type { HarnessClient } from './harness-client';

interface StoredEvent extends KubeObject {
  count: number;
}

/** Events as objects; equal ones count up. */
export class HarnessRecorder implements EventRecorder {
  constructor(
    private readonly client: HarnessClient,
    private readonly known: Map<string, StoredEvent>,
    private readonly now: () => number,
  ) {}

  event(about: KubeObject, type: EventType, reason: string, message: string, source: EventSource): void {
    const { name, uid } = about.metadata;
    const namespace = about.metadata.namespace ?? 'default';
    const key = [about.kind, namespace, name, uid, type, reason, message, source.component, source.host].join(
      '\u0000',
    );
    const lastTimestamp = rfc3339(this.now());
    const seen = this.known.get(key);
    if (seen) {
      const { resourceVersion: _, ...metadata } = seen.metadata;
      const event = { ...seen, metadata, count: seen.count + 1, lastTimestamp } as StoredEvent;
      this.known.set(key, this.client.update('events', event));
      return;
    }
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${(this.known.size + 1).toString(16)}`, namespace },
      involvedObject: {
        apiVersion: about.apiVersion,
        kind: about.kind,
        namespace: about.metadata.namespace,
        name,
        uid,
        fieldPath: source.fieldPath,
      },
      type,
      reason,
      message,
      source: { component: source.component, host: source.host },
      reportingComponent: source.component,
      count: 1,
      firstTimestamp: lastTimestamp,
      lastTimestamp,
    };
    this.known.set(key, this.client.create('events', event as StoredEvent));
  }
}
