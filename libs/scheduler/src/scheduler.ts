import type {
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  PodCondition,
  ReplicaSet,
  Service,
  StorageClass,
} from '@podlab/api';
import { isNotFound, isStatusError, objectKey } from '@podlab/apimachinery';
import type { KubeObject } from '@podlab/apimachinery';
import type { Component, ComponentContext, ComponentFactory, Informer } from '@podlab/client';
import { equalJson } from '@podlab/kernel';
import type { QueueEntry } from '@podlab/kernel';
import { nodeEvents, podEvents } from './cluster-event';
import { fitError } from './fit-error';
import type { Cycle, World } from './framework';
import { NodeCache } from './node-cache';
import { podInfo } from './node-info';
import { DEFAULT_PLUGINS } from './plugins/default-plugins';
import { reserveVolumes, volumeBinding } from './plugins/volume-binding';
import { createResultState, remember } from './result-store';
import type { ResultState } from './result-store';
import { scheduleOne } from './schedule-one';
import type { Outcome } from './schedule-one';
import { createSchedulingQueueState, SchedulingQueue } from './scheduling-queue';

const SCHEDULER_NAME = 'default-scheduler';
const SOURCE = { component: SCHEDULER_NAME };

/** The part of the component's state that holds a {@link ResultState}: why each pod is where it is. */
export const SCHEDULING_RESULTS_PART = 'results';

/** Gives each pod a node. Models pkg/scheduler with the default profile; it evicts nothing. */
export const scheduler: ComponentFactory = (context) => new Scheduler(context);

class Scheduler implements Component {
  readonly name: string;
  private readonly pods: Informer<Pod>;
  private readonly queue: SchedulingQueue;
  private readonly cache: NodeCache;
  private readonly results: ResultState;
  private readonly world: World;

  constructor(private readonly context: ComponentContext) {
    this.name = context.name;
    const { informers } = context;
    this.pods = informers.for<Pod>('pods');
    const nodes = informers.for<Node>('nodes');
    this.results = context.state(SCHEDULING_RESULTS_PART, createResultState);
    this.queue = new SchedulingQueue(context.state('queue', createSchedulingQueueState), {
      now: () => context.now(),
      schedule: (delayMs, kind, key, periodic = false) =>
        context.schedule(delayMs, kind, [key], { periodic }),
      cancel: (entry) => context.cancel(entry),
    });
    this.cache = new NodeCache(nodes.list(), this.pods.list());
    this.world = {
      services: informers.for<Service>('services'),
      replicaSets: informers.for<ReplicaSet>('replicasets.apps'),
      namespaces: informers.for<Namespace>('namespaces'),
      claims: informers.for<PersistentVolumeClaim>('persistentvolumeclaims'),
      volumes: informers.for<PersistentVolume>('persistentvolumes'),
      storageClasses: informers.for<StorageClass>('storageclasses.storage.k8s.io'),
      podsWithAffinity: () => this.cache.podsWithAffinity,
      countMatching: (node, selector) => this.cache.countMatching(node, selector),
    };
    this.watch(nodes);
  }

  start(): void {
    for (const pod of this.pods.list()) if (isWaiting(pod)) this.queue.add(objectKey(pod), priorityOf(pod));
  }

  handle(kind: string, [key]: QueueEntry['args']): void {
    if (kind === 'backoff') this.queue.takeBackoff(key as string);
    else if (kind === 'leftover') this.queue.takeLeftover(key as string);
    else this.cycle();
  }

  private watch(nodes: Informer<Node>): void {
    nodes.addHandlers({
      onAdd: (node) => {
        this.cache.setNode(node);
        this.queue.moveOn('NodeAdd');
      },
      onUpdate: (node, previous) => {
        this.cache.setNode(node);
        for (const event of nodeEvents(node, previous)) this.queue.moveOn(event);
      },
      onDelete: (node) => this.cache.removeNode(node.metadata.name),
    });
    const storage = () => this.queue.moveOn('Storage');
    for (const informer of [this.world.claims, this.world.volumes, this.world.storageClasses])
      (informer as Informer<KubeObject>).addHandlers({ onAdd: storage, onUpdate: storage });
    this.pods.addHandlers({
      onAdd: (pod) => this.podAdded(pod),
      onUpdate: (pod, previous) => this.podUpdated(pod, previous),
      onDelete: (pod) => this.podDeleted(pod),
    });
  }

  private podAdded(pod: Pod): void {
    this.cache.podChanged(pod, undefined);
    if (isWaiting(pod)) this.queue.add(objectKey(pod), priorityOf(pod));
    else if (pod.spec.nodeName) this.queue.moveOn('PodAdd');
  }

  private podUpdated(pod: Pod, previous: Pod): void {
    this.cache.podChanged(pod, previous);
    const key = objectKey(pod);
    if (pod.spec.nodeName) {
      if (!previous.spec.nodeName) this.queue.forget(key);
      for (const event of podEvents(pod, previous)) this.queue.moveOn(event);
    } else if (!isWaiting(pod)) this.queue.forget(key);
    else if (!isWaiting(previous) || changedForScheduling(pod, previous))
      this.queue.add(key, priorityOf(pod));
  }

  private podDeleted(pod: Pod): void {
    this.cache.podChanged(undefined, pod);
    const key = objectKey(pod);
    this.queue.forget(key);
    this.results.results.delete(key);
    if (pod.spec.nodeName) this.queue.moveOn('PodDelete');
  }

  /** One pod's turn. Models ScheduleOne. */
  private cycle(): void {
    this.queue.cycleStarted();
    const key = this.queue.pop();
    const pod = key === undefined ? undefined : this.pods.get(key);
    if (key === undefined || !pod || !isWaiting(pod)) return;
    const cycle: Cycle = { pod: podInfo(pod), nodes: this.cache.nodes(), world: this.world };
    const outcome = scheduleOne(DEFAULT_PLUGINS, cycle, this.context.random);
    try {
      if (outcome.chosen === undefined) this.fail(key, pod, outcome);
      else if (reserveVolumes(this.context.client, cycle, outcome.chosen))
        this.queue.park(key, priorityOf(pod), [volumeBinding.name]);
      else this.bind(key, pod, outcome.chosen, outcome);
    } catch (error) {
      if (!isStatusError(error)) throw error;
      if (!isNotFound(error)) this.queue.retry(key, priorityOf(pod));
    }
  }

  private bind(key: string, pod: Pod, node: string, { verdicts }: Outcome): void {
    this.context.client.bind(key, node);
    remember(this.results, key, { at: this.context.now(), node, nodes: verdicts });
    const message = `Successfully assigned ${key} to ${node}`;
    this.context.recorder.event(pod, 'Normal', 'Scheduled', message, SOURCE);
  }

  /** Models handleSchedulingFailure. */
  private fail(key: string, pod: Pod, { verdicts, rejectedBy, preFilter }: Outcome): void {
    const message = fitError(pod, verdicts, preFilter);
    remember(this.results, key, { at: this.context.now(), message, nodes: verdicts });
    this.queue.park(key, priorityOf(pod), rejectedBy);
    this.context.recorder.event(pod, 'Warning', 'FailedScheduling', message, SOURCE);
    const conditions = withUnschedulable(pod.status?.conditions ?? [], message, this.context.timestamp());
    if (equalJson(conditions, pod.status?.conditions)) return;
    this.context.client.updateStatus('pods', { ...pod, status: { ...pod.status, conditions } });
  }
}

/** Whether this scheduler should find a node for the pod. */
function isWaiting({ metadata, spec, status }: Pod): boolean {
  const over = status?.phase === 'Succeeded' || status?.phase === 'Failed';
  const mine = (spec.schedulerName ?? SCHEDULER_NAME) === SCHEDULER_NAME;
  return mine && !over && !spec.nodeName && !metadata.deletionTimestamp && !spec.schedulingGates?.length;
}

function priorityOf({ spec }: Pod): number {
  return spec.priority ?? 0;
}

/** A pod that was changed itself need not wait for the cluster to change. */
function changedForScheduling(pod: Pod, previous: Pod): boolean {
  return !equalJson(pod.spec, previous.spec) || !equalJson(pod.metadata.labels, previous.metadata.labels);
}

function withUnschedulable(
  conditions: readonly PodCondition[],
  message: string,
  timestamp: string,
): PodCondition[] {
  const current = conditions.find(({ type }) => type === 'PodScheduled');
  const lastTransitionTime = current?.status === 'False' ? current.lastTransitionTime : timestamp;
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message,
    lastTransitionTime,
  };
  return [...conditions.filter(({ type }) => type !== 'PodScheduled'), condition];
}
