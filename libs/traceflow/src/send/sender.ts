import { Refusal } from '@podlab/kernel';
import type { Pod } from '@podlab/api';
import { parseResolvConf } from '@podlab/coredns';
import type { ResolverConfig } from '@podlab/coredns';
import type { RequestSource } from '@podlab/contracts';
import type { ClusterObjects } from '../cluster-objects';
import { internalAddress } from '../cluster-objects';
import { hostsFile, podDns, resolvConf } from '@podlab/kubelet';
import {
  canonicalAddress,
  familyOfText,
  isLoopback,
  parseAddress,
  parsePrefix,
  prefixContains,
  widthOf,
} from '@podlab/netstack';
import type { AddressFamily } from '@podlab/netstack';
import type { Surroundings, TraceflowDependencies } from '../dependencies';

/** Where a request starts. */
export interface Sender {
  readonly from: RequestSource;
  /** Its network namespace; not there while a pod has no sandbox or a node is gone. */
  readonly namespace: string | undefined;
  readonly source_address?: string;
  /** Address of the node that the outside hands packets to. */
  readonly via?: string;
  /** Its `/etc/resolv.conf` and `/etc/hosts`. */
  readonly resolver: ResolverConfig;
  readonly hosts: string;
  readonly pod?: Pod;
}

/** The sender that a request names does not exist. */
export class SenderNotFound extends Refusal {
  override readonly path = 'from';
  override readonly name = 'SenderNotFound';
}

/** Finds where a request starts. Throws {@link SenderNotFound}. */
export function findSender(
  from: RequestSource,
  objects: ClusterObjects,
  dependencies: TraceflowDependencies,
): Sender {
  switch (from.kind) {
    case 'External':
      return externalSender(from, objects, dependencies);
    case 'Node':
      return nodeSender(from, objects, dependencies);
    case 'Pod':
      return podSender(from, objects, dependencies);
  }
}

function externalSender(
  from: Extract<RequestSource, { kind: 'External' }>,
  objects: ClusterObjects,
  { network, surroundings }: TraceflowDependencies,
): Sender {
  const namespace = surroundings.external_namespace;
  const address = from.ip === undefined ? surroundings.external_client_ips[0] : canonicalAddress(from.ip);
  if (!network.isLocalAddress(namespace, address)) {
    refuseForeign(address, objects, surroundings);
    network.addAddress(namespace, 'lo', { address, prefix_length: widthOf(familyOfText(address)) });
  }
  const sender = { from, namespace, source_address: address, ...outsideResolver(surroundings) };
  if (from.via === undefined) return sender;
  const node = objects.nodes.get(from.via);
  const via = node && internalAddress(node);
  if (via === undefined) throw new SenderNotFound(`node ${from.via} is not there to deliver packets to`);
  return { ...sender, via };
}

/** From which address a sender speaks to a destination, and by which node: of its family, unless the request says. */
export function towards(
  { from, source_address, via }: Sender,
  destination: string,
  objects: ClusterObjects,
  { surroundings }: TraceflowDependencies,
): Pick<Sender, 'source_address' | 'via'> {
  if (from.kind !== 'External') return { ...(source_address !== undefined && { source_address }) };
  const family = familyOfText(destination);
  const source = from.ip === undefined ? clientAddress(surroundings, family) : source_address;
  const node = from.via === undefined ? undefined : objects.nodes.get(from.via);
  const next = node === undefined ? via : internalAddress(node, family);
  return {
    ...(source !== undefined && { source_address: source }),
    ...(next !== undefined && { via: next }),
  };
}

/** The outside's own address of a family; undefined where the cluster has no such family. */
export function clientAddress(surroundings: Surroundings, family: AddressFamily): string | undefined {
  return surroundings.external_client_ips.find((address) => familyOfText(address) === family);
}

/** The outside may not take an address that belongs to the cluster: packets for it would no longer get there. */
function refuseForeign(address: string, objects: ClusterObjects, surroundings: Surroundings): void {
  const value = parseAddress(address);
  const { service_cidr, pod_cidr } = surroundings;
  const ranges = [...service_cidr.split(','), ...pod_cidr.split(',')].map(parsePrefix);
  const inside = isLoopback(value) || ranges.some((range) => prefixContains(range, value));
  if (inside || objects.referencesAt(address).length > 0)
    throw new SenderNotFound(`${address} belongs to the cluster, not to the outside`);
}

function nodeSender(
  from: Extract<RequestSource, { kind: 'Node' }>,
  objects: ClusterObjects,
  { network, surroundings }: TraceflowDependencies,
): Sender {
  const namespace = `node/${from.name}`;
  const there = network.hasNamespace(namespace);
  if (!there && !objects.nodes.get(from.name)) throw new SenderNotFound(`node ${from.name} is not there`);
  const address = from.ip === undefined ? {} : { source_address: canonicalAddress(from.ip) };
  return { from, namespace: there ? namespace : undefined, ...outsideResolver(surroundings), ...address };
}

function podSender(
  from: Extract<RequestSource, { kind: 'Pod' }>,
  objects: ClusterObjects,
  { network, surroundings }: TraceflowDependencies,
): Sender {
  const pod = objects.pods.get(`${from.namespace}/${from.name}`);
  if (!pod) throw new SenderNotFound(`pod ${from.namespace}/${from.name} is not there`);
  const namespace = pod.spec.hostNetwork ? `node/${pod.spec.nodeName}` : `pod/${pod.metadata.uid}`;
  const dns = podDns(pod, {
    cluster_dns: [surroundings.cluster_dns_ip],
    node_nameserver: surroundings.outside_dns_ip,
  });
  const addresses = pod.status?.podIPs?.map(({ ip }) => ip) ?? [];
  return {
    from,
    pod,
    namespace: network.hasNamespace(namespace) ? namespace : undefined,
    resolver: parseResolvConf(resolvConf(dns)),
    hosts: hostsFile(pod, addresses),
  };
}

/** How nodes and the outside look names up: by the name server outside, which knows no name of the cluster. */
function outsideResolver({ outside_dns_ip }: Surroundings): Pick<Sender, 'resolver' | 'hosts'> {
  const resolver = parseResolvConf(`nameserver ${outside_dns_ip}\n`);
  return { resolver, hosts: '127.0.0.1\tlocalhost\n::1\tlocalhost\n' };
}
