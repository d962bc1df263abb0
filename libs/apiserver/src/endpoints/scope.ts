import type { MvccStore } from '@podlab/storage';
import type { GenericRegistry } from '../registry/generic-registry';
import type { AnyStrategy } from '../registry/strategy-index';
import type { KubeAnswer, KubeRequest } from '../request/kube-request';
import type { Query } from '../request/query';
import type { RequestInfo } from '../request/request-info';
import type { ObjectEncoder } from './encoding';
import { encodeJson } from './encoding';

/** What handlers share in one cluster. */
export interface EndpointServices {
  readonly store: MvccStore;
  readonly registry: GenericRegistry;
  readonly encoder: ObjectEncoder;
  /** Virtual ms since the Unix epoch. */
  now(): number;
}

/** One request to one kind, taken apart. */
export interface RequestScope {
  readonly request: KubeRequest;
  readonly info: RequestInfo;
  readonly query: Query;
  readonly strategy: AnyStrategy;
}

export const JSON_TYPE = 'application/json';

/** A JSON answer; `headers` adds to the content type. */
export function jsonAnswer(
  services: Pick<EndpointServices, 'store'>,
  status: number,
  body: Uint8Array | object,
  headers: KubeAnswer['headers'] = {},
): KubeAnswer {
  return {
    kind: 'answer',
    status,
    headers: { 'content-type': JSON_TYPE, ...headers },
    body: body instanceof Uint8Array ? body : encodeJson(body),
    resourceVersion: services.store.resourceVersion,
  };
}
