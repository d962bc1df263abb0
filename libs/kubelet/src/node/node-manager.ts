import type { Lease, Node } from '@podlab/api';
import { rfc3339Micro } from '@podlab/kernel';
import { addNodeNamespace, addPeer, addPodNetwork, removePeer } from '../cni/node-network';
import type { KubeletCore } from '../pods/kubelet-core';
import { nodeConditions, nodeLease, nodeStatus, registeredNode, type NodeSettings } from './node-objects';
import { handleNodeSockets, openNodeSockets } from './node-sockets';

const BIRTH_CONDITIONS = ['NodeHasSufficientMemory', 'NodeHasNoDiskPressure', 'NodeHasSufficientPID'];
const LEASES = 'leases.coordination.k8s.io';

/** Registers nodes and brings up their pod network. Models pkg/kubelet/kubelet_node_status.go and flannel's subnet manager. */
export class NodeManager {
  constructor(private readonly core: KubeletCore) {
    handleNodeSockets(core.options.network);
  }

  /** Every node of the configuration joins. */
  start(): void {
    const { context, options } = this.core;
    for (const node of options.nodes) {
      addNodeNamespace(options.network, node, options.wire, options.gateways);
      openNodeSockets(options.network, node.name);
      const registered = context.client.create(
        'nodes',
        registeredNode(node, options.kernel_release, context.timestamp()),
      );
      context.client.create(LEASES, nodeLease(registered, context.now()));
      this.tellBirth(node.name);
    }
  }

  /** Models pkg/kubelet BirthCry and the events of kubelet_node_status.go: about a node whose uid is its name. */
  private tellBirth(name: string): void {
    const { recorder } = this.core.context;
    const about = { apiVersion: 'v1', kind: 'Node', metadata: { name, uid: name } };
    const source = { component: 'kubelet', host: name };
    recorder.event(about, 'Normal', 'Starting', 'Starting kubelet.', source);
    for (const reason of BIRTH_CONDITIONS)
      recorder.event(about, 'Normal', reason, `Node ${name} status is now: ${reason}`, source);
    const limits = 'Updated Node Allocatable limit across pods';
    recorder.event(about, 'Normal', 'NodeAllocatableEnforced', limits, source);
  }

  /** A node has its pod CIDR: bridge, overlay and the ways to all others; then it is ready. */
  sync(name: string): void {
    const { context, state } = this.core;
    const node = context.informers.for<Node>('nodes').get(name);
    const settings = this.core.nodes.get(name);
    if (!node || !settings) return;
    const podCidrs = podCidrsOf(node);
    if (podCidrs.length > 0 && !state.pod_cidrs.has(name)) this.bringUp(settings, podCidrs);
    if (podCidrs.length > 0 && !state.silent.has(name)) this.reportReady(node, settings);
  }

  private bringUp(settings: NodeSettings, podCidrs: readonly string[]): void {
    const { state, options } = this.core;
    addPodNetwork(options.network, settings, podCidrs, options.pod_cidr.split(','));
    for (const [other, otherCidrs] of state.pod_cidrs) {
      addPeer(options.network, other, settings, podCidrs);
      const peer = this.core.nodes.get(other) as NodeSettings;
      addPeer(options.network, settings.name, peer, otherCidrs.split(','));
    }
    state.pod_cidrs.set(settings.name, podCidrs.join(','));
  }

  /** With what the kubelet knows of its machine, where an object that somebody else made says nothing of it. */
  private reportReady(node: Node, settings: NodeSettings): void {
    const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
    if (ready?.status === 'True') return;
    const { context, options } = this.core;
    const { resourceVersion: _, ...metadata } = node.metadata;
    const status = {
      ...nodeStatus(settings, options.kernel_release),
      ...node.status,
      conditions: nodeConditions(true, context.timestamp()),
    };
    context.client.updateStatus('nodes', { ...node, metadata, status });
    const source = { component: 'kubelet', host: node.metadata.name };
    const message = `Node ${node.metadata.name} status is now: NodeReady`;
    context.recorder.event(node, 'Normal', 'NodeReady', message, source);
  }

  /** A kubelet falls silent: its lease keeps the time of its last renewal; or it is back and renews again. */
  markLease(name: string, silent: boolean): void {
    const { context } = this.core;
    const lease = context.informers.for<Lease>(LEASES).get(`kube-node-lease/${name}`);
    if (!lease) return;
    const { resourceVersion: _, ...metadata } = lease.metadata;
    const { renewTime: __, ...spec } = lease.spec;
    const at = rfc3339Micro(context.now());
    context.client.update(LEASES, {
      ...lease,
      metadata,
      spec: silent ? { ...spec, renewTime: at } : { ...spec, acquireTime: at },
    });
  }

  /** The object is gone: the others forget the way. */
  forget(name: string): void {
    const { state, options } = this.core;
    const podCidrs = state.pod_cidrs.get(name)?.split(',');
    if (podCidrs === undefined) return;
    state.pod_cidrs.delete(name);
    for (const other of state.pod_cidrs.keys()) removePeer(options.network, other, podCidrs);
  }
}

/** A node's ranges of pod addresses, one a family. */
function podCidrsOf({ spec }: Node): readonly string[] {
  return spec.podCIDRs ?? (spec.podCIDR ? [spec.podCIDR] : []);
}
