import type { Node, Pod } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';
import type { ComponentContext, ComponentFactory, Informer, WorkQueue } from '@podlab/client';
import { equalJson } from '@podlab/kernel';
import type { QueueEntry } from '@podlab/kernel';
import { ignoringNotFound } from '../ownership/claim';
import { evictionTime } from './eviction-time';

const SOURCE = { component: 'taint-eviction-controller' };
const BY_NODE = 'nodeName';

interface TaintEvictionState {
  /** Evictions that wait for the end of a toleration, by pod. */
  waiting: Map<string, QueueEntry>;
}

/** Deletes pods from nodes whose NoExecute taints they do not tolerate (any longer). Models k8s.io/kubernetes pkg/controller/tainteviction. */
export const taintEvictionController: ComponentFactory = (context) => new TaintEvictionController(context);

class TaintEvictionController {
  readonly name: string;
  private readonly nodes: Informer<Node>;
  private readonly pods: Informer<Pod>;
  private readonly queue: WorkQueue;
  private readonly state: TaintEvictionState;

  constructor(private readonly context: ComponentContext) {
    this.name = context.name;
    this.nodes = context.informers.for<Node>('nodes');
    this.pods = context.informers.for<Pod>('pods');
    this.pods.addIndex(BY_NODE, ({ spec }) => (spec.nodeName ? [spec.nodeName] : []));
    this.state = context.state('evictions', () => ({ waiting: new Map() }));
    this.queue = context.workQueue('pods', (key) => this.reconcile(key));
    this.nodes.addHandlers({
      onUpdate: (node, previous) => {
        if (!equalJson(node.spec.taints, previous.spec.taints)) this.lookAtPods(node.metadata.name);
      },
    });
    this.pods.addHandlers({
      onAdd: (pod) => this.see(pod),
      onUpdate: (pod, previous) => {
        const moved = pod.spec.nodeName !== previous.spec.nodeName;
        if (moved || !equalJson(pod.spec.tolerations, previous.spec.tolerations)) this.see(pod);
      },
      onDelete: (pod) => {
        if (this.state.waiting.has(objectKey(pod))) this.queue.add(objectKey(pod));
      },
    });
  }

  start(): void {
    for (const { metadata } of this.nodes.list()) this.lookAtPods(metadata.name);
  }

  handle(_kind: string, [key]: QueueEntry['args']): void {
    this.state.waiting.delete(key as string);
    this.queue.add(key as string);
  }

  private see(pod: Pod): void {
    if (this.taintsOn(pod).length > 0) this.queue.add(objectKey(pod));
  }

  private lookAtPods(node: string): void {
    for (const pod of this.pods.byIndex(BY_NODE, node)) this.queue.add(objectKey(pod));
  }

  private reconcile(key: string): void {
    const pod = this.pods.get(key);
    const due = pod && !pod.metadata.deletionTimestamp ? evictionTime(pod, this.taintsOn(pod)) : undefined;
    const waiting = this.state.waiting.get(key);
    if (waiting && waiting.at !== due) this.stopWaiting(key, waiting, due === undefined ? pod : undefined);
    if (!pod || due === undefined) return;
    const delay = due - this.context.now();
    if (delay <= 0) this.evict(key, pod);
    else if (!this.state.waiting.has(key))
      this.state.waiting.set(key, this.context.schedule(delay, 'evict', [key]));
  }

  private stopWaiting(key: string, entry: QueueEntry, spared: Pod | undefined): void {
    this.context.cancel(entry);
    this.state.waiting.delete(key);
    if (!spared || spared.metadata.deletionTimestamp) return;
    this.context.recorder.event(
      spared,
      'Normal',
      'TaintManagerEviction',
      `Cancelling deletion of Pod ${key}`,
      SOURCE,
    );
  }

  /** Models addConditionAndDeletePod. */
  private evict(key: string, pod: Pod): void {
    const { client, recorder } = this.context;
    recorder.event(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${key}`, SOURCE);
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
      lastTransitionTime: this.context.timestamp(),
    };
    const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== condition.type);
    ignoringNotFound(() => {
      client.updateStatus('pods', { ...pod, status: { ...pod.status, conditions: [...others, condition] } });
      client.delete('pods', key, { preconditions: { uid: pod.metadata.uid } });
    });
  }

  private taintsOn({ spec }: Pod) {
    const taints = spec.nodeName ? (this.nodes.get(spec.nodeName)?.spec.taints ?? []) : [];
    return taints.filter(({ effect }) => effect === 'NoExecute');
  }
}
