import type { EndpointAddress, EndpointPort, EndpointSubset, Pod, Service } from '@podlab/api';
import { isPodReady } from '../pods/pod-state';
import {
  addressesOf,
  belongsInEndpoints,
  findPort,
  hostnameOf,
  isHeadless,
  targetReference,
} from '../services/endpoint-pods';

/**
 * The subsets of a Service's pods: addresses that offer the same ports stand together, sorted.
 * Models k8s.io/kubernetes pkg/controller/endpoint syncService with pkg/api/v1/endpoints RepackSubsets; subsets and ports
 * are in the order of their ports' names, where upstream takes a hash of Go memory.
 */
export function subsetsOf(service: Service, pods: readonly Pod[]): EndpointSubset[] {
  const publishAll = service.spec.publishNotReadyAddresses === true;
  const family = service.spec.ipFamilies?.[0] === 'IPv6' ? 'IPv6' : 'IPv4';
  const groups = new Map<
    string,
    { ports: EndpointPort[]; ready: EndpointAddress[]; notReady: EndpointAddress[] }
  >();
  for (const pod of pods) {
    if (!belongsInEndpoints(pod, { terminating: publishAll })) continue;
    const [ip] = addressesOf(pod, family);
    const ports = portsOf(service, pod);
    if (ip === undefined || (ports.length === 0 && !isPortless(service))) continue;
    const key = JSON.stringify(ports);
    let group = groups.get(key);
    if (!group) groups.set(key, (group = { ports, ready: [], notReady: [] }));
    (publishAll || isPodReady(pod) ? group.ready : group.notReady).push(addressOf(service, pod, ip));
  }
  return [...groups.keys()].sort().map((key) => {
    const { ports, ready, notReady } = groups.get(key) as NonNullable<ReturnType<typeof groups.get>>;
    return {
      ...(ready.length > 0 && { addresses: ready.sort(byAddress) }),
      ...(notReady.length > 0 && { notReadyAddresses: notReady.sort(byAddress) }),
      ...(ports.length > 0 && { ports }),
    };
  });
}

/** Most addresses in one Endpoints object. */
export const MAX_ENDPOINTS = 1000;

/**
 * The subsets within {@link MAX_ENDPOINTS}, each with its share: those that are ready first; undefined where all have room.
 * Models k8s.io/kubernetes pkg/controller/endpoint truncateEndpoints.
 */
export function truncated(subsets: readonly EndpointSubset[]): EndpointSubset[] | undefined {
  const count = (kind: 'addresses' | 'notReadyAddresses') =>
    subsets.reduce((sum, subset) => sum + (subset[kind]?.length ?? 0), 0);
  const ready = count('addresses');
  const notReady = count('notReadyAddresses');
  if (ready + notReady <= MAX_ENDPOINTS) return undefined;
  const cutsReady = ready > MAX_ENDPOINTS;
  const kind = cutsReady ? 'addresses' : 'notReadyAddresses';
  const room = cutsReady ? MAX_ENDPOINTS : MAX_ENDPOINTS - ready;
  let left = room;
  return subsets.map((subset) => {
    const own = subset[kind] ?? [];
    const share = Math.min(left, Math.ceil((own.length / (cutsReady ? ready : notReady)) * room));
    left -= Math.min(share, own.length);
    const { notReadyAddresses: _, ...rest } = subset;
    return { ...(cutsReady ? rest : subset), [kind]: own.slice(0, share) };
  });
}

/** A headless Service needs no port to name its pods. */
function isPortless(service: Service): boolean {
  return isHeadless(service) && !service.spec.ports?.length;
}

function portsOf(service: Service, pod: Pod): EndpointPort[] {
  const ports: EndpointPort[] = [];
  for (const servicePort of service.spec.ports ?? []) {
    const port = findPort(pod, servicePort);
    if (port === undefined) continue;
    const { name, protocol = 'TCP', appProtocol } = servicePort;
    ports.push({ ...(name && { name }), port, protocol, ...(appProtocol && { appProtocol }) });
  }
  return ports.sort((a, b) => compareText(a.name ?? '', b.name ?? ''));
}

function addressOf(service: Service, pod: Pod, ip: string): EndpointAddress {
  const hostname = hostnameOf(pod, service);
  return {
    ip,
    ...(hostname && { hostname }),
    ...(pod.spec.nodeName && { nodeName: pod.spec.nodeName }),
    targetRef: targetReference(pod),
  };
}

function byAddress(a: EndpointAddress, b: EndpointAddress): number {
  return compareText(a.ip, b.ip) || compareText(a.targetRef?.uid ?? '', b.targetRef?.uid ?? '');
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
