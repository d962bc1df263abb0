import { Refusal } from '@podlab/kernel';
import type { Pod } from '@podlab/api';
import { clusterFirstConfig } from '@podlab/coredns';
import type { ResolverConfig } from '@podlab/coredns';
import type { RequestSource } from '@podlab/contracts';
import type { ClusterObjects } from '../cluster-objects';
import { internalAddress } from '../cluster-objects';
import { parseAddress, parsePrefix, prefixContains } from '@podlab/netstack';
import type { Surroundings, TraceflowDependencies } from '../dependencies';

/** Where a request starts. */
export interface Sender {
  readonly from: RequestSource;
  /** Its network namespace; not there while a pod has no sandbox or a node is gone. */
  readonly namespace: string | undefined;
  readonly source_address?: string;
  /** Address of the node that the outside hands packets to. */
  readonly via?: string;
  /** The pod's resolver; undefined asks the outside's names. */
  readonly resolver?: ResolverConfig;
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
  const address = from.ip ?? surroundings.external_client_ip;
  if (!network.isLocalAddress(namespace, address)) {
    refuseForeign(address, objects, surroundings);
    network.addAddress(namespace, 'lo', { address, prefix_length: 32 });
  }
  const sender = { from, namespace, source_address: address };
  if (from.via === undefined) return sender;
  const node = objects.nodes.get(from.via);
  const via = node && internalAddress(node);
  if (via === undefined) throw new SenderNotFound(`node ${from.via} is not there to deliver packets to`);
  return { ...sender, via };
}

/** The outside may not take an address that belongs to the cluster: packets for it would no longer get there. */
function refuseForeign(address: string, objects: ClusterObjects, surroundings: Surroundings): void {
  const value = parseAddress(address);
  const ranges = [surroundings.service_cidr, surroundings.pod_cidr, '127.0.0.0/8'].map(parsePrefix);
  const inside = ranges.some((range) => prefixContains(range, value));
  if (inside || objects.referencesAt(address).length > 0)
    throw new SenderNotFound(`${address} belongs to the cluster, not to the outside`);
}

function nodeSender(
  from: Extract<RequestSource, { kind: 'Node' }>,
  objects: ClusterObjects,
  { network }: TraceflowDependencies,
): Sender {
  const namespace = `node/${from.name}`;
  const there = network.hasNamespace(namespace);
  if (!there && !objects.nodes.get(from.name)) throw new SenderNotFound(`node ${from.name} is not there`);
  const address = from.ip === undefined ? {} : { source_address: from.ip };
  return { from, namespace: there ? namespace : undefined, ...address };
}

function podSender(
  from: Extract<RequestSource, { kind: 'Pod' }>,
  objects: ClusterObjects,
  { network, surroundings }: TraceflowDependencies,
): Sender {
  const pod = objects.pods.get(`${from.namespace}/${from.name}`);
  if (!pod) throw new SenderNotFound(`pod ${from.namespace}/${from.name} is not there`);
  const onNode = pod.spec.hostNetwork === true;
  const namespace = onNode ? `node/${pod.spec.nodeName}` : `pod/${pod.metadata.uid}`;
  const policy = pod.spec.dnsPolicy ?? 'ClusterFirst';
  const usesCluster = policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && !onNode);
  const resolver = podResolver(pod, surroundings.cluster_dns_ip, usesCluster);
  return { from, pod, namespace: network.hasNamespace(namespace) ? namespace : undefined, ...resolver };
}

/** Models kubernetes pkg/kubelet/network/dns dns.go GetPodDNS. */
function podResolver(pod: Pod, clusterDns: string, usesCluster: boolean): { resolver?: ResolverConfig } {
  const custom = pod.spec.dnsConfig;
  const none = { nameservers: [], search: [], ndots: 1 };
  const base = usesCluster ? clusterFirstConfig(pod.metadata.namespace ?? 'default', clusterDns) : none;
  const nameservers = [...base.nameservers, ...(custom?.nameservers ?? [])];
  if (nameservers.length === 0) return {};
  const ndots = custom?.options?.find(({ name }) => name === 'ndots')?.value;
  return {
    resolver: {
      nameservers,
      search: [...base.search, ...(custom?.searches ?? [])],
      ndots: ndots === undefined ? base.ndots : Number(ndots),
    },
  };
}
