import type { Deployment, ReplicaSet } from '@podlab/api';

/** Models k8s.io/kubernetes pkg/controller/deployment/util/deployment_util.go: what a Deployment notes on its ReplicaSets. */

export const REVISION = 'deployment.kubernetes.io/revision';
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';
/** Longest revision history that is kept, in characters. */
const REVISION_HISTORY_LIMIT_CHARS = 2000;

const NOT_COPIED: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  'deprecated.deployment.rollback.to',
]);

type Annotations = Record<string, string>;

/** The rollout's number that the ReplicaSet belongs to; 0 when it has none. */
export function revisionOf(replicaSet: ReplicaSet): number {
  return Number(replicaSet.metadata.annotations?.[REVISION] ?? 0) || 0;
}

export function desiredReplicas(replicaSet: ReplicaSet): number | undefined {
  return integer(replicaSet.metadata.annotations?.[DESIRED_REPLICAS]);
}

export function maxReplicas(replicaSet: ReplicaSet): number | undefined {
  return integer(replicaSet.metadata.annotations?.[MAX_REPLICAS]);
}

/** Models SetReplicasAnnotations. */
export function replicasAnnotations(desired: number, max: number): Annotations {
  return { [DESIRED_REPLICAS]: String(desired), [MAX_REPLICAS]: String(max) };
}

/** The new ReplicaSet's annotations: the Deployment's own and the newest revision. Models SetNewReplicaSetAnnotations. */
export function newReplicaSetAnnotations(
  deployment: Deployment,
  replicaSet: ReplicaSet | undefined,
  newRevision: number,
): Annotations {
  const old = replicaSet?.metadata.annotations ?? {};
  const annotations = { ...old };
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!NOT_COPIED.has(key)) annotations[key] = value;
  }
  const oldRevision = integer(old[REVISION]) ?? 0;
  if (oldRevision >= newRevision) return annotations;
  annotations[REVISION] = String(newRevision);
  if (old[REVISION] !== undefined)
    annotations[REVISION_HISTORY] = longerHistory(old[REVISION_HISTORY], old[REVISION]);
  return annotations;
}

function longerHistory(history: string | undefined, revision: string): string {
  const revisions = history ? [...history.split(','), revision] : [revision];
  while (revisions.length > 1 && revisions.join(',').length > REVISION_HISTORY_LIMIT_CHARS) revisions.shift();
  return revisions.join(',');
}

function integer(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}
