import type { Service, ServicePort } from '@podlab/api';
import { parseAddress, parsePrefix, prefixContains } from '@podlab/netstack';
import { matchPort } from '../cluster-objects';
import { changeTarget } from '../send/target';
import { isLoopbackText } from './families';
import type { Failure, Finding, Fix } from './finding';
import { changeRequest, nameOf } from './finding';
import { listeningPorts } from './listening';
import { balancerPending } from './load-balancers';
import { closestPort } from './near';
import { diagnoseNodePort } from './node-ports';
import { diagnosePodAddress } from './pod-addresses';
import { portNotExposed } from './service-ports';
import { diagnoseServicePort } from './services';
import { isOutside, outsideWay, unreachableFromOutside } from './ways';

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
  return hostPortNotListening('localhost', failure.name.address ?? '', failure);
}

/** A host outside has other ports open, or none. */
function hostPortNotListening(host: string, address: string, failure: Failure): Finding {
  const { target, request, dependencies } = failure;
  const { network, surroundings } = dependencies;
  const finding = { code: 'HostPortNotListening', found: target.port, params: { host } };
  if (target.protocol === 'ICMP') return finding;
  const open = isLoopbackText(address)
    ? []
    : listeningPorts(surroundings.external_namespace, target.protocol, network, address);
  const expected = closestPort(target.port, open);
  if (expected === undefined) return { ...finding, message: 'HostPortNotListening.Nothing' };
  const plain = target.http?.scheme === 'https' && open.includes(80);
  const change = plain ? ({ scheme: 'http' } as const) : { port: expected };
  return { ...finding, expected: open, fix: changeRequest({ to: changeTarget(request.to, change) }) };
}

/** An external IP is known to the nodes alone: somebody outside has to lead packets for it to one of them. */
function externalIPNotRouted(service: Service, { name, request, objects }: Failure): Finding | undefined {
  const found = name.address ?? '';
  const { from } = request;
  const node = objects.nodes.list()[0]?.metadata.name;
  if (!service.spec.externalIPs?.includes(found) || from.kind !== 'External') return undefined;
  const finding = { code: 'ExternalIPNotRouted', object: service, field: 'spec.externalIPs', found };
  return node === undefined ? finding : { ...finding, fix: changeRequest({ from: { ...from, via: node } }) };
}

function diagnoseService(services: readonly Service[], failure: Failure): Finding | undefined {
  const { target } = failure;
  const fits = ({ port, protocol }: ServicePort) =>
    port === target.port && (protocol ?? 'TCP') === target.protocol;
  const match = services.map((service) => matchPort(service, fits)).find((found) => found !== undefined);
  const service = match?.service ?? services[0];
  if (isOutside(failure))
    return (
      externalIPNotRouted(service, failure) ??
      balancerPending(service, failure) ??
      unreachableFromOutside('ClusterIPNotReachableFromOutside', service, undefined, failure)
    );
  return match ? diagnoseServicePort(match, failure) : portNotExposed(service, failure);
}

/** An address that nobody has now: a pod's that is gone, a Service's that is gone, or none at all. */
function nobodyHas(address: string, failure: Failure): Finding | undefined {
  const { surroundings } = failure.dependencies;
  const host = surroundings.hosts.find(({ ip }) => ip === address);
  if (host) return hostPortNotListening(host.name, address, failure);
  const value = parseAddress(address);
  const within = (ranges: string) =>
    ranges.split(',').some((range) => prefixContains(parsePrefix(range), value));
  if (within(surroundings.pod_cidr)) return stale('StalePodIP', address, failure);
  if (within(surroundings.service_cidr)) return stale('StaleClusterIP', address, failure);
  if (within(surroundings.load_balancer_cidr)) return staleBalancer(address, failure);
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

/** No load balancer has the address: a Service that waits for one, or the way from outside to the one that was meant. */
function staleBalancer(found: string, failure: Failure): Finding {
  const { objects, target } = failure;
  const code = 'StaleLoadBalancerIP';
  const nobody = { code, message: `${code}.NoService`, found };
  const services = objects.services.list().filter(({ metadata }) => metadata.namespace !== 'kube-system');
  const fits = services.filter(({ spec }) => {
    const ports = (spec.ports ?? []).filter(({ protocol = 'TCP' }) => protocol === target.protocol);
    return ports.some(({ port }) => port === target.port);
  });
  const waiting = [...fits, ...services]
    .map((service) => balancerPending(service, failure))
    .find((pending) => pending !== undefined);
  if (waiting) return waiting;
  // An ingress controller answers for others: it is hardly what the address stood for.
  const open = fits.filter(({ metadata }) => metadata.namespace !== 'ingress-nginx');
  const service = open.find((each) => outsideWay(each, failure) !== undefined);
  const fix = service && outsideWay(service, failure);
  if (!service || !fix) return nobody;
  return { code, object: service, field: 'spec.type', found, params: { service: nameOf(service) }, fix };
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
