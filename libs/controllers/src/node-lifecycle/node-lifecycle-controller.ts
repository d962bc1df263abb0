import type { Node, NodeCondition, Pod } from '@podlab/api';
import type { ComponentContext, ComponentFactory, Informer, WorkQueue } from '@podlab/client';
import { equalJson } from '@podlab/kernel';
import { ignoringNotFound } from '../ownership/claim';
import { isPodReady, podCondition } from '../pods/pod-state';
import { taintsFor } from './taints';

/** How long a kubelet may be silent, in virtual ms. Upstream's --node-monitor-grace-period since 1.32. */
export const NODE_MONITOR_GRACE_PERIOD_MS = 50_000;

const SOURCE = { component: 'node-controller' };
const BY_NODE = 'nodeName';
const WATCHED_CONDITIONS = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** Heartbeats are no revisions here: a node lives unless its kubelet is known to be silent. */
export interface NodeHeartbeats {
  /** Virtual time in ms since when the node's kubelet is silent; undefined while it reports. */
  silentSince(node: string): number | undefined;
  /** Calls `listener` when a kubelet falls silent or reports again. */
  onSilence(listener: (node: string) => void): void;
}

/**
 * Notices nodes that fell silent, and taints nodes by their conditions.
 * Models k8s.io/kubernetes pkg/controller/nodelifecycle without zones and rate limits.
 */
export function nodeLifecycleController(heartbeats: NodeHeartbeats): ComponentFactory {
  return (context) => new NodeLifecycleController(context, heartbeats);
}

class NodeLifecycleController {
  readonly name: string;
  private readonly nodes: Informer<Node>;
  private readonly pods: Informer<Pod>;
  private readonly queue: WorkQueue;
  /** Uids of the nodes that were told of, by name. */
  private readonly known: Map<string, string>;

  constructor(
    private readonly context: ComponentContext,
    private readonly heartbeats: NodeHeartbeats,
  ) {
    this.name = context.name;
    this.nodes = context.informers.for<Node>('nodes');
    this.pods = context.informers.for<Pod>('pods');
    this.pods.addIndex(BY_NODE, ({ spec }) => (spec.nodeName ? [spec.nodeName] : []));
    this.known = context.state('known', () => ({ nodes: new Map<string, string>() })).nodes;
    this.queue = context.workQueue('nodes', (name) => this.reconcile(name));
    const look = ({ metadata }: Node) => this.queue.add(metadata.name);
    this.nodes.addHandlers({ onAdd: look, onUpdate: look, onDelete: look });
    heartbeats.onSilence((name) => this.queue.add(name));
  }

  start(): void {
    for (const { metadata } of this.nodes.list()) this.queue.add(metadata.name);
  }

  private reconcile(name: string): void {
    const node = this.nodes.get(name);
    this.tellKnown(name, node);
    if (!node) return;
    this.checkHeartbeat(node);
    this.reconcileTaints(name);
    if (!isReady(this.nodes.get(name))) this.markPodsNotReady(name);
  }

  /** Models monitorNodeHealth: a node that came is told of, and one that is gone. */
  private tellKnown(name: string, node: Node | undefined): void {
    const uid = this.known.get(name);
    if (uid === node?.metadata.uid) return;
    const tell = (of: string, reason: string, words: string) => {
      const about = { apiVersion: 'v1', kind: 'Node', metadata: { name, uid: of } };
      const message = `Node ${name} event: ${words} Controller`;
      this.context.recorder.event(about, 'Normal', reason, message, SOURCE);
    };
    if (uid !== undefined) tell(uid, 'RemovingNode', `Removing Node ${name} from`);
    this.known.delete(name);
    if (node?.metadata.uid === undefined) return;
    this.known.set(name, node.metadata.uid);
    tell(node.metadata.uid, 'RegisteredNode', `Registered Node ${name} in`);
  }

  /** Models tryUpdateNodeHealth. */
  private checkHeartbeat(node: Node): void {
    const since = this.heartbeats.silentSince(node.metadata.name);
    if (since === undefined) return;
    const left = since + NODE_MONITOR_GRACE_PERIOD_MS - this.context.now();
    if (left > 0) {
      this.queue.addAfter(node.metadata.name, left);
      return;
    }
    const conditions = unknownConditions(node.status?.conditions ?? [], this.context.timestamp());
    if (equalJson(conditions, node.status?.conditions)) return;
    if (isReady(node)) {
      const message = `Node ${node.metadata.name} status is now: NodeNotReady`;
      this.context.recorder.event(node, 'Normal', 'NodeNotReady', message, SOURCE);
    }
    ignoringNotFound(() =>
      this.context.client.updateStatus('nodes', { ...node, status: { ...node.status, conditions } }),
    );
  }

  private reconcileTaints(name: string): void {
    const node = this.nodes.get(name);
    if (!node) return;
    const taints = taintsFor(node, this.context.timestamp());
    if (equalJson(taints, node.spec.taints ?? [])) return;
    const { taints: _, ...spec } = node.spec;
    const next = { ...node, spec: taints.length > 0 ? { ...spec, taints } : spec };
    ignoringNotFound(() => this.context.client.update('nodes', next));
  }

  /** Nobody else can say it of pods whose node does not answer. Models controller_utils.go MarkPodsNotReady. */
  private markPodsNotReady(node: string): void {
    for (const pod of this.pods.byIndex(BY_NODE, node)) {
      if (!isPodReady(pod)) continue;
      const ready = {
        ...podCondition(pod, 'Ready'),
        type: 'Ready',
        status: 'False',
        lastTransitionTime: this.context.timestamp(),
      };
      const conditions = pod.status?.conditions?.map((each) => (each.type === 'Ready' ? ready : each));
      ignoringNotFound(() =>
        this.context.client.updateStatus('pods', { ...pod, status: { ...pod.status, conditions } }),
      );
      this.context.recorder.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready', SOURCE);
    }
  }
}

function isReady(node: Node | undefined): boolean {
  return node?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
}

function unknownConditions(current: readonly NodeCondition[], timestamp: string): NodeCondition[] {
  const known = current.map((condition) => {
    if (!WATCHED_CONDITIONS.includes(condition.type) || condition.status === 'Unknown') return condition;
    return { ...condition, ...STOPPED, lastTransitionTime: timestamp };
  });
  const missing = WATCHED_CONDITIONS.filter((type) => !current.some((condition) => condition.type === type));
  return [...known, ...missing.map((type) => ({ type, ...NEVER_POSTED, lastTransitionTime: timestamp }))];
}

const STOPPED = {
  status: 'Unknown',
  reason: 'NodeStatusUnknown',
  message: 'Kubelet stopped posting node status.',
};
const NEVER_POSTED = {
  status: 'Unknown',
  reason: 'NodeStatusNeverUpdated',
  message: 'Kubelet never posted node status.',
};
