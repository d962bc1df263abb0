import type { Pod, Service } from '@podlab/api';
import { familyOfText, widthOf } from '@podlab/netstack';
import { internalAddress, isReadyPod } from '../cluster-objects';
import type { ServicePortMatch } from '../cluster-objects';
import { isAboutClusterIP, meaningOf } from '../rule-meaning';
import { clientAddress } from '../send/sender';
import { deadEndpoint, withoutSelector } from './endpoints';
import { nearest } from './near';
import type { Failure, Finding } from './finding';
import { nameOf, replaceField, setField } from './finding';
import { listeningPorts, otherProtocol } from './listening';
import { balancerDropped, isKeptOutByBalancer } from './load-balancers';
import { diagnosePod } from './pods';
import { selectorMatchesNobody } from './selectors';

/** Virtual time in which kube-proxy has surely written a change. */
const RULES_MS = 1_000;

/** Why a request to a port of a Service failed, whichever way it came to the Service. */
export function diagnoseServicePort(match: ServicePortMatch, failure: Failure): Finding | undefined {
  const endpoints = failure.objects.endpointsOf(match);
  const ready = endpoints.filter(({ endpoint }) => endpoint.conditions?.ready !== false);
  if (ready.length === 0) return withoutEndpoints(match, failure, endpoints.length);
  return (
    balancerDropped(match, failure) ??
    trafficPolicy(match, failure) ??
    sourceRanges(match, failure) ??
    targetPort(match, failure) ??
    deadEndpoint(match, failure) ??
    rulesLag(match.service, failure)
  );
}

/** Why a Service has nobody to send requests to. */
export function withoutEndpoints(match: ServicePortMatch, failure: Failure, notReady: number): Finding {
  const { service } = match;
  const { selector } = service.spec;
  if (!selector || Object.keys(selector).length === 0) return withoutSelector(match, failure);
  const pods = failure.objects.selectedPods(service);
  if (pods.length === 0) return selectorMatchesNobody(service, selector, failure);
  const why = pods.map((pod) => diagnosePod(pod, failure)).filter((finding) => finding !== undefined);
  if (notReady === 0 && pods.some(isReadyPod))
    return namedPort(match, pods) ?? rulesLag(service, failure) ?? noReady(match, pods);
  const worst = why.find(({ code }) => code !== 'PodStarting' && code !== 'PodTerminating') ?? why[0];
  return worst ?? noReady(match, pods);
}

function noReady({ service }: ServicePortMatch, pods: readonly Pod[]): Finding {
  const found = `0 of ${pods.length}`;
  return {
    code: 'NoReadyEndpoint',
    object: service,
    field: 'spec.selector',
    found,
    fix: { action: 'Advance', ms: RULES_MS },
  };
}

/** Models kubernetes pkg/api/v1/pod FindPort: a name that no container port has gives no endpoint. */
function namedPort({ service, port, index }: ServicePortMatch, pods: readonly Pod[]): Finding | undefined {
  const name = port.targetPort;
  if (typeof name !== 'string') return undefined;
  const ports = pods.flatMap(({ spec }) => spec.containers.flatMap(({ ports: all }) => all ?? []));
  if (ports.some((candidate) => candidate.name === name)) return undefined;
  const named = ports.filter((candidate) => candidate.name !== undefined);
  const near = nearest(name, named, (candidate) => candidate.name as string) ?? named[0] ?? ports[0];
  const expected = near?.name ?? near?.containerPort;
  const finding = {
    code: 'TargetPortNameNotFound',
    object: service,
    field: `spec.ports[${index}].targetPort`,
    found: name,
  };
  if (expected === undefined) return { ...finding, message: 'TargetPortNameNotFound.NothingNear' };
  return { ...finding, expected, fix: replaceField(service, `/spec/ports/${index}/targetPort`, expected) };
}

function trafficPolicy({ service }: ServicePortMatch, { outcome, sender }: Failure): Finding | undefined {
  const external = service.spec.externalTrafficPolicy === 'Local';
  const rule = outcome?.end.rule;
  if (rule === undefined || meaningOf(rule) !== 'NoLocalEndpoints') return undefined;
  const node = outcome?.end.namespace.replace(/^node\//, '') ?? '';
  const { clusterIP = '', clusterIPs = [clusterIP] } = service.spec;
  const isExternal = external && !isAboutClusterIP(rule, clusterIPs);
  const field = isExternal ? 'externalTrafficPolicy' : 'internalTrafficPolicy';
  const code = isExternal
    ? 'ExternalTrafficPolicyLocalWithoutLocalEndpoint'
    : 'InternalTrafficPolicyLocalWithoutLocalEndpoint';
  const fix = replaceField(service, `/spec/${field}`, 'Cluster');
  const params = { node: sender.from.kind === 'Node' ? sender.from.name : node };
  return { code, object: service, field: `spec.${field}`, found: 'Local', expected: 'Cluster', fix, params };
}

function sourceRanges({ service }: ServicePortMatch, failure: Failure): Finding | undefined {
  if (meaningOf(failure.outcome?.end.rule) !== 'SourceNotInRanges' && !isKeptOutByBalancer(failure))
    return undefined;
  const address = senderAddress(failure);
  const ranges = service.spec.loadBalancerSourceRanges ?? [];
  const finding = {
    code: 'SourceNotInLoadBalancerSourceRanges',
    object: service,
    field: 'spec.loadBalancerSourceRanges',
    found: ranges,
  };
  if (address === undefined) return { ...finding, params: { address: failure.sender.namespace ?? '' } };
  const expected = [...ranges, `${address}/${widthOf(familyOfText(address))}`];
  return {
    ...finding,
    expected,
    fix: replaceField(service, '/spec/loadBalancerSourceRanges', expected),
    params: { address },
  };
}

/** The address that a load balancer's rules see: a pod's own, for a node's rules come before any masquerading. */
function senderAddress({
  request: { from },
  sender,
  name,
  objects,
  dependencies,
}: Failure): string | undefined {
  const family = familyOfText(name.address ?? '');
  if (from.kind === 'External') return from.ip ?? clientAddress(dependencies.surroundings, family);
  const node = objects.nodes.get(from.kind === 'Node' ? from.name : (sender.pod?.spec.nodeName ?? ''));
  if (!sender.pod || sender.pod.spec.hostNetwork) return node && internalAddress(node, family);
  return sender.pod?.status?.podIPs?.find(({ ip }) => familyOfText(ip) === family)?.ip;
}

function targetPort({ service, port, index }: ServicePortMatch, failure: Failure): Finding | undefined {
  const { outcome, dependencies, objects } = failure;
  if (outcome?.end.code !== 'NoListener') return undefined;
  const onNode = hostPod(service, failure);
  if (!onNode && !outcome.end.namespace.startsWith('pod/')) return undefined;
  const pod = onNode ?? objects.podByUid(outcome.end.namespace.slice('pod/'.length));
  const protocol = port.protocol ?? 'TCP';
  const found = port.targetPort ?? port.port;
  const finding = {
    code: 'TargetPortNotListening',
    object: service,
    field: `spec.ports[${index}].targetPort`,
    found,
  };
  const params = pod ? { pod: nameOf(pod) } : { pod: outcome.end.namespace };
  const open = listeningPorts(outcome.end.namespace, protocol, dependencies.network);
  const listening = onNode ? open.filter((number) => portsOf(onNode).includes(number)) : open;
  const nobody = { ...finding, params, message: 'TargetPortNotListening.Nothing' };
  const spoken =
    listening.length === 0 && typeof found === 'number'
      ? otherProtocol(outcome.end.namespace, found, protocol, dependencies.network)
      : undefined;
  if (spoken)
    return {
      ...finding,
      message: 'TargetPortNotListening.Protocol',
      field: `spec.ports[${index}].protocol`,
      found: protocol,
      expected: spoken,
      params: { ...params, port: found },
      fix: setField(service, `/spec/ports/${index}/protocol`, spoken),
    };
  if (listening.length === 0) return (pod && diagnosePod(pod, failure)) ?? nobody;
  const declared = pod ? portsOf(pod) : [];
  const expected = listening.find((number) => declared.includes(number)) ?? listening[0];
  return {
    ...finding,
    expected,
    params,
    fix: replaceField(service, `/spec/ports/${index}/targetPort`, expected),
  };
}

/** The endpoint on the network of the node where nobody listened. */
function hostPod(service: Service, { outcome, objects }: Failure): Pod | undefined {
  const pods = objects.selectedPods(service).filter(({ spec }) => spec.hostNetwork === true);
  return pods.find(({ spec }) => outcome?.end.namespace === `node/${spec.nodeName}`);
}

function portsOf({ spec }: Pod): number[] {
  return spec.containers.flatMap(({ ports }) => (ports ?? []).map(({ containerPort }) => containerPort));
}

/** The API knows of an endpoint, the rules do not yet (or still know one that is gone). */
function rulesLag(service: Service, { outcome, objects }: Failure): Finding | undefined {
  const { code, rule, namespace } = outcome?.end ?? {};
  const refusedByRule = meaningOf(rule) === 'NoEndpoints';
  const gone = code === 'NeighbourFailed' && namespace !== undefined;
  const nobody =
    code === 'NoRoute' || code === 'UnreachableRoute' || code === 'HopLimit' || code === 'TtlExceeded';
  if (!refusedByRule && !gone && !nobody) return undefined;
  const nodeGone = gone && objects.nodes.list().some((node) => !isReadyNode(node));
  if (nodeGone) return undefined;
  return { code: 'RulesNotYetWritten', object: service, fix: { action: 'Advance', ms: RULES_MS } };
}

function isReadyNode({ status }: { status?: { conditions?: { type: string; status: string }[] } }): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
}
