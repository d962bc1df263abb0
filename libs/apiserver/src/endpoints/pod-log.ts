import type { Pod } from '@podlab/api';
import { forbidden, invalid, newBadRequest, newInvalid, Path } from '@podlab/apimachinery';
import { parseRfc3339, utf8Decode, utf8Encode } from '@podlab/kernel';
import type { KubeWatch } from '../request/kube-request';
import type { Query } from '../request/query';
import type { EndpointServices } from './scope';

/** Takes a log that goes on. */
export interface LogSink {
  text(text: string): void;
  /** Nothing more will be written. */
  end(): void;
}

export interface LogOptions {
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines?: number;
  /** Virtual ms since the Unix epoch: older lines are left out. */
  readonly since?: number;
}

/** Where container logs come from; undefined when the container has not started. */
export interface ContainerLogs {
  read(pod: Pod, container: string, options: LogOptions): string | undefined;
  /** Tells what is written from now on; the answer stops that. */
  follow(pod: Pod, container: string, options: LogOptions, sink: LogSink): () => void;
}

/** A followed log ends after this much wall time; kubectl then stops, as at a kubelet's idle time-out. */
const FOLLOW_TIMEOUT_MS = 4 * 3_600_000;

/** What is there, and then what comes. Models k8s.io/kubernetes pkg/kubelet/kuberuntime/logs ReadLogs. */
export function followedLog(
  services: EndpointServices,
  text: string,
  limit: number | undefined,
  follow: (sink: LogSink) => () => void,
): KubeWatch {
  return {
    kind: 'watch',
    headers: { 'content-type': 'text/plain' },
    timeout_ms: FOLLOW_TIMEOUT_MS,
    resourceVersion: services.store.resourceVersion,
    open(sink) {
      let left = limit ?? Infinity;
      const send = (more: string): void => {
        const bytes = utf8Encode(more);
        const fits = bytes.length <= left ? bytes : bytes.slice(0, left);
        left -= fits.length;
        if (fits.length > 0) sink.event(fits, services.store.resourceVersion);
        if (left === 0) sink.end();
      };
      send(text);
      if (left === 0) return () => undefined;
      return follow({ text: send, end: () => sink.end() });
    },
  };
}

export function cut(text: string, limit: number | undefined): string {
  return limit === undefined ? text : utf8Decode(utf8Encode(text).slice(0, limit));
}

/** Models k8s.io/kubernetes pkg/apis/core/validation ValidatePodLogOptions. */
export function logOptions(query: Query, now: number): LogOptions {
  const seconds = atLeast(query, 'sinceSeconds', 1);
  const time = query.get('sinceTime');
  if (seconds !== undefined && time)
    throw newInvalid('PodLogOptions', '', [
      forbidden(Path.of(''), 'at most one of `sinceTime` or `sinceSeconds` may be specified'),
    ]);
  const moment = time ? parseRfc3339(time) : undefined;
  if (time && moment === undefined) throw newBadRequest(`parsing time "${time}": not in RFC 3339`);
  return {
    previous: query.flag('previous'),
    timestamps: query.flag('timestamps'),
    ...optional('tailLines', atLeast(query, 'tailLines', 0)),
    ...optional('since', seconds === undefined ? moment : now - seconds * 1000),
  };
}

export function atLeast(query: Query, name: string, least: number): number | undefined {
  const value = query.number(name);
  if (value === undefined || value >= least) return value;
  const rule = least === 0 ? 'greater than or equal to 0' : 'greater than 0';
  throw newInvalid('PodLogOptions', '', [invalid(Path.of(name), value, `must be ${rule}`)]);
}

function optional<K extends string>(key: K, value: number | undefined): Partial<Record<K, number>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, number>);
}
