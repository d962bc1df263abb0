import type { Endpoint, EndpointHints, EndpointSlicePort, Node, Pod, Service } from '@podlab/api';
import { isPodReady } from '../pods/pod-state';
import {
  addressesOf,
  belongsInEndpoints,
  findPort,
  hostnameOf,
  targetReference,
} from '../services/endpoint-pods';

const ZONE_LABEL = 'topology.kubernetes.io/zone';

export type AddressType = 'IPv4' | 'IPv6';

/** Endpoints whose pods have the same container ports behind the Service's ports. */
export interface PortGroup {
  ports: EndpointSlicePort[];
  /** By {@link endpointKey}. */
  endpoints: Map<string, Endpoint>;
}

/** What the Service's slices of one address type should hold, by {@link portsKey}. Models k8s.io/endpointslice reconciler.go. */
export function desiredEndpoints(
  service: Service,
  pods: readonly Pod[],
  nodeOf: (name: string) => Node | undefined,
  addressType: AddressType,
): Map<string, PortGroup> {
  const groups = new Map<string, PortGroup>();
  for (const pod of pods) {
    if (!belongsInEndpoints(pod, { terminating: true }) || isOnMissingNode(pod, service, nodeOf)) continue;
    const endpoint = endpointOf(pod, service, nodeOf, addressType);
    if (endpoint.addresses.length === 0) continue;
    const ports = portsOf(service, pod);
    const key = portsKey(ports);
    let group = groups.get(key);
    if (!group) groups.set(key, (group = { ports, endpoints: new Map() }));
    group.endpoints.set(endpointKey(endpoint), endpoint);
  }
  return groups;
}

/** The family of an address that an endpoint has, as Services name it. */
export function addressTypesOf({ spec }: Service): AddressType[] {
  const families = (spec.ipFamilies ?? []).filter((family) => family === 'IPv4' || family === 'IPv6');
  if (families.length > 0) return families;
  return spec.clusterIP?.includes(':') ? ['IPv6'] : ['IPv4'];
}

/** The same for two lists of equal ports in any order. */
export function portsKey(ports: readonly EndpointSlicePort[] = []): string {
  const texts = ports.map(({ name = '', port, protocol, appProtocol = '' }) =>
    [name, port ?? '', protocol ?? '', appProtocol].join(':'),
  );
  return texts.sort().join(',');
}

/** What makes two endpoints the same one: address and pod. Models util/endpointset.go hashEndpoint. */
export function endpointKey({ addresses, targetRef }: Endpoint): string {
  return `${addresses.join(',')}|${targetRef?.namespace ?? ''}/${targetRef?.name ?? ''}/${targetRef?.uid ?? ''}`;
}

/** A pod whose node is gone is no endpoint, but where all are published. Models reconciler.go reconcileByAddressType. */
function isOnMissingNode(
  { spec }: Pod,
  service: Service,
  nodeOf: (name: string) => Node | undefined,
): boolean {
  if (!spec.nodeName || service.spec.publishNotReadyAddresses) return false;
  return nodeOf(spec.nodeName) === undefined;
}

/** Models podToEndpoint. */
function endpointOf(
  pod: Pod,
  service: Service,
  nodeOf: (name: string) => Node | undefined,
  addressType: AddressType,
): Endpoint {
  const serving = isPodReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  const hostname = hostnameOf(pod, service);
  const { nodeName } = pod.spec;
  const zone = nodeName === undefined ? undefined : nodeOf(nodeName)?.metadata.labels?.[ZONE_LABEL];
  const hints = ready ? hintsOf(service, zone, nodeName) : undefined;
  return {
    addresses: addressesOf(pod, addressType),
    conditions: { ready, serving, terminating },
    ...(hints && { hints }),
    ...(hostname && { hostname }),
    ...(nodeName && { nodeName }),
    targetRef: targetReference(pod),
    ...(zone && { zone }),
  };
}

/** Clients that an endpoint is meant for. Models k8s.io/endpointslice trafficdist/trafficdist.go preferCloseHeuristic. */
function hintsOf({ spec }: Service, zone?: string, node?: string): EndpointHints | undefined {
  const distribution = spec.trafficDistribution ?? '';
  if (!['PreferClose', 'PreferSameZone', 'PreferSameNode'].includes(distribution)) return undefined;
  const forNodes = distribution === 'PreferSameNode' && node ? [{ name: node }] : undefined;
  if (!zone && !forNodes) return undefined;
  return { ...(forNodes && { forNodes }), ...(zone && { forZones: [{ name: zone }] }) };
}

/** Models getEndpointPorts: a port that the pod has no number for is left out. */
function portsOf(service: Service, pod: Pod): EndpointSlicePort[] {
  const ports: EndpointSlicePort[] = [];
  for (const servicePort of service.spec.ports ?? []) {
    const port = findPort(pod, servicePort);
    if (port === undefined) continue;
    const { name = '', protocol = 'TCP', appProtocol } = servicePort;
    ports.push({ name, port, protocol, ...(appProtocol && { appProtocol }) });
  }
  return ports;
}
