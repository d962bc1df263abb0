import type { SubresourceInfo } from '../discovery/discovery';
import type { KubeResponse } from '../request/kube-request';
import type { EndpointServices, RequestScope } from './scope';

/** A subresource that is more than a part of its object: logs, bindings, evictions … */
export interface Connector extends SubresourceInfo {
  /** Answers a request whose method is one of the verbs'; throws StatusError. */
  connect(services: EndpointServices, scope: RequestScope): KubeResponse;
}
