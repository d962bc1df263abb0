import type { Node } from '@podlab/api';
import { addNodeNamespace, addPeer, addPodNetwork, removePeer } from '../cni/node-network';
import type { KubeletCore } from '../pods/kubelet-core';
import { nodeConditions, registeredNode, type NodeSettings } from './node-objects';

/** Registers nodes and brings up their pod network. Models pkg/kubelet/kubelet_node_status.go and flannel's subnet manager. */
export class NodeManager {
  constructor(private readonly core: KubeletCore) {}

  /** Every node of the configuration joins. */
  start(): void {
    const { context, options } = this.core;
    for (const node of options.nodes) {
      addNodeNamespace(options.network, node, options.wire, options.gateway);
      context.client.create('nodes', registeredNode(node, context.timestamp()));
    }
  }

  /** A node has its pod CIDR: bridge, overlay and the ways to all others; then it is ready. */
  sync(name: string): void {
    const { context, state } = this.core;
    const node = context.informers.for<Node>('nodes').get(name);
    const settings = this.core.nodes.get(name);
    if (!node || !settings) return;
    const podCidr = node.spec.podCIDR;
    if (podCidr && !state.pod_cidrs.has(name)) this.bringUp(settings, podCidr);
    if (podCidr && !state.silent.has(name)) this.reportReady(node);
  }

  private bringUp(settings: NodeSettings, podCidr: string): void {
    const { state, options } = this.core;
    addPodNetwork(options.network, settings, podCidr, options.pod_cidr);
    for (const [other, otherCidr] of state.pod_cidrs) {
      addPeer(options.network, other, settings, podCidr);
      addPeer(options.network, settings.name, this.core.nodes.get(other) as NodeSettings, otherCidr);
    }
    state.pod_cidrs.set(settings.name, podCidr);
  }

  private reportReady(node: Node): void {
    const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
    if (ready?.status === 'True') return;
    const { context } = this.core;
    const { resourceVersion: _, ...metadata } = node.metadata;
    const status = { ...node.status, conditions: nodeConditions(true, context.timestamp()) };
    context.client.updateStatus('nodes', { ...node, metadata, status });
    const source = { component: 'kubelet', host: node.metadata.name };
    const message = `Node ${node.metadata.name} status is now: NodeReady`;
    context.recorder.event(node, 'Normal', 'NodeReady', message, source);
  }

  /** The object is gone: the others forget the way. */
  forget(name: string): void {
    const { state, options } = this.core;
    const podCidr = state.pod_cidrs.get(name);
    if (podCidr === undefined) return;
    state.pod_cidrs.delete(name);
    for (const other of state.pod_cidrs.keys()) removePeer(options.network, other, podCidr);
  }
}
