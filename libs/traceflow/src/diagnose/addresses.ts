import type { Node, Pod, Service, ServicePort } from '@podlab/api';
import { familyOfText, parseAddress, parsePrefix, prefixContains } from '@podlab/netstack';
import { internalAddress, matchPort } from '../cluster-objects';
import type { ServicePortMatch } from '../cluster-objects';
import { changeTarget } from '../send/target';
import { distance } from './near';
import type { Failure, Finding, Fix } from './finding';
import { changeRequest, nameOf } from './finding';
import { isLoopbackText } from './families';
import { hostPortElsewhere } from './host-ports';
import { diagnosePod, listeningPorts } from './pods';
import { diagnoseServicePort } from './services';
import { balancerPending } from './load-balancers';
import { unreachableFromOutside } from './ways';

/** Why a request to an address failed, by whose address it is. */
export function diagnoseAddress(address: string, failure: Failure): Finding | undefined {
  const { objects } = failure;
  if (isLoopbackText(address)) return diagnoseLoopback(failure);
  const services = objects.servicesAt(address);
  if (services.length > 0) return diagnoseService(services, failure);
  const pod = objects.podAt(address);
  if (pod) return diagnosePodAddress(pod, failure);
  const node = objects.nodeAt(address);
  if (node) return diagnoseNodePort(node, failure);
  return nobodyHas(address, failure);
}

/** A loopback address is always the sender's own. */
function diagnoseLoopback(failure: Failure): Finding | undefined {
  const { pod, from } = failure.sender;
  if (pod && pod.spec.hostNetwork !== true) return diagnosePodAddress(pod, failure);
  if (from.kind !== 'External') return diagnoseNodePort(undefined, failure);
  return { code: 'HostPortNotListening', found: failure.target.port, params: { host: 'localhost' } };
}

function isOutside({ sender, outcome }: Failure): boolean {
  return sender.from.kind === 'External' && sender.via === undefined && outcome?.disposition === 'NoRoute';
}

function diagnoseService(services: readonly Service[], failure: Failure): Finding | undefined {
  const { target } = failure;
  const fits = ({ port, protocol }: ServicePort) =>
    port === target.port && (protocol ?? 'TCP') === target.protocol;
  const match = services.map((service) => matchPort(service, fits)).find((found) => found !== undefined);
  const service = match?.service ?? services[0];
  if (isOutside(failure))
    return (
      balancerPending(service, failure) ??
      unreachableFromOutside('ClusterIPNotReachableFromOutside', service, undefined, failure)
    );
  return match ? diagnoseServicePort(match, failure) : portNotExposed(service, failure);
}

function portNotExposed(service: Service, { target, request }: Failure): Finding {
  const ports = service.spec.ports ?? [];
  const text = (port: ServicePort) => `${port.port}/${protocolOf(port)}`;
  const found = target.protocol === 'ICMP' ? 'ICMP' : `${target.port}/${target.protocol}`;
  const finding = {
    code: 'PortNotExposedByService',
    object: service,
    field: 'spec.ports',
    found,
    expected: ports.map(text),
  };
  const sameProtocol = ports.filter((port) => protocolOf(port) === target.protocol);
  const best =
    sameProtocol.find(({ targetPort }) => targetPort === target.port) ??
    sameProtocol[0] ??
    ports.find(({ port }) => port === target.port) ??
    ports[0];
  const ping = target.protocol === 'ICMP' ? { message: 'PortNotExposedByService.Ping' } : {};
  if (!best) return { ...finding, ...ping };
  const protocol = protocolOf(best);
  const change = { port: best.port, ...(protocol !== target.protocol && { protocol }) };
  return { ...finding, ...ping, fix: changeRequest({ to: changeTarget(request.to, change) }) };
}

function protocolOf(port: ServicePort): 'TCP' | 'UDP' | 'SCTP' {
  return (port.protocol ?? 'TCP') as 'TCP' | 'UDP' | 'SCTP';
}

function diagnosePodAddress(pod: Pod, failure: Failure): Finding | undefined {
  const { objects, target, outcome, request, dependencies } = failure;
  if (isOutside(failure)) {
    const service = objects.services
      .list(pod.metadata.namespace)
      .find((candidate) => objects.selectedPods(candidate).includes(pod));
    return unreachableFromOutside('PodIPNotReachableFromOutside', service, pod, failure);
  }
  if (outcome?.end.code !== 'NoListener') return diagnosePod(pod, failure);
  const listening = listeningPorts(`pod/${pod.metadata.uid}`, target.protocol, dependencies.network);
  if (listening.length === 0) {
    return diagnosePod(pod, failure) ?? notListening(pod, failure);
  }
  const expected = closest(target.port, listening);
  const fix = changeRequest({ to: changeTarget(request.to, { port: expected }) });
  return { ...notListening(pod, failure), message: 'PodPortNotListening', expected: listening, fix };
}

function notListening(pod: Pod, { target }: Failure): Finding {
  const finding = { code: 'PodPortNotListening', object: pod, field: 'spec.containers', found: target.port };
  return { ...finding, message: 'PodPortNotListening.Nothing', params: { protocol: target.protocol } };
}

function closest(port: number, ports: readonly number[]): number {
  const cost = (candidate: number) => distance(String(port), String(candidate));
  return [...ports].sort((a, b) => cost(a) - cost(b) || a - b)[0];
}

/** A request to a node's own address: the node port of a Service, a wrong one, or something else's port. */
function diagnoseNodePort(node: Node | undefined, failure: Failure): Finding | undefined {
  const { objects, target } = failure;
  const match = objects.nodePort(target.port, target.protocol);
  if (match) return diagnoseServicePort(match, failure) ?? nodePortElsewhere(match, node, failure);
  if (target.protocol === 'ICMP') return undefined;
  const elsewhere = hostPortElsewhere(node, failure);
  if (elsewhere) return elsewhere;
  const candidates = nodePorts(failure);
  const [best] = candidates;
  const found = target.port;
  if (!best) return { code: 'NodePortNotOpen', object: node, found, params: { protocol: target.protocol } };
  const expected = best.port.nodePort as number;
  const fix = changeRequest({ to: changeTarget(failure.request.to, { port: expected }) });
  const field = `spec.ports[${best.index}].nodePort`;
  return {
    code: 'NodePortOnWrongPort',
    object: best.service,
    field,
    found,
    expected,
    fix,
    params: { port: found },
  };
}

/** In nftables mode a node port is served on a node's primary address of a family alone; on `::1` in no mode. */
function nodePortElsewhere(
  { service, index }: ServicePortMatch,
  node: Node | undefined,
  { objects, name, outcome, request }: Failure,
): Finding | undefined {
  const { code, namespace = '' } = outcome?.end ?? {};
  if (code !== 'NoListener' || !namespace.startsWith('node/')) return undefined;
  const there = node ?? objects.nodes.get(namespace.slice('node/'.length));
  const finding = {
    code: 'NodePortNotServedOnAddress',
    object: service,
    field: `spec.ports[${index}].nodePort`,
    found: name.address,
  };
  const family = familyOfText(name.address ?? '');
  const primary = there && (internalAddress(there, family) ?? internalAddress(there));
  if (primary === undefined || primary === name.address) return undefined;
  const params = { address: name.address ?? '', node: there?.metadata.name ?? '' };
  const message = name.address === '::1' ? { message: 'NodePortNotServedOnAddress.IPv6Loopback' } : {};
  return {
    ...finding,
    ...message,
    params,
    expected: primary,
    fix: changeRequest({ to: changeTarget(request.to, { host: primary }) }),
  };
}

/** All node ports of the cluster, the likeliest first: of the Service whose own port was asked, then the nearest number. */
function nodePorts({ objects, target }: Failure): ServicePortMatch[] {
  const all = objects.services.list().flatMap((service) =>
    (service.spec.ports ?? []).flatMap((port, index) => {
      const fits = port.nodePort !== undefined && (port.protocol ?? 'TCP') === target.protocol;
      return fits ? [{ service, port, index }] : [];
    }),
  );
  const cost = ({ port }: ServicePortMatch) => {
    const meant = port.port === target.port || port.targetPort === target.port;
    return meant ? -1 : distance(String(target.port), String(port.nodePort));
  };
  return all.sort((a, b) => cost(a) - cost(b));
}

/** An address that nobody has now: a pod's that is gone, a Service's that is gone, or none at all. */
function nobodyHas(address: string, failure: Failure): Finding | undefined {
  const { surroundings } = failure.dependencies;
  const host = surroundings.hosts.find(({ ip }) => ip === address);
  if (host) return { code: 'HostPortNotListening', found: failure.target.port, params: { host: host.name } };
  const value = parseAddress(address);
  const within = (ranges: string) =>
    ranges.split(',').some((range) => prefixContains(parsePrefix(range), value));
  if (within(surroundings.pod_cidr)) return stale('StalePodIP', address, failure);
  if (within(surroundings.service_cidr)) return stale('StaleClusterIP', address, failure);
  return { code: 'NobodyHasAddress', found: address };
}

function stale(code: 'StalePodIP' | 'StaleClusterIP', address: string, failure: Failure): Finding {
  const service = likelyService(failure);
  if (!service) return { code, message: `${code}.NoService`, found: address };
  const expected = `${service.metadata.name}.${service.metadata.namespace}`;
  const fix = stableTarget(service, failure);
  return {
    code,
    object: service,
    found: address,
    expected,
    params: { service: nameOf(service) },
    ...(fix && { fix }),
  };
}

/** The Service that a client should have used: of its own namespace first, with the port that it asked for. */
function likelyService({ objects, sender, target }: Failure): Service | undefined {
  const home = sender.pod?.metadata.namespace;
  const cost = (service: Service) => {
    const ports = service.spec.ports ?? [];
    const port = ports.some((candidate) => (candidate.targetPort ?? candidate.port) === target.port) ? 0 : 2;
    const exposed = ports.some((candidate) => candidate.port === target.port) ? 0 : 1;
    const away = home === undefined || service.metadata.namespace === home ? 0 : 4;
    const system =
      service.metadata.namespace === 'kube-system' || service.metadata.name === 'kubernetes' ? 8 : 0;
    return port + exposed + away + system;
  };
  const usable = objects.services.list().filter(({ spec }) => spec.clusterIP && spec.clusterIP !== 'None');
  const [best] = [...usable].sort((a, b) => cost(a) - cost(b));
  return best && cost(best) < 8 ? best : undefined;
}

function stableTarget(service: Service, { request, sender, target }: Failure): Fix | undefined {
  const ports = (service.spec.ports ?? []).filter(({ protocol }) => (protocol ?? 'TCP') === target.protocol);
  const port =
    ports.find((candidate) => (candidate.targetPort ?? candidate.port) === target.port) ?? ports[0];
  if (!port || sender.from.kind === 'External') return undefined;
  const { name, namespace } = service.metadata;
  const host = sender.resolver ? `${name}.${namespace}` : (service.spec.clusterIP as string);
  return changeRequest({ to: changeTarget(request.to, { host, port: port.port }) });
}
