import type { Service, ServicePort } from '@podlab/api';
import { sameList } from './ip-families';
import { isExternallyAccessible, needsClusterIP, needsHealthCheckPort, usesNodePorts } from './service-type';

/** What an update leaves out and the Service has goes on. Models pkg/registry/core/service/storage patchAllocatedValues. */
export function keepAllocated(draft: Service, old: Service): void {
  const { spec } = draft;
  if (needsClusterIP(draft) && needsClusterIP(old)) {
    if (!spec.clusterIP && old.spec.clusterIP) spec.clusterIP = old.spec.clusterIP;
    if (!spec.clusterIPs?.length && spec.clusterIP === old.spec.clusterIP && old.spec.clusterIPs)
      spec.clusterIPs = [...old.spec.clusterIPs];
  }
  if (usesNodePorts(draft) && usesNodePorts(old)) keepNodePorts(spec.ports ?? [], old.spec.ports ?? []);
  if (needsHealthCheckPort(draft) && needsHealthCheckPort(old) && old.spec.healthCheckNodePort)
    spec.healthCheckNodePort ||= old.spec.healthCheckNodePort;
}

/** A port is known again by its name. */
function keepNodePorts(ports: readonly ServicePort[], old: readonly ServicePort[]): void {
  const before = new Map(old.map(({ name = '', nodePort }) => [name, nodePort]));
  const numbers = new Set(ports.map(({ nodePort }) => nodePort).filter(Boolean));
  const used = new Set(old.map(({ nodePort }) => nodePort).filter((port) => numbers.has(port)));
  for (const port of ports) {
    const kept = before.get(port.name ?? '');
    if (port.nodePort || !kept || used.has(kept)) continue;
    port.nodePort = kept;
    used.add(kept);
  }
}

/**
 * What only the old type had, and the update repeats unchanged, goes.
 * Models pkg/registry/core/service strategy.go dropTypeDependentFields.
 */
export function dropOfOldType(draft: Service, old: Service): void {
  const { spec } = draft;
  const before = old.spec;
  if (needsClusterIP(old) && !needsClusterIP(draft)) {
    if (sameList(spec.clusterIPs, before.clusterIPs)) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    if (sameList(spec.ipFamilies, before.ipFamilies)) delete spec.ipFamilies;
    if (spec.ipFamilyPolicy === before.ipFamilyPolicy) delete spec.ipFamilyPolicy;
  }
  if (usesNodePorts(old) && !usesNodePorts(draft) && addsNoNodePort(spec, before)) {
    for (const port of spec.ports ?? []) delete port.nodePort;
  }
  if (needsHealthCheckPort(old) && !needsHealthCheckPort(draft)) {
    if (spec.healthCheckNodePort === before.healthCheckNodePort) delete spec.healthCheckNodePort;
  }
  if (before.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    if (spec.allocateLoadBalancerNodePorts === before.allocateLoadBalancerNodePorts)
      delete spec.allocateLoadBalancerNodePorts;
    if (spec.loadBalancerClass === before.loadBalancerClass) delete spec.loadBalancerClass;
  }
  if (isExternallyAccessible(old) && !isExternallyAccessible(draft)) {
    if (spec.externalTrafficPolicy === before.externalTrafficPolicy) delete spec.externalTrafficPolicy;
  }
  if (spec.type !== 'LoadBalancer') draft.status = { ...draft.status, loadBalancer: {} };
}

/** Models sameNodePorts: ports may go or change, as long as no node port is new. */
function addsNoNodePort({ ports = [] }: Service['spec'], before: Service['spec']): boolean {
  const old = new Set((before.ports ?? []).map(({ nodePort }) => nodePort ?? 0));
  return ports.every(({ nodePort }) => old.has(nodePort ?? 0));
}

/** `clusterIP` is the first of `clusterIPs`, where an older client wrote only the one. Models normalizeClusterIPs. */
export function normalizeClusterIPs({ spec }: Service, old?: Service): void {
  if (!old) {
    if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
    return;
  }
  const same = (spec.clusterIP ?? '') === (old.spec.clusterIP ?? '');
  if (old.spec.clusterIPs?.length && !spec.clusterIPs?.length && same)
    spec.clusterIPs = [...old.spec.clusterIPs];
  if (same || !sameList(spec.clusterIPs, old.spec.clusterIPs)) return;
  if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP];
  else delete spec.clusterIPs;
}
