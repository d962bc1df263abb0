import type { Pod, ReplicaSet, ReplicaSetStatus } from '@podlab/api';
import {
  controllerOf,
  isStatusError,
  matchesLabels,
  objectKey,
  selectorFromLabelSelector,
} from '@podlab/apimachinery';
import type {
  ComponentContext,
  ComponentFactory,
  EventSource,
  Informer,
  InformerFactory,
  WorkQueue,
} from '@podlab/client';
import { equalJson } from '@podlab/kernel';
import type { GroupResource, StatusError } from '@podlab/apimachinery';
import { claim, ignoringNotFound } from '../ownership/claim';
import { controlledBy, indexOwnership } from '../ownership/indexes';
import { podFromTemplate } from '../pods/pod-from-template';
import { availableFrom, isPodActive, isPodReady, isPodTerminal } from '../pods/pod-state';
import { podsToDelete } from './deletion-ranking';
import { calculateReplicaSetStatus } from './replica-set-status';
import { slowStartBatch } from './slow-start';

/** Creations or deletions in one reconcile, in pods. Models k8s.io/kubernetes pkg/controller/replicaset BurstReplicas. */
const BURST_REPLICAS = 500;
/** Pods that come or go within this time are one reconcile, in virtual ms. */
const POD_CHANGE_DELAY_MS = 20;
/** Pods that become ready (or not) within this time are one reconcile: they only change counts. */
const READINESS_DELAY_MS = 200;

/** A kind that keeps pods, seen as ReplicaSets: what upstream's one manager runs both kinds by. */
export interface ReplicaKind {
  readonly kind: string;
  readonly resource: GroupResource;
  readonly queue: string;
  /** Of its events. */
  readonly component: string;
  /** Several of them may have one owner, such as a Deployment. */
  readonly hasOwners: boolean;
  replicaSets(informers: InformerFactory): Informer<ReplicaSet>;
  /** The status as the kind has it. */
  status(of: ReplicaSetStatus): ReplicaSetStatus;
}

const REPLICA_SETS: ReplicaKind = {
  kind: 'ReplicaSet',
  resource: 'replicasets.apps',
  queue: 'replicasets',
  component: 'replicaset-controller',
  hasOwners: true,
  replicaSets: (informers) => informers.for<ReplicaSet>('replicasets.apps'),
  status: (status) => status,
};

/** Keeps as many pods of each ReplicaSet as it asks for. */
export const replicaSetController: ComponentFactory = (context) =>
  new ReplicaSetController(context, REPLICA_SETS);

/** Models k8s.io/kubernetes pkg/controller/replicaset/replica_set.go ReplicaSetController. */
export class ReplicaSetController {
  readonly name: string;
  private readonly replicaSets: Informer<ReplicaSet>;
  private readonly pods: Informer<Pod>;
  private readonly queue: WorkQueue;
  private readonly source: EventSource;

  constructor(
    private readonly context: ComponentContext,
    private readonly kept: ReplicaKind,
  ) {
    this.name = context.name;
    this.source = { component: kept.component };
    this.replicaSets = kept.replicaSets(context.informers);
    this.pods = context.informers.for<Pod>('pods');
    if (kept.hasOwners) indexOwnership(this.replicaSets);
    indexOwnership(this.pods);
    this.queue = context.workQueue(kept.queue, (key) => this.reconcile(key));
    this.replicaSets.addHandlers({
      onAdd: (replicaSet) => this.queue.add(objectKey(replicaSet)),
      onUpdate: (replicaSet, previous) => {
        if (!sameButStatus(replicaSet, previous)) this.queue.add(objectKey(replicaSet));
      },
    });
    this.pods.addHandlers({
      onAdd: (pod) => this.podChanged(pod),
      onUpdate: (pod, previous) => {
        if (controllerOf(pod)?.uid !== controllerOf(previous)?.uid) this.podChanged(previous);
        if (belongsDifferently(pod, previous)) this.podChanged(pod);
        else if (isPodReady(pod) !== isPodReady(previous)) this.podChanged(pod, READINESS_DELAY_MS);
      },
      onDelete: (pod) => this.podChanged(pod),
    });
  }

  start(): void {
    for (const replicaSet of this.replicaSets.list()) this.queue.add(objectKey(replicaSet));
  }

  private podChanged(pod: Pod, delayMs = POD_CHANGE_DELAY_MS): void {
    const { namespace } = pod.metadata;
    const owner = controllerOf(pod);
    if (owner) {
      if (owner.kind === this.kept.kind) this.queue.addAfter(`${namespace}/${owner.name}`, delayMs);
      return;
    }
    if (pod.metadata.deletionTimestamp || this.replicaSets.list().length === 0) return;
    for (const replicaSet of this.replicaSets.list(namespace)) {
      const selector = selectorFromLabelSelector(replicaSet.spec.selector);
      if (matchesLabels(selector, pod.metadata.labels)) this.queue.add(objectKey(replicaSet));
    }
  }

  private reconcile(key: string): void {
    const replicaSet = this.replicaSets.get(key);
    if (!replicaSet) return;
    const ports = { client: this.context.client, informer: this.pods, resource: 'pods' };
    const claimed = claim(ports, replicaSet, replicaSet.spec.selector);
    const missing = (replicaSet.spec.replicas ?? 1) - countActive(claimed);
    const managed = missing !== 0 && !replicaSet.metadata.deletionTimestamp;
    const failure = managed ? this.manage(replicaSet, claimed, missing) : undefined;
    const pods = managed ? controlledBy(this.pods, replicaSet.metadata.uid as string) : claimed;
    this.updateStatus(key, pods, failure);
    if (failure) throw failure;
    this.queue.forget(key);
  }

  /** Creates what is missing or deletes what is too much; returns why pods could not be created. */
  private manage(replicaSet: ReplicaSet, claimed: readonly Pod[], missing: number): StatusError | undefined {
    if (Math.abs(missing) > BURST_REPLICAS) this.queue.add(objectKey(replicaSet));
    if (missing > 0) return this.createPods(replicaSet, Math.min(missing, BURST_REPLICAS));
    const surplus = Math.min(-missing, BURST_REPLICAS);
    const active = claimed.filter(isPodActive);
    this.deletePods(
      replicaSet,
      podsToDelete(active, this.relatedPods(replicaSet), surplus, this.context.now()),
    );
    return undefined;
  }

  private createPods(replicaSet: ReplicaSet, count: number): StatusError | undefined {
    const { client, recorder } = this.context;
    const template = replicaSet.spec.template ?? {};
    const { error } = slowStartBatch(count, () => {
      const pod = client.create('pods', podFromTemplate(template, replicaSet));
      recorder.event(
        replicaSet,
        'Normal',
        'SuccessfulCreate',
        `Created pod: ${pod.metadata.name}`,
        this.source,
      );
    });
    if (error === undefined || isNamespaceTerminating(error)) return undefined;
    if (!isStatusError(error)) throw error;
    recorder.event(replicaSet, 'Warning', 'FailedCreate', `Error creating: ${error.message}`, this.source);
    return error;
  }

  private deletePods(replicaSet: ReplicaSet, pods: readonly Pod[]): void {
    const { client, recorder } = this.context;
    for (const pod of pods) {
      ignoringNotFound(() =>
        client.delete('pods', objectKey(pod), { preconditions: { uid: pod.metadata.uid } }),
      );
      recorder.event(
        replicaSet,
        'Normal',
        'SuccessfulDelete',
        `Deleted pod: ${pod.metadata.name}`,
        this.source,
      );
    }
  }

  /** Pods of all ReplicaSets that share this one's owner: a deletion spreads what stays over the nodes. */
  private relatedPods(replicaSet: ReplicaSet): Pod[] {
    const owner = this.kept.hasOwners && controllerOf(replicaSet);
    const siblings = owner ? controlledBy(this.replicaSets, owner.uid) : [replicaSet];
    return siblings.flatMap((sibling) => controlledBy(this.pods, sibling.metadata.uid as string));
  }

  private updateStatus(key: string, pods: readonly Pod[], failure: StatusError | undefined): void {
    const replicaSet = this.replicaSets.get(key);
    if (!replicaSet) return;
    const now = { ms: this.context.now(), timestamp: this.context.timestamp() };
    const status = this.kept.status(calculateReplicaSetStatus(replicaSet, pods, failure, now));
    this.awaitAvailability(key, replicaSet, pods);
    if (equalJson(status, replicaSet.status)) return;
    ignoringNotFound(() => this.context.client.updateStatus(this.kept.resource, { ...replicaSet, status }));
  }

  /** A pod that is ready becomes available by time alone: looks again at the first such moment. */
  private awaitAvailability(key: string, replicaSet: ReplicaSet, pods: readonly Pod[]): void {
    const { minReadySeconds = 0 } = replicaSet.spec;
    if (minReadySeconds === 0) return;
    const now = this.context.now();
    const moments = pods
      .filter((pod) => isPodActive(pod) && isPodReady(pod))
      .map((pod) => availableFrom(pod, minReadySeconds) ?? now)
      .filter((moment) => moment > now);
    if (moments.length > 0) this.queue.addAfter(key, Math.min(...moments) - now);
  }
}

/** Nothing is created in a namespace that goes away, and that is no failure. */
function isNamespaceTerminating(error: unknown): boolean {
  return (
    isStatusError(error) &&
    !!error.status.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating')
  );
}

function countActive(pods: readonly Pod[]): number {
  let count = 0;
  for (const pod of pods) if (isPodActive(pod)) count++;
  return count;
}

/** The controller's own writes of status bring nothing new. */
function sameButStatus(replicaSet: ReplicaSet, previous: ReplicaSet): boolean {
  return (
    replicaSet.metadata.deletionTimestamp === previous.metadata.deletionTimestamp &&
    equalJson(replicaSet.metadata.labels, previous.metadata.labels) &&
    equalJson(replicaSet.spec, previous.spec)
  );
}

/** Whether a change of a pod may change how many pods its ReplicaSet has. */
function belongsDifferently(pod: Pod, previous: Pod): boolean {
  return (
    isPodTerminal(pod) !== isPodTerminal(previous) ||
    pod.metadata.deletionTimestamp !== previous.metadata.deletionTimestamp ||
    !equalJson(pod.metadata.labels, previous.metadata.labels) ||
    !equalJson(pod.metadata.ownerReferences, previous.metadata.ownerReferences)
  );
}
