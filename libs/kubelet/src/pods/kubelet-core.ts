import type { Container, Pod } from '@podlab/api';
import type { ComponentContext, EventType, Informer } from '@podlab/client';
import type { QueueEntry } from '@podlab/kernel';
import type { Network } from '@podlab/netstack';
import type { IpamState } from '../cni/ipam';
import { internalIps } from '../cni/node-network';
import type { NodeSettings } from '../node/node-objects';
import type { ContainerRuntime, ProbeNetwork } from '../runtime';
import { createInjectedFaults, withoutReadiness, type InjectedFaults } from './injected-faults';
import type { PodRecord } from './pod-record';
import { podDns, type PodDns } from './pod-dns';
import { buildPodStatus } from './pod-status';

/** What the composition gives the kubelets of a cluster. */
export interface KubeletOptions {
  readonly nodes: readonly NodeSettings[];
  readonly network: Network;
  readonly runtime: ContainerRuntime;
  readonly probes: ProbeNetwork;
  /** The range of all pods; one of each family, the first family's first, with a comma between. */
  readonly pod_cidr: string;
  readonly dns_ip: string;
  /** The underlay's segment and the router on it, one address of each family. */
  readonly wire: string;
  readonly gateways: readonly string[];
  /** What `uname -r` says in every container. */
  readonly kernel_release: string;
}

export interface KubeletState {
  pods: Map<string, PodRecord>;
  /** By node; those of a second family by node and range. */
  ipam: Map<string, IpamState>;
  /** Images present, by node. */
  images: Map<string, Set<string>>;
  /** When a node's puller, which takes one image at a time, is free again; virtual ms since the Unix epoch. */
  puller_free_at: Map<string, number>;
  /** Nodes whose kubelet is silent, and since when. */
  silent: Map<string, number>;
  /** What came due on a silent node, to be made up when it is back. */
  missed: Map<string, MissedEntry[]>;
  /** Pod CIDRs of nodes whose pod network is up, with a comma between those of two families. */
  pod_cidrs: Map<string, string>;
}

export interface MissedEntry {
  readonly kind: string;
  readonly args: QueueEntry['args'];
}

export function createKubeletState(): KubeletState {
  return {
    pods: new Map(),
    ipam: new Map(),
    images: new Map(),
    puller_free_at: new Map(),
    silent: new Map(),
    missed: new Map(),
    pod_cidrs: new Map(),
  };
}

/** What every part of the kubelet shares. */
export class KubeletCore {
  readonly pods: Informer<Pod>;
  readonly nodes: ReadonlyMap<string, NodeSettings>;
  readonly faults: InjectedFaults;

  constructor(
    readonly context: ComponentContext,
    readonly options: KubeletOptions,
    readonly state: KubeletState,
  ) {
    this.pods = context.informers.for<Pod>('pods');
    this.faults = context.state('faults', createInjectedFaults);
    this.nodes = new Map(options.nodes.map((node) => [node.name, node]));
  }

  /** The record and the pod of `uid`; undefined when either is gone. */
  find(uid: string): { record: PodRecord; pod: Pod } | undefined {
    const record = this.state.pods.get(uid);
    const pod = record && this.pods.get(record.key);
    return record && pod?.metadata.uid === uid ? { record, pod } : undefined;
  }

  /** Writes the status that the record amounts to; nothing when it is unchanged. */
  report(pod: Pod, record: PodRecord): void {
    if (this.state.silent.has(record.node)) return;
    const shown = this.faults.unready.has(record.uid) ? withoutReadiness(pod, record) : record;
    const status = buildPodStatus(pod, shown, this.hostIps(record.node), this.context.now());
    const { resourceVersion: _, ...metadata } = pod.metadata;
    this.context.client.updateStatus('pods', { ...pod, metadata, status });
  }

  /** The addresses of a node that pods see as their host's, the first family's first. */
  hostIps(node: string): string[] {
    const settings = this.nodes.get(node);
    return settings ? internalIps(settings) : [''];
  }

  podDns(pod: Pod): PodDns {
    const { dns_ip, gateways } = this.options;
    return podDns(pod, { cluster_dns: [dns_ip], node_nameserver: gateways[0] });
  }

  event(pod: Pod, type: EventType, reason: string, message: string, container?: Container): void {
    if (this.state.silent.has(pod.spec.nodeName ?? '')) return;
    const source = { component: 'kubelet', host: pod.spec.nodeName };
    const fieldPath = container && `spec.${listOf(pod, container)}{${container.name}}`;
    this.context.recorder.event(pod, type, reason, message, { ...source, ...(fieldPath && { fieldPath }) });
  }
}

/** All containers of a pod: init containers first, those that somebody added later last. */
export const allContainers = (pod: Pod): Container[] => [
  ...(pod.spec.initContainers ?? []),
  ...pod.spec.containers,
  ...ephemeralContainers(pod),
];

/** Models kubernetes pkg/api/v1/pod VisitContainers: all that they have in common is a container's. */
export const ephemeralContainers = ({ spec }: Pod): readonly Container[] =>
  (spec.ephemeralContainers ?? []) as Container[];

export const isEphemeral = (pod: Pod, container: Container): boolean =>
  ephemeralContainers(pod).includes(container);

function listOf(pod: Pod, container: Container): 'initContainers' | 'containers' | 'ephemeralContainers' {
  if (isEphemeral(pod, container)) return 'ephemeralContainers';
  return (pod.spec.initContainers ?? []).includes(container) ? 'initContainers' : 'containers';
}
