import type { ControllerRevision, DaemonSet, Node, Pod } from '@podlab/api';
import { isStatusError, objectKey } from '@podlab/apimachinery';
import type { StatusError } from '@podlab/apimachinery';
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
import { availableFrom, isPodTerminal } from '../pods/pod-state';
import { slowStartBatch } from '../replicaset/slow-start';
import { newDaemonPod, REVISION_LABEL, shouldRun, targetNode } from './daemon-pod';
import { byAge, calculateDaemonSetStatus } from './daemon-set-status';
import { rollingStep, surgeCount, isUpdated, type NodePods } from './rolling';

const RESOURCE = 'daemonsets.apps';
const SOURCE = { component: 'daemonset-controller' };
/** Changes of pods within this time are one reconcile, in virtual ms. */
const POD_CHANGE_DELAY_MS = 20;
/** Wait before a failed pod is replaced, in virtual ms: it doubles to the longest. Models failedPodsBackoff. */
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 900_000;

interface Backoffs {
  /** By set and node. */
  failed: Map<string, { until: number; delay_ms: number }>;
}

/**
 * Keeps a pod of each DaemonSet on every node that it fits.
 * Models k8s.io/kubernetes pkg/controller/daemon/daemon_controller.go DaemonSetsController.
 */
export const daemonSetController: ComponentFactory = (context) => new DaemonSetController(context);

class DaemonSetController {
  readonly name: string;
  private readonly sets: Informer<DaemonSet>;
  private readonly nodes: Informer<Node>;
  private readonly pods: Informer<Pod>;
  private readonly history: HistoryPorts;
  private readonly queue: WorkQueue;
  private readonly backoffs: Backoffs;

  constructor(private readonly context: ComponentContext) {
    this.name = context.name;
    this.sets = context.informers.for<DaemonSet>(RESOURCE);
    this.nodes = context.informers.for<Node>('nodes');
    this.pods = context.informers.for<Pod>('pods');
    const informer = context.informers.for<ControllerRevision>('controllerrevisions.apps');
    this.history = { client: context.client, informer, hashLabel: REVISION_LABEL };
    this.backoffs = context.state('backoffs', () => ({ failed: new Map() }));
    indexOwnership(this.pods);
    indexOwnership(informer);
    this.queue = context.workQueue('daemonsets', (key) => this.reconcile(key));
    this.sets.addHandlers({
      onAdd: (set) => this.queue.add(objectKey(set)),
      onUpdate: (set, previous) => {
        if (changedBesideStatus(set, previous)) this.queue.add(objectKey(set));
      },
      onDelete: (set) => this.forget(set),
    });
    const all = () => this.sets.list().forEach((set) => this.queue.add(objectKey(set)));
    this.nodes.addHandlers({
      onAdd: all,
      onUpdate: (node, previous) => {
        const same =
          equalJson(node.metadata.labels, previous.metadata.labels) &&
          equalJson(node.spec.taints ?? [], previous.spec.taints ?? []);
        if (!same) all();
      },
      onDelete: all,
    });
    followPods(this.pods, {
      kind: 'DaemonSet',
      owners: this.sets,
      queue: this.queue,
      delayMs: POD_CHANGE_DELAY_MS,
      selectorOf: ({ spec }) => spec.selector,
    });
  }

  private forget(set: DaemonSet): void {
    const prefix = `${set.metadata.uid}/`;
    for (const key of [...this.backoffs.failed.keys()]) {
      if (key.startsWith(prefix)) this.backoffs.failed.delete(key);
    }
  }

  private reconcile(key: string): void {
    const set = this.sets.get(key);
    if (!set || set.metadata.deletionTimestamp) return;
    const owner: Versioned = set;
    const ports = { client: this.context.client, informer: this.pods, resource: 'pods' };
    claim(ports, set, set.spec.selector);
    const update = currentRevision(this.history, owner, revisionsOf(this.history, owner));
    const hash = update.metadata.labels?.[REVISION_LABEL] ?? '';
    let failure = this.manage(set, hash);
    if (!failure && set.spec.updateStrategy?.type === 'RollingUpdate') {
      const step = rollingStep(set, this.podsByNode(set), hash, this.context.now());
      failure = this.write(set, hash, step.deleted, step.surged);
    }
    this.truncate(set, update);
    this.writeStatus(key, hash);
    this.awaitAvailability(key, set);
    if (failure) throw failure;
  }

  /** Models manage and podsShouldBeOnNode. */
  private manage(set: DaemonSet, hash: string): StatusError | undefined {
    const created: string[] = [];
    const deleted: Pod[] = [];
    const byNode = this.podsByNode(set);
    const desired = byNode.filter(({ run }) => run).length;
    const surging = surgeCount(set, desired) > 0;
    for (const { node, run, stay, pods } of byNode) {
      const there = pods.filter(({ metadata }) => !metadata.deletionTimestamp);
      if (run && pods.length === 0) created.push(node);
      else if (!stay) deleted.push(...there);
      else deleted.push(...this.surplus(set, node, there, hash, surging));
    }
    return this.write(set, hash, deleted, created);
  }

  /** Ended pods, and of those that run all but the oldest; while the set surges, all but the oldest old and the oldest new one. */
  private surplus(set: DaemonSet, node: string, pods: readonly Pod[], hash: string, surging: boolean): Pod[] {
    const ended = pods.filter((pod) => isPodTerminal(pod) && this.mayReplace(set, node, pod));
    const running = pods.filter((pod) => !isPodTerminal(pod)).sort(byAge);
    const [fresh, old] = [true, false].map((wanted) =>
      running.filter((pod) => isUpdated(pod, hash) === wanted),
    );
    const surplus = surging ? [...fresh.slice(1), ...old.slice(1)] : running.slice(1);
    return [...ended, ...surplus];
  }

  /** Says why an ended pod goes; one that failed again has to wait. */
  private mayReplace(set: DaemonSet, node: string, pod: Pod): boolean {
    const { namespace, name } = pod.metadata;
    const which = `${namespace}/${name} on node ${node}`;
    const { recorder } = this.context;
    if (pod.status?.phase === 'Succeeded') {
      const message = `Found succeeded daemon pod ${which}, will try to delete it`;
      recorder.event(set, 'Normal', 'SucceededDaemonPod', message, SOURCE);
      return true;
    }
    const id = `${set.metadata.uid}/${node}`;
    const now = this.context.now();
    const backoff = this.backoffs.failed.get(id);
    if (backoff && backoff.until > now) {
      this.queue.addAfter(objectKey(set), backoff.until - now);
      return false;
    }
    const delay = Math.min(backoff ? backoff.delay_ms * 2 : FIRST_BACKOFF_MS, LONGEST_BACKOFF_MS);
    this.backoffs.failed.set(id, { until: now + delay, delay_ms: delay });
    const message = `Found failed daemon pod ${which}, will try to kill it`;
    recorder.event(set, 'Warning', 'FailedDaemonPod', message, SOURCE);
    return true;
  }

  /** Models syncNodes. */
  private write(
    set: DaemonSet,
    hash: string,
    deleted: readonly Pod[],
    created: readonly string[],
  ): StatusError | undefined {
    const { client, recorder } = this.context;
    const nodes = [...created];
    const { error } = slowStartBatch(created.length, () => {
      const pod = client.create('pods', newDaemonPod(set, nodes.shift() as string, hash));
      recorder.event(set, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`, SOURCE);
    });
    for (const pod of deleted) {
      const { name, uid } = pod.metadata;
      ignoringNotFound(() => client.delete('pods', objectKey(pod), { preconditions: { uid } }));
      recorder.event(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`, SOURCE);
    }
    if (error === undefined) return undefined;
    if (!isStatusError(error)) throw error;
    recorder.event(set, 'Warning', 'FailedCreate', `Error creating: ${error.message}`, SOURCE);
    return error;
  }

  /** Every node, in the order of names, and nodes that are gone but have pods. */
  private podsByNode(set: DaemonSet): (NodePods & { stay: boolean })[] {
    const byNode = new Map<string, Pod[]>();
    for (const pod of controlledBy(this.pods, set.metadata.uid as string)) {
      const node = targetNode(pod);
      byNode.set(node, [...(byNode.get(node) ?? []), pod]);
    }
    const all = this.nodes.list().map((node) => {
      const { name } = node.metadata;
      const pods = byNode.get(name) ?? [];
      byNode.delete(name);
      return { node: name, ...shouldRun(set, node), pods };
    });
    // A pod of a node that is gone is the pod garbage collector's, once it was bound there.
    const unbound = [...byNode].map(([node, pods]) => ({
      node,
      run: false,
      stay: false,
      pods: pods.filter(({ spec }) => !spec.nodeName),
    }));
    return [...all, ...unbound];
  }

  private truncate(set: DaemonSet, update: ControllerRevision): void {
    const owner: Versioned = set;
    const hashes = controlledBy(this.pods, set.metadata.uid as string).map(
      ({ metadata }) => metadata.labels?.[REVISION_LABEL],
    );
    const live = new Set([...hashes, update.metadata.labels?.[REVISION_LABEL]]);
    truncateHistory(this.history, owner, revisionsOf(this.history, owner), ({ metadata }) =>
      live.has(metadata.labels?.[REVISION_LABEL]),
    );
  }

  private writeStatus(key: string, hash: string): void {
    const set = this.sets.get(key);
    if (!set) return;
    const status = calculateDaemonSetStatus(set, this.podsByNode(set), hash, this.context.now());
    if (equalJson(status, set.status)) return;
    ignoringNotFound(() => this.context.client.updateStatus(RESOURCE, { ...set, status }));
  }

  /** A pod that is ready becomes available by time alone: looks again at the first such moment. */
  private awaitAvailability(key: string, set: DaemonSet): void {
    const { minReadySeconds = 0 } = set.spec;
    if (minReadySeconds === 0) return;
    const now = this.context.now();
    const moments = controlledBy(this.pods, set.metadata.uid as string)
      .map((pod) => availableFrom(pod, minReadySeconds) ?? now)
      .filter((moment) => moment > now);
    if (moments.length > 0) this.queue.addAfter(key, Math.min(...moments) - now);
  }
}
