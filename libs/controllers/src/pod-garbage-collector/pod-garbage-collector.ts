import type { Node, Pod } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';
import type { ComponentContext, ComponentFactory, Informer, WorkQueue } from '@podlab/client';
import { ignoringNotFound } from '../ownership/claim';

/** How long a node may be missing before its pods are given up, in virtual ms. Models pkg/controller/podgc quarantineTime. */
const QUARANTINE_MS = 40_000;
const BY_NODE = 'nodeName';

/** Deletes pods of nodes that are gone: no kubelet is left to do it. Models k8s.io/kubernetes pkg/controller/podgc gcOrphaned. */
export const podGarbageCollector: ComponentFactory = (context) => new PodGarbageCollector(context);

class PodGarbageCollector {
  readonly name: string;
  private readonly nodes: Informer<Node>;
  private readonly pods: Informer<Pod>;
  private readonly queue: WorkQueue;

  constructor(private readonly context: ComponentContext) {
    this.name = context.name;
    this.nodes = context.informers.for<Node>('nodes');
    this.pods = context.informers.for<Pod>('pods');
    this.pods.addIndex(BY_NODE, ({ spec }) => (spec.nodeName ? [spec.nodeName] : []));
    this.queue = context.workQueue('nodes', (name) => this.reconcile(name), { delayMs: QUARANTINE_MS });
    this.nodes.addHandlers({
      onDelete: ({ metadata: { name } }) => {
        if (this.pods.byIndex(BY_NODE, name).length > 0) this.queue.add(name);
      },
    });
    this.pods.addHandlers({
      onAdd: (pod) => this.see(pod),
      onUpdate: (pod, previous) => {
        if (pod.spec.nodeName !== previous.spec.nodeName) this.see(pod);
      },
    });
  }

  private see({ spec: { nodeName } }: Pod): void {
    if (nodeName && !this.nodes.get(nodeName)) this.queue.add(nodeName);
  }

  private reconcile(node: string): void {
    if (this.nodes.get(node)) return;
    for (const pod of this.pods.byIndex(BY_NODE, node)) this.remove(pod);
  }

  /** Models markFailedAndDeletePodWithCondition. */
  private remove(pod: Pod): void {
    const { client } = this.context;
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByPodGC',
      message: 'PodGC: node no longer exists',
      lastTransitionTime: this.context.timestamp(),
    };
    const { phase, conditions = [] } = pod.status ?? {};
    const over = phase === 'Succeeded' || phase === 'Failed';
    const others = conditions.filter(({ type }) => type !== condition.type);
    const status = { ...pod.status, phase: over ? phase : 'Failed', conditions: [...others, condition] };
    ignoringNotFound(() => {
      if (!over) client.updateStatus('pods', { ...pod, status });
      client.delete('pods', objectKey(pod), {
        gracePeriodSeconds: 0,
        preconditions: { uid: pod.metadata.uid },
      });
    });
  }
}
