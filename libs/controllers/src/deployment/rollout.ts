import type { Deployment, DeploymentCondition, ReplicaSet } from '@podlab/api';
import type { ComponentContext } from '@podlab/client';
import { REVISION } from './annotations';
import { withCondition } from './conditions';

export const SOURCE = { component: 'deployment-controller' };

/**
 * One reconcile of one Deployment: its state as the steps see it. Conditions are collected here and written once,
 * with the counts, at the end.
 */
export class Rollout {
  constructor(
    readonly context: ComponentContext,
    /** As stored, but for conditions that are not written yet. */
    public deployment: Deployment,
    /** All ReplicaSets that the Deployment controls. */
    public replicaSets: readonly ReplicaSet[],
  ) {}

  setCondition(condition: DeploymentCondition): void {
    const { status } = this.deployment;
    const conditions = withCondition(status?.conditions ?? [], condition);
    this.deployment = { ...this.deployment, status: { ...status, conditions } };
  }

  /** Notes the revision on the Deployment itself. Models SetDeploymentRevision. */
  setRevision(revision: string): void {
    const { metadata, status } = this.deployment;
    if (metadata.annotations?.[REVISION] === revision) return;
    const annotations = { ...metadata.annotations, [REVISION]: revision };
    const updated = this.context.client.update('deployments.apps', {
      ...this.deployment,
      metadata: { ...metadata, annotations },
    });
    this.deployment = { ...updated, status };
  }

  /** Puts the newest state of one of its ReplicaSets in place of an older one, or adds it. */
  replaced(replicaSet: ReplicaSet): ReplicaSet {
    const others = this.replicaSets.filter(({ metadata }) => metadata.uid !== replicaSet.metadata.uid);
    this.replicaSets = [...others, replicaSet];
    return replicaSet;
  }

  /** The ReplicaSet as it is after what this reconcile wrote. */
  current(replicaSet: ReplicaSet): ReplicaSet {
    return this.replicaSets.find(({ metadata }) => metadata.uid === replicaSet.metadata.uid) ?? replicaSet;
  }

  event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.context.recorder.event(this.deployment, type, reason, message, SOURCE);
  }
}

/** Oldest first, equal ages by name. */
export function byAge(a: ReplicaSet, b: ReplicaSet): number {
  return (
    compareText(a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '') ||
    compareText(a.metadata.name, b.metadata.name)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
