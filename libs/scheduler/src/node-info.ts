import type { Node, Pod } from '@podlab/api';
import { affinityTerms } from './affinity-terms';
import type { AffinityTerms } from './affinity-terms';
import { addTo, nonZeroRequests, podRequests, readResources } from './resources';
import type { Resources } from './resources';

/** A pod with what the scheduler computes of it once. Models pkg/scheduler/framework PodInfo. */
export interface PodInfo {
  readonly pod: Pod;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly requests: Resources;
  readonly nonZero: { readonly cpu: number; readonly memory: number };
  /** `protocol/hostIP/hostPort` of each port that it takes on its node. */
  readonly hostPorts: readonly HostPort[];
  /** Undefined when it has no (anti-)affinity to other pods. */
  readonly terms: AffinityTerms | undefined;
  readonly terminating: boolean;
}

export interface HostPort {
  readonly ip: string;
  readonly port: number;
  readonly protocol: string;
}

export function podInfo(pod: Pod): PodInfo {
  return {
    pod,
    namespace: pod.metadata.namespace ?? '',
    labels: pod.metadata.labels ?? {},
    requests: podRequests(pod),
    nonZero: nonZeroRequests(pod),
    hostPorts: hostPortsOf(pod),
    terms: affinityTerms(pod),
    terminating: pod.metadata.deletionTimestamp !== undefined,
  };
}

function hostPortsOf({ spec }: Pod): HostPort[] {
  return spec.containers
    .flatMap(({ ports }) => ports ?? [])
    .filter(({ hostPort }) => hostPort !== undefined && hostPort > 0)
    .map(({ hostPort, hostIP, protocol }) => ({
      ip: hostIP || '0.0.0.0',
      port: hostPort as number,
      protocol: protocol ?? 'TCP',
    }));
}

/** A node and the sum of its pods, kept as they come and go. Models pkg/scheduler/framework NodeInfo. */
export class NodeInfo {
  readonly pods = new Map<string, PodInfo>();
  readonly requested: Resources = new Map();
  readonly nonZero = { cpu: 0, memory: 0 };
  allocatable: Resources = new Map();
  /** Those of its pods that have terms about other pods. */
  readonly withAffinity = new Map<string, PodInfo>();

  constructor(readonly name: string) {}

  /** Undefined while only pods name the node. */
  node: Node | undefined;

  setNode(node: Node | undefined): void {
    this.node = node;
    this.allocatable = readResources(node?.status?.allocatable);
  }

  get labels(): Readonly<Record<string, string>> {
    return this.node?.metadata.labels ?? {};
  }

  add(key: string, pod: PodInfo): void {
    this.pods.set(key, pod);
    if (pod.terms) this.withAffinity.set(key, pod);
    this.count(pod, 1);
  }

  remove(key: string): PodInfo | undefined {
    const pod = this.pods.get(key);
    if (!pod) return undefined;
    this.pods.delete(key);
    this.withAffinity.delete(key);
    this.count(pod, -1);
    return pod;
  }

  private count(pod: PodInfo, sign: 1 | -1): void {
    addTo(this.requested, pod.requests, sign);
    this.nonZero.cpu += sign * pod.nonZero.cpu;
    this.nonZero.memory += sign * pod.nonZero.memory;
  }
}
