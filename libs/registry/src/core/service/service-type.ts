import type { Service } from '@podlab/api';

export const HEADLESS = 'None';

/** Whether the Service has an address of its own (or says that it wants none). */
export const needsClusterIP = ({ spec }: Service): boolean => spec.type !== 'ExternalName';

/** Whether the Service's ports may have node ports. Models pkg/registry/core/service strategy.go needsNodePort. */
export const usesNodePorts = ({ spec }: Service): boolean =>
  spec.type === 'NodePort' || spec.type === 'LoadBalancer';

/** Whether each port is given a node port. Models pkg/registry/core/service/storage shouldAllocateNodePorts. */
export const takesNodePorts = ({ spec }: Service): boolean =>
  spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);

/** Whether the load balancer asks one port of each node for its health. */
export const needsHealthCheckPort = ({ spec }: Service): boolean =>
  spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';

export const isHeadless = ({ spec }: Service): boolean =>
  spec.clusterIPs?.[0] === HEADLESS || spec.clusterIP === HEADLESS;

/** Whether clients outside of the cluster may reach it. Models pkg/api/service ExternallyAccessible. */
export function isExternallyAccessible({ spec }: Service): boolean {
  if (spec.type === 'LoadBalancer' || spec.type === 'NodePort') return true;
  return spec.type === 'ClusterIP' && (spec.externalIPs ?? []).length > 0;
}
