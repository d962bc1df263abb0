import type { Node, Pod } from '@podlab/api';
import {
  addTo,
  hostPortsOf,
  nonZeroRequests,
  podRequests,
  readResources,
  type HostPort,
  type Resources,
} from '@podlab/client';
import { affinityTerms } from './affinity-terms';
import type { AffinityTerms } from './affinity-terms';

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

/** A node and the sum of its pods, kept as they come and go. Models pkg/scheduler/framework NodeInfo. */
export class NodeInfo {
  readonly pods = new Map<string, PodInfo>();
  readonly requested: Resources = new Map();
  readonly nonZero = { cpu: 0, memory: 0 };
  allocatable: Resources = new Map();
  /** Those of its pods that have terms about other pods. */
  withAffinity: Map<string, PodInfo> | undefined;

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
    if (pod.terms) (this.withAffinity ??= new Map()).set(key, pod);
    this.count(pod, 1);
  }

  remove(key: string): PodInfo | undefined {
    const pod = this.pods.get(key);
    if (!pod) return undefined;
    this.pods.delete(key);
    this.withAffinity?.delete(key);
    this.count(pod, -1);
    return pod;
  }

  private count(pod: PodInfo, sign: 1 | -1): void {
    addTo(this.requested, pod.requests, sign);
    this.nonZero.cpu += sign * pod.nonZero.cpu;
    this.nonZero.memory += sign * pod.nonZero.memory;
  }
}
