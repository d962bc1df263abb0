import type { Node } from '@podlab/api';
import { familyOfText } from '@podlab/netstack';
import type { AddressFamily } from '@podlab/netstack';
import { internalAddress } from '../cluster-objects';
import type { ServicePortMatch } from '../cluster-objects';
import { changeTarget } from '../send/target';
import type { Failure, Finding } from './finding';
import { changeRequest } from './finding';
import { hostPortElsewhere } from './host-ports';
import { distance } from './near';
import { diagnoseServicePort } from './services';

/** A request to a node's own address: the node port of a Service, a wrong one, or something else's port. */
export function diagnoseNodePort(node: Node | undefined, failure: Failure): Finding | undefined {
  const { objects, target } = failure;
  const match = objects.nodePort(target.port, target.protocol);
  if (match)
    return (
      diagnoseServicePort(match, failure) ??
      nodePortOfOtherFamily(match, node, failure) ??
      nodePortElsewhere(match, node, failure)
    );
  if (target.protocol === 'ICMP') return undefined;
  const elsewhere = hostPortElsewhere(node, failure);
  if (elsewhere) return elsewhere;
  const otherwise = nodePortByOtherProtocol(failure);
  if (otherwise) return otherwise;
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

/** The number is a node port, but of another protocol. */
function nodePortByOtherProtocol({ objects, target, request }: Failure): Finding | undefined {
  for (const protocol of PROTOCOLS) {
    const match = protocol === target.protocol ? undefined : objects.nodePort(target.port, protocol);
    if (!match) continue;
    return {
      code: 'NodePortOnWrongPort',
      message: 'NodePortOnWrongPort.Protocol',
      object: match.service,
      field: `spec.ports[${match.index}].protocol`,
      found: `${target.port}/${target.protocol}`,
      expected: `${target.port}/${protocol}`,
      params: { port: target.port, asked: target.protocol, protocol },
      fix: changeRequest({ to: changeTarget(request.to, { protocol }) }),
    };
  }
  return undefined;
}

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;

/** A Service of one family has a node port of that family alone. */
function nodePortOfOtherFamily(
  { service }: ServicePortMatch,
  node: Node | undefined,
  { name, request, objects, sender }: Failure,
): Finding | undefined {
  const family = familyOfText(name.address ?? '');
  const found = (service.spec.ipFamilies ?? []) as AddressFamily[];
  if (found.length === 0 || found.includes(family)) return undefined;
  const home = sender.from.kind === 'Node' ? objects.nodes.get(sender.from.name) : undefined;
  const there = node ?? home;
  const host = there && internalAddress(there, found[0]);
  const params = { family, address: name.address ?? '' };
  const finding = { code: 'NodePortOfOtherFamily', object: service, field: 'spec.ipFamilies', found, params };
  if (host === undefined) return { ...finding, expected: family };
  return { ...finding, expected: family, fix: changeRequest({ to: changeTarget(request.to, { host }) }) };
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
function nodePorts({ objects, target, name }: Failure): ServicePortMatch[] {
  const all = objects.services.list().flatMap((service) =>
    (service.spec.ports ?? []).flatMap((port, index) => {
      const fits = port.nodePort !== undefined && (port.protocol ?? 'TCP') === target.protocol;
      return fits ? [{ service, port, index }] : [];
    }),
  );
  const family = familyOfText(name.address ?? '');
  const cost = ({ service: { spec }, port }: ServicePortMatch) => {
    const meant = port.port === target.port || port.targetPort === target.port;
    const served = (spec.ipFamilies ?? [family]).includes(family) ? 0 : 0.5;
    const everywhere = spec.externalTrafficPolicy === 'Local' ? 0.25 : 0;
    return (meant ? -1 : distance(String(target.port), String(port.nodePort))) + served + everywhere;
  };
  return all.sort((a, b) => cost(a) - cost(b));
}
