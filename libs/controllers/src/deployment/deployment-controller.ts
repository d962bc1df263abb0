import type { Deployment, DeploymentStatus, Pod, ReplicaSet } from '@podlab/api';
import { controllerOf, matchesLabels, objectKey, selectorFromLabelSelector } from '@podlab/apimachinery';
import type { ComponentContext, ComponentFactory, Informer, WorkQueue } from '@podlab/client';
import { equalJson } from '@podlab/kernel';
import type { QueueEntry } from '@podlab/kernel';
import { claim, ignoringNotFound } from '../ownership/claim';
import { controlledBy, indexOwnership } from '../ownership/indexes';
import { cleanUpHistory } from './cleanup';
import {
  calculateDeploymentStatus,
  conditionOf,
  deadlineOf,
  hasProgressDeadline,
  isComplete,
  newCondition,
} from './conditions';
import { findNewReplicaSet, syncRevision } from './new-replica-set';
import { rolloutStatus } from './progress';
import { oldPodsRunning, scaleDownOld } from './recreate';
import { isRollingUpdate, replicasOf } from './replica-counts';
import { rollOn } from './rolling';
import { Rollout } from './rollout';
import { isScalingEvent, scale, scaleIfNeeded } from './scale';

/** Changes of ReplicaSets within this time are one reconcile, in virtual ms. */
const REPLICA_SET_CHANGE_DELAY_MS = 10;
/** A deadline is looked at this long after it passed, in virtual ms. Models requeueStuckDeployment. */
const AFTER_DEADLINE_MS = 1_000;

interface DeploymentControllerState {
  /** When each unfinished rollout is looked at for its progress deadline. */
  deadlines: Map<string, QueueEntry>;
}

/**
 * Rolls each Deployment out over its ReplicaSets.
 * Models k8s.io/kubernetes pkg/controller/deployment/deployment_controller.go DeploymentController.
 */
export const deploymentController: ComponentFactory = (context) => new DeploymentController(context);

class DeploymentController {
  readonly name: string;
  private readonly deployments: Informer<Deployment>;
  private readonly replicaSets: Informer<ReplicaSet>;
  private readonly pods: Informer<Pod>;
  private readonly queue: WorkQueue;
  private readonly state: DeploymentControllerState;

  constructor(private readonly context: ComponentContext) {
    this.name = context.name;
    this.deployments = context.informers.for<Deployment>('deployments.apps');
    this.replicaSets = context.informers.for<ReplicaSet>('replicasets.apps');
    this.pods = context.informers.for<Pod>('pods');
    indexOwnership(this.replicaSets);
    indexOwnership(this.pods);
    this.state = context.state('deadlines', () => ({ deadlines: new Map() }));
    this.queue = context.workQueue('deployments', (key) => this.reconcile(key));
    this.deployments.addHandlers({
      onAdd: (deployment) => this.queue.add(objectKey(deployment)),
      onUpdate: (deployment, previous) => this.deploymentChanged(deployment, previous),
      onDelete: (deployment) => this.queue.add(objectKey(deployment)),
    });
    this.replicaSets.addHandlers({
      onAdd: (replicaSet) => this.replicaSetChanged(replicaSet),
      onUpdate: (replicaSet, previous) => {
        if (controllerOf(replicaSet)?.uid !== controllerOf(previous)?.uid) this.replicaSetChanged(previous);
        this.replicaSetChanged(replicaSet);
      },
      onDelete: (replicaSet) => this.replicaSetChanged(replicaSet),
    });
    this.pods.addHandlers({ onDelete: (pod) => this.podDeleted(pod) });
  }

  start(): void {
    for (const deployment of this.deployments.list()) this.queue.add(objectKey(deployment));
  }

  handle(_kind: string, [key]: QueueEntry['args']): void {
    this.state.deadlines.delete(key as string);
    this.queue.add(key as string);
  }

  /** The controller's own writes of status bring nothing new. */
  private deploymentChanged(deployment: Deployment, previous: Deployment): void {
    const { metadata, spec } = deployment;
    const same =
      equalJson(spec, previous.spec) &&
      metadata.generation === previous.metadata.generation &&
      metadata.deletionTimestamp === previous.metadata.deletionTimestamp &&
      equalJson(metadata.annotations, previous.metadata.annotations) &&
      equalJson(metadata.labels, previous.metadata.labels);
    if (!same) this.queue.add(objectKey(deployment));
  }

  private replicaSetChanged(replicaSet: ReplicaSet): void {
    const { namespace, labels } = replicaSet.metadata;
    const owner = controllerOf(replicaSet);
    if (owner) {
      if (owner.kind === 'Deployment')
        this.queue.addAfter(`${namespace}/${owner.name}`, REPLICA_SET_CHANGE_DELAY_MS);
      return;
    }
    for (const deployment of this.deployments.list(namespace)) {
      const selector = selectorFromLabelSelector(deployment.spec.selector);
      if (matchesLabels(selector, labels)) this.queue.add(objectKey(deployment));
    }
  }

  /** A Recreate rollout goes on when the last old pod has gone. */
  private podDeleted(pod: Pod): void {
    const replicaSetReference = controllerOf(pod);
    if (replicaSetReference?.kind !== 'ReplicaSet') return;
    const replicaSet = this.replicaSets.get(`${pod.metadata.namespace}/${replicaSetReference.name}`);
    const owner = replicaSet && controllerOf(replicaSet);
    if (owner?.kind !== 'Deployment') return;
    const key = `${pod.metadata.namespace}/${owner.name}`;
    const deployment = this.deployments.get(key);
    if (deployment && !isRollingUpdate(deployment)) this.queue.addAfter(key, REPLICA_SET_CHANGE_DELAY_MS);
  }

  private reconcile(key: string): void {
    const deployment = this.deployments.get(key);
    this.cancelDeadline(key);
    if (!deployment) return;
    const ports = { client: this.context.client, informer: this.replicaSets, resource: 'replicasets.apps' };
    const claimed = claim(ports, deployment, deployment.spec.selector);
    const rollout = new Rollout(this.context, deployment, claimed);
    const status = this.step(rollout);
    this.writeStatus(rollout, status);
    this.queue.forget(key);
    this.awaitDeadline(key, rollout, status);
  }

  /** Does what is due now; returns the status that follows from it. */
  private step(rollout: Rollout): DeploymentStatus {
    if (rollout.deployment.metadata.deletionTimestamp) return this.plainStatus(rollout);
    this.notePause(rollout);
    if (rollout.deployment.spec.paused || isScalingEvent(rollout)) {
      const { newest, old } = syncRevision(rollout, { create: false });
      scale(rollout, newest, old);
      if (rollout.deployment.spec.paused) cleanUpHistory(this.context.client, rollout.deployment, old);
      return this.plainStatus(rollout);
    }
    return isRollingUpdate(rollout.deployment) ? this.rolling(rollout) : this.recreate(rollout);
  }

  private rolling(rollout: Rollout): DeploymentStatus {
    const { newest, old } = syncRevision(rollout, { create: true });
    const scaled = newest !== undefined && rollOn(rollout, newest, old);
    return scaled ? this.progress(rollout, newest) : this.finish(rollout, newest, old);
  }

  private recreate(rollout: Rollout): DeploymentStatus {
    const { newest, old } = syncRevision(rollout, { create: false });
    const podsOf = (replicaSet: ReplicaSet) => controlledBy(this.pods, replicaSet.metadata.uid as string);
    if (scaleDownOld(rollout, old) || oldPodsRunning(newest, old, podsOf))
      return this.progress(rollout, newest);
    const current = newest ?? (syncRevision(rollout, { create: true }).newest as ReplicaSet);
    scaleIfNeeded(rollout, current, replicasOf(rollout.deployment));
    return this.finish(rollout, current, old);
  }

  private progress(rollout: Rollout, newest: ReplicaSet | undefined): DeploymentStatus {
    return rolloutStatus(rollout, newest && rollout.current(newest));
  }

  private finish(
    rollout: Rollout,
    newest: ReplicaSet | undefined,
    old: readonly ReplicaSet[],
  ): DeploymentStatus {
    const status = this.progress(rollout, newest);
    if (isComplete(rollout.deployment, status)) cleanUpHistory(this.context.client, rollout.deployment, old);
    return status;
  }

  private plainStatus(rollout: Rollout): DeploymentStatus {
    const { deployment, replicaSets } = rollout;
    return calculateDeploymentStatus(
      deployment,
      replicaSets,
      findNewReplicaSet(rollout),
      this.context.timestamp(),
    );
  }

  /** Models checkPausedConditions: a pause is no lack of progress. */
  private notePause(rollout: Rollout): void {
    const { deployment } = rollout;
    const current = conditionOf(deployment.status, 'Progressing');
    if (!hasProgressDeadline(deployment) || current?.reason === 'ProgressDeadlineExceeded') return;
    const noted = current?.reason === 'DeploymentPaused';
    const at = this.context.timestamp();
    if (deployment.spec.paused && !noted) {
      rollout.setCondition(
        newCondition('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused', at),
      );
    } else if (!deployment.spec.paused && noted) {
      rollout.setCondition(
        newCondition('Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed', at),
      );
    }
  }

  private writeStatus({ deployment }: Rollout, status: DeploymentStatus): void {
    const stored = this.deployments.get(objectKey(deployment));
    if (!stored || equalJson(stored.status, status)) return;
    ignoringNotFound(() => this.context.client.updateStatus('deployments.apps', { ...stored, status }));
  }

  private cancelDeadline(key: string): void {
    const entry = this.state.deadlines.get(key);
    if (entry) this.context.cancel(entry);
    this.state.deadlines.delete(key);
  }

  private awaitDeadline(key: string, { deployment }: Rollout, status: DeploymentStatus): void {
    if (deployment.spec.paused || isComplete(deployment, status)) return;
    const deadline = deadlineOf(deployment, status);
    if (deadline === undefined) return;
    const delay = Math.max(0, deadline - this.context.now()) + AFTER_DEADLINE_MS;
    this.state.deadlines.set(key, this.context.schedule(delay, 'deadline', [key]));
  }
}
