import type { Service } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';
import type { AddressFamily } from '@podlab/netstack';
import type { BalancerPort, HealthCheck } from './settings';
import type { BalancerRequest } from './simulated-cloud';

/** Models k8s.io/cloud-provider and kubernetes pkg/cluster/ports ProxyHealthzPort. */
const PROXY_HEALTH_PORT = 10_256;
const HEALTH_PATH = '/healthz';

/** What a Service asks of the cloud, with the nodes that it may use. */
export function balancerRequest(service: Service, hosts: readonly string[]): BalancerRequest {
  const { spec, metadata } = service;
  const key = objectKey(service);
  return {
    service: key,
    uid: metadata.uid ?? key,
    families: (spec.ipFamilies ?? []) as AddressFamily[],
    address: spec.loadBalancerIP,
    ports: (spec.ports ?? []).map(({ port, protocol, nodePort }) => ({
      port,
      protocol: (protocol ?? 'TCP') as BalancerPort['protocol'],
      node_port: nodePort ?? 0,
    })),
    source_ranges: (spec.loadBalancerSourceRanges ?? []).map((range) => range.trim()),
    check: checkOf(service),
    hosts,
  };
}

/** Under a Local policy a node is asked for endpoints of its own, otherwise whether its kube-proxy is there (KEP-3458). */
function checkOf({ spec }: Service): HealthCheck {
  const own = spec.externalTrafficPolicy === 'Local' ? spec.healthCheckNodePort : undefined;
  return { port: own || PROXY_HEALTH_PORT, path: HEALTH_PATH };
}
