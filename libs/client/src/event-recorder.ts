import type { KubeObject } from '@podlab/apimachinery';

export type EventType = 'Normal' | 'Warning';

/** Records `v1.Event`s about objects. Models client-go tools/record EventRecorder with its correlator (equal events count up). */
export interface EventRecorder {
  /** `source` is the reporting component (`kubelet`, `default-scheduler`), `host` its node for a kubelet. */
  event(about: KubeObject, type: EventType, reason: string, message: string, source: EventSource): void;
}

export interface EventSource {
  component: string;
  host?: string;
  /** A part of the object, as in `spec.containers{nginx}`. */
  fieldPath?: string;
}
