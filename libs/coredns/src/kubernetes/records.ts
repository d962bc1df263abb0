import { formatAddress, tryParseAddress } from '@podlab/netstack';
import type { Endpoint, EndpointSlice, EndpointSlicePort, Service, ServicePort } from '@podlab/api';
import type { KubernetesPlugin } from '../corefile/corefile';
import { SERVICE_NAME_LABEL } from './cluster-view';
import type { ClusterView } from './cluster-view';
import type { RecordRequest } from './parse-request';

/** One thing that a name stands for: an address with a port, or another name. */
export interface Target {
  /** An address of either family, or the name that an ExternalName Service gives. */
  readonly host: string;
  readonly isName: boolean;
  /** -1 where the object names no port, 0 with an ExternalName. */
  readonly port: number;
  /** The name of the record itself below the zone, as an SRV record points to it. */
  readonly name: string;
}

/** `NoName` is NXDOMAIN; no targets under `Found` is NODATA. */
export type LookUp =
  { readonly result: 'Found'; readonly targets: readonly Target[] } | { readonly result: 'NoName' };

/** Longest label of a name, RFC 1035 section 2.3.4. */
const MAXIMUM_LABEL = 63;
const NO_NAME: LookUp = { result: 'NoName' };
const NO_DATA: LookUp = { result: 'Found', targets: [] };

/** What the objects say about a name. Models coredns plugin/kubernetes kubernetes.go Records. */
export function findRecords(view: ClusterView, request: RecordRequest, plugin: KubernetesPlugin): LookUp {
  const { namespace, service, branch } = request;
  if (branch === '' || namespace === '') return NO_DATA;
  if (!view.hasNamespace(namespace) || plugin.namespaces?.includes(namespace) === false) return NO_NAME;
  if (service === '') return NO_DATA;
  return branch === 'pod' ? findPod(view, request, plugin) : findService(view, request, plugin);
}

/** Models coredns plugin/kubernetes kubernetes.go findPods. */
function findPod(view: ClusterView, request: RecordRequest, plugin: KubernetesPlugin): LookUp {
  if (plugin.pods === 'disabled' || request.endpoint !== '' || request.port !== '') return NO_NAME;
  const address = podAddress(request.service);
  if (address === undefined) return NO_NAME;
  if (plugin.pods === 'verified' && !isPodOf(view, address, request.namespace)) return NO_NAME;
  const name = `${request.service}.${request.namespace}.pod`;
  return { result: 'Found', targets: [{ host: address, isName: false, port: -1, name }] };
}

/** `10-244-1-9` and `fd00--9`: dashes stand for the dots or colons of an address. */
function podAddress(label: string): string | undefined {
  const isIPv4 = label.split('-').length === 4 && !label.includes('--');
  const address = label.replace(/-/g, isIPv4 ? '.' : ':');
  const parsed = tryParseAddress(address);
  return parsed === undefined ? undefined : formatAddress(parsed);
}

function isPodOf(view: ClusterView, address: string, namespace: string): boolean {
  return view.podsAt(address).some((pod) => pod.metadata.namespace === namespace);
}

/** Models coredns plugin/kubernetes kubernetes.go findServices. */
function findService(view: ClusterView, request: RecordRequest, plugin: KubernetesPlugin): LookUp {
  const service = view.service(request.namespace, request.service);
  if (!service) return NO_NAME;
  if (service.spec.type === 'ExternalName') return findExternalName(service, request);
  if (plugin.ignore_empty_service && !isHeadless(service) && !hasReadyEndpoint(view, request)) return NO_NAME;
  const targets =
    isHeadless(service) || request.endpoint !== ''
      ? endpointTargets(view, request, plugin)
      : clusterIPTargets(service, request);
  return targets.length > 0 ? { result: 'Found', targets } : NO_NAME;
}

function findExternalName(service: Service, request: RecordRequest): LookUp {
  const host = service.spec.externalName;
  if (!host || tryParseAddress(host) !== undefined || request.endpoint !== '') return NO_NAME;
  const target = {
    host: host.toLowerCase().replace(/\.$/, ''),
    isName: true,
    port: 0,
    name: serviceName(request),
  };
  return { result: 'Found', targets: [target] };
}

export function isHeadless(service: Service): boolean {
  return service.spec.clusterIP === 'None';
}

function clusterIPTargets({ spec }: Service, request: RecordRequest): Target[] {
  const ports = (spec.ports ?? []).filter((port) => matchesPort(request, port));
  const addresses = spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []);
  const name = serviceName(request);
  return ports.flatMap(({ port }) => addresses.map((host) => ({ host, isName: false, port, name })));
}

function endpointTargets(view: ClusterView, request: RecordRequest, plugin: KubernetesPlugin): Target[] {
  const targets: Target[] = [];
  if (!plugin.endpoints) return targets;
  for (const slice of view.endpointSlices(request.namespace, request.service)) {
    if (slice.addressType === 'FQDN') continue;
    const ports = slicePorts(slice).filter((port) => matchesPort(request, port));
    for (const endpoint of readyEndpoints(slice)) {
      for (const host of endpoint.addresses) {
        const hostname = endpointHostname(endpoint, host, plugin);
        if (request.endpoint !== '' && request.endpoint !== hostname.toLowerCase()) continue;
        const name = `${hostname}.${serviceName(request)}`;
        for (const { port } of ports) targets.push({ host, isName: false, port: port ?? -1, name });
      }
    }
  }
  return targets;
}

function hasReadyEndpoint(view: ClusterView, { namespace, service }: RecordRequest): boolean {
  return view.endpointSlices(namespace, service).some((slice) => readyEndpoints(slice).length > 0);
}

/** A slice without ports still has addresses. Models coredns plugin/kubernetes object/endpoint.go. */
function slicePorts(slice: EndpointSlice): readonly EndpointSlicePort[] {
  return slice.ports && slice.ports.length > 0 ? slice.ports : [{ port: -1 }];
}

/** Endpoints of a Service with publishNotReadyAddresses are ready in its slices whatever their pods are. */
function readyEndpoints(slice: EndpointSlice): readonly Endpoint[] {
  return (slice.endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
}

/** Models coredns plugin/kubernetes kubernetes.go endpointHostname. */
export function endpointHostname(endpoint: Endpoint, address: string, plugin: KubernetesPlugin): string {
  if (endpoint.hostname) return endpoint.hostname;
  const pod = endpoint.targetRef?.name ?? '';
  if (plugin.endpoint_pod_names && pod !== '' && pod.length <= MAXIMUM_LABEL) return pod;
  return address.replace(/[.:]/g, '-');
}

function serviceName({ service, namespace }: RecordRequest): string {
  return `${service}.${namespace}.svc`;
}

function matchesPort(request: RecordRequest, port: Pick<ServicePort, 'name' | 'protocol'>): boolean {
  if (request.port !== '' && request.port !== (port.name ?? '').toLowerCase()) return false;
  return request.protocol === '' || request.protocol === (port.protocol ?? 'TCP').toLowerCase();
}

/**
 * Names of an address, below the zone: of the Service that has it, else of the endpoints with a hostname of their own.
 * Models coredns plugin/kubernetes reverse.go serviceRecordForIP.
 */
export function findNames(view: ClusterView, address: string): string[] {
  const [service] = view.servicesAt(address);
  if (service) return [`${service.metadata.name}.${service.metadata.namespace}.svc`];
  const names: string[] = [];
  for (const slice of view.endpointSlicesAt(address)) {
    const owner = slice.metadata.labels?.[SERVICE_NAME_LABEL];
    for (const { addresses, hostname } of readyEndpoints(slice)) {
      if (owner && hostname && addresses.includes(address))
        names.push(`${hostname}.${owner}.${slice.metadata.namespace}.svc`);
    }
  }
  return names;
}
