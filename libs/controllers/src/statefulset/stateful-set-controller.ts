import type { ControllerRevision, Pod, StatefulSet } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';
import type { ComponentContext, ComponentFactory, Informer, WorkQueue } from '@podlab/client';
import { equalJson } from '@podlab/kernel';
import {
  currentRevision,
  revisionsOf,
  truncateHistory,
  type HistoryPorts,
  type Versioned,
} from '../history/controller-history';
import { claim, ignoringNotFound } from '../ownership/claim';
import { changedBesideStatus, followPods } from '../ownership/dependents';
import { controlledBy, indexOwnership } from '../ownership/indexes';
import { availableFrom } from '../pods/pod-state';
import { ordinalOf, revisionOf } from './stateful-pod';
import { StatefulPodControl } from './stateful-pod-control';
import { calculateStatefulSetStatus } from './stateful-set-status';
import { stepStatefulSet } from './stateful-set-step';

const RESOURCE = 'statefulsets.apps';
/** Changes of pods within this time are one reconcile, in virtual ms. */
const POD_CHANGE_DELAY_MS = 20;

/**
 * Keeps the pods of each StatefulSet by name and in order.
 * Models k8s.io/kubernetes pkg/controller/statefulset/stateful_set.go StatefulSetController.
 */
export const statefulSetController: ComponentFactory = (context) => new StatefulSetController(context);

class StatefulSetController {
  readonly name: string;
  private readonly sets: Informer<StatefulSet>;
  private readonly pods: Informer<Pod>;
  private readonly history: HistoryPorts;
  private readonly control: StatefulPodControl;
  private readonly queue: WorkQueue;

  constructor(private readonly context: ComponentContext) {
    this.name = context.name;
    this.sets = context.informers.for<StatefulSet>(RESOURCE);
    this.pods = context.informers.for<Pod>('pods');
    const informer = context.informers.for<ControllerRevision>('controllerrevisions.apps');
    this.history = { client: context.client, informer, hashLabel: 'controller.kubernetes.io/hash' };
    this.control = new StatefulPodControl(context);
    indexOwnership(this.pods);
    indexOwnership(informer);
    this.queue = context.workQueue('statefulsets', (key) => this.reconcile(key));
    this.sets.addHandlers({
      onAdd: (set) => this.queue.add(objectKey(set)),
      onUpdate: (set, previous) => {
        if (changedBesideStatus(set, previous)) this.queue.add(objectKey(set));
      },
    });
    followPods(this.pods, {
      kind: 'StatefulSet',
      owners: this.sets,
      queue: this.queue,
      delayMs: POD_CHANGE_DELAY_MS,
      selectorOf: ({ spec }) => spec.selector,
    });
  }

  private reconcile(key: string): void {
    const set = this.sets.get(key);
    if (!set) return;
    const owner: Versioned = set;
    const revisions = revisionsOf(this.history, owner);
    const ports = { client: this.context.client, informer: this.pods, resource: 'pods' };
    const pods = claim(ports, set, set.spec.selector).filter((pod) => ordinalOf(set, pod) >= 0);
    const deleting = set.metadata.deletionTimestamp !== undefined;
    if (deleting) return;
    const update = currentRevision(this.history, owner, revisions);
    const current = revisions.find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? update;
    try {
      stepStatefulSet({ set, current, update, pods, now: this.context.now() }, this.control);
    } finally {
      this.writeStatus(key, { current: current.metadata.name, update: update.metadata.name });
    }
    this.truncate(key, update);
    this.awaitAvailability(key, set);
  }

  private podsOf(set: StatefulSet): Pod[] {
    const owned = controlledBy(this.pods, set.metadata.uid as string);
    return owned.filter((pod) => ordinalOf(set, pod) >= 0);
  }

  private writeStatus(key: string, revisions: { current: string; update: string }): void {
    const set = this.sets.get(key);
    if (!set) return;
    const status = calculateStatefulSetStatus(set, this.podsOf(set), revisions, this.context.now());
    if (equalJson(status, set.status)) return;
    ignoringNotFound(() => this.context.client.updateStatus(RESOURCE, { ...set, status }));
  }

  private truncate(key: string, update: ControllerRevision): void {
    const set = this.sets.get(key);
    if (!set) return;
    const live = new Set(this.podsOf(set).map(revisionOf));
    live.add(update.metadata.name).add(set.status?.currentRevision ?? '');
    const owner: Versioned = set;
    truncateHistory(this.history, owner, revisionsOf(this.history, owner), ({ metadata }) =>
      live.has(metadata.name),
    );
  }

  /** A pod that is ready becomes available by time alone: looks again at the first such moment. */
  private awaitAvailability(key: string, set: StatefulSet): void {
    const { minReadySeconds = 0 } = set.spec;
    if (minReadySeconds === 0) return;
    const now = this.context.now();
    const moments = this.podsOf(set)
      .map((pod) => availableFrom(pod, minReadySeconds) ?? now)
      .filter((moment) => moment > now);
    if (moments.length > 0) this.queue.addAfter(key, Math.min(...moments) - now);
  }
}
