import type { Pod, Service, ServicePort } from '@podlab/api';
import { isPodTerminal } from '../pods/pod-state';

/** Models k8s.io/endpointslice util/controller_utils.go and utils.go: what of a pod makes an endpoint. */

export const HEADLESS_LABEL = 'service.kubernetes.io/headless';

export function isHeadless({ spec }: Service): boolean {
  return !spec.clusterIP || spec.clusterIP === 'None';
}

/** Models ShouldPodBeInEndpoints. */
export function belongsInEndpoints(pod: Pod, options: { terminating: boolean }): boolean {
  if (isPodTerminal(pod) || (!pod.status?.podIP && !pod.status?.podIPs?.length)) return false;
  return options.terminating || pod.metadata.deletionTimestamp === undefined;
}

/** The pod's addresses of one family, in the order of its status. */
export function addressesOf(pod: Pod, family: 'IPv4' | 'IPv6'): string[] {
  const addresses = pod.status?.podIPs?.map(({ ip }) => ip) ?? [pod.status?.podIP ?? ''];
  return addresses.filter((ip) => ip !== '' && ip.includes(':') === (family === 'IPv6'));
}

/** The container's port behind a Service's port; a name is looked up in the pod. Models FindPort. */
export function findPort(pod: Pod, servicePort: ServicePort): number | undefined {
  const { targetPort = servicePort.port, protocol = 'TCP' } = servicePort;
  if (typeof targetPort === 'number') return targetPort;
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  for (const container of [...pod.spec.containers, ...sidecars]) {
    const found = container.ports?.find(
      (port) => port.name === targetPort && (port.protocol ?? 'TCP') === protocol,
    );
    if (found) return found.containerPort;
  }
  return undefined;
}

/** The pod's own name in the Service's domain. Models ShouldSetHostname. */
export function hostnameOf(pod: Pod, service: Service): string | undefined {
  const { hostname, subdomain } = pod.spec;
  return hostname && subdomain === service.metadata.name ? hostname : undefined;
}

export function targetReference({ metadata: { namespace, name, uid } }: Pod): {
  kind: 'Pod';
  namespace?: string;
  name: string;
  uid?: string;
} {
  return { kind: 'Pod', namespace, name, uid };
}
