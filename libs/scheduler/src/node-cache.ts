import type { Node, Pod } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';
import { equalJson } from '@podlab/kernel';
import type { PodSelector } from './framework';
import { NodeInfo, podInfo } from './node-info';
import type { PodInfo } from './node-info';

/** Selectors whose counts are kept up to date at once; beyond it counting starts afresh. */
const COUNTED_SELECTORS = 64;

interface SelectorCounts {
  selector: PodSelector;
  byNode: Map<string, number>;
}

/** All nodes with their pods, kept up to date pod by pod; derived from the API alone. Models pkg/scheduler/backend/cache. */
export class NodeCache {
  private readonly infos = new Map<string, NodeInfo>();
  private sorted: readonly NodeInfo[] | undefined;
  private readonly counts = new Map<string, SelectorCounts>();
  /** Pods on nodes that have (anti-)affinity terms. */
  podsWithAffinity = 0;

  constructor(nodes: readonly Node[], pods: readonly Pod[]) {
    for (const node of nodes) this.setNode(node);
    for (const pod of pods) this.podChanged(pod, undefined);
  }

  /** Nodes by name, those that are only named by pods left out. */
  nodes(): readonly NodeInfo[] {
    this.sorted ??= [...this.infos.values()]
      .filter(({ node }) => node !== undefined)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return this.sorted;
  }

  setNode(node: Node): void {
    this.info(node.metadata.name).setNode(node);
    this.sorted = undefined;
  }

  removeNode(name: string): void {
    this.info(name).setNode(undefined);
    this.dropIfEmpty(name);
    this.sorted = undefined;
  }

  /** A pod was added, changed or, with `pod` undefined, removed. */
  podChanged(pod: Pod | undefined, previous: Pod | undefined): void {
    const before = previous && occupies(previous) ? previous : undefined;
    const after = pod && occupies(pod) ? pod : undefined;
    if (before && after && sameForScheduling(before, after)) return;
    if (before) this.removePod(before);
    if (after) this.addPod(after);
  }

  /** How many pods of the node, terminating ones not counted, a selector matches. */
  countMatching(node: NodeInfo, selector: PodSelector): number {
    let counted = this.counts.get(selector.id);
    if (!counted) {
      if (this.counts.size >= COUNTED_SELECTORS) this.counts.clear();
      this.counts.set(selector.id, (counted = { selector, byNode: new Map() }));
      for (const info of this.infos.values()) {
        for (const pod of info.pods.values()) count(counted, info.name, pod, 1);
      }
    }
    return counted.byNode.get(node.name) ?? 0;
  }

  private addPod(pod: Pod): void {
    const info = this.info(pod.spec.nodeName as string);
    const added = podInfo(pod);
    info.add(objectKey(pod), added);
    this.podsWithAffinity += added.terms ? 1 : 0;
    for (const counted of this.counts.values()) count(counted, info.name, added, 1);
  }

  private removePod(pod: Pod): void {
    const info = this.info(pod.spec.nodeName as string);
    const removed = info.remove(objectKey(pod));
    if (removed) {
      this.podsWithAffinity -= removed.terms ? 1 : 0;
      for (const counted of this.counts.values()) count(counted, info.name, removed, -1);
    }
    this.dropIfEmpty(info.name);
  }

  private info(name: string): NodeInfo {
    let info = this.infos.get(name);
    if (!info) this.infos.set(name, (info = new NodeInfo(name)));
    return info;
  }

  private dropIfEmpty(name: string): void {
    const info = this.infos.get(name);
    if (info && !info.node && info.pods.size === 0) this.infos.delete(name);
  }
}

function count({ selector, byNode }: SelectorCounts, node: string, pod: PodInfo, sign: 1 | -1): void {
  if (!pod.terminating && selector.matches(pod)) byNode.set(node, (byNode.get(node) ?? 0) + sign);
}

/** Whether the pod takes room on a node. */
function occupies({ spec, status }: Pod): boolean {
  return !!spec.nodeName && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
}

function sameForScheduling(a: Pod, b: Pod): boolean {
  return (
    a.spec.nodeName === b.spec.nodeName &&
    a.metadata.deletionTimestamp === b.metadata.deletionTimestamp &&
    equalJson(a.metadata.labels, b.metadata.labels) &&
    equalJson(a.spec.containers, b.spec.containers)
  );
}
