import type { LabelSelector, PodTemplateSpec, ReplicaSet } from '@podlab/api';
import { isAlreadyExists, isStatusError } from '@podlab/apimachinery';
import { equalJson } from '@podlab/kernel';
import { controllerReference } from '../ownership/claim';
import { newReplicaSetAnnotations, replicasAnnotations, REVISION, revisionOf } from './annotations';
import { conditionOf, hasProgressDeadline, newCondition } from './conditions';
import { POD_TEMPLATE_HASH, podTemplateHash } from './pod-template-hash';
import { maxSurgeOf, newReplicaSetSize, replicasOf } from './replica-counts';
import { byAge } from './rollout';
import type { Rollout } from './rollout';

/** The newest ReplicaSet and the older ones, the revision noted on both sides. Models getAllReplicaSetsAndSyncRevision. */
export function syncRevision(
  rollout: Rollout,
  options: { create: boolean },
): { newest: ReplicaSet | undefined; old: ReplicaSet[] } {
  const found = findNewReplicaSet(rollout);
  const old = rollout.replicaSets.filter((replicaSet) => replicaSet !== found).sort(byAge);
  const revision = 1 + Math.max(0, ...old.map(revisionOf));
  if (found) return { newest: syncExisting(rollout, found, revision), old };
  return { newest: options.create ? createNew(rollout, old, revision) : undefined, old };
}

/** The oldest one with the Deployment's template. Models deploymentutil.FindNewReplicaSet. */
export function findNewReplicaSet({ deployment, replicaSets }: Rollout): ReplicaSet | undefined {
  return [...replicaSets]
    .sort(byAge)
    .find((replicaSet) => equalIgnoringHash(replicaSet.spec.template, deployment.spec.template));
}

function equalIgnoringHash(a: PodTemplateSpec | undefined, b: PodTemplateSpec): boolean {
  return equalJson(a?.spec, b.spec) && equalJson(metadataWithoutHash(a), metadataWithoutHash(b));
}

function metadataWithoutHash(template: PodTemplateSpec | undefined): object {
  const { labels = {}, annotations = {}, ...rest } = template?.metadata ?? {};
  const { [POD_TEMPLATE_HASH]: _, ...others } = labels;
  return { ...rest, labels: others, annotations };
}

function syncExisting(rollout: Rollout, found: ReplicaSet, revision: number): ReplicaSet {
  const { deployment, context } = rollout;
  const annotations = newReplicaSetAnnotations(deployment, found, revision);
  const { minReadySeconds = 0 } = deployment.spec;
  let newest = found;
  if (
    !equalJson(annotations, found.metadata.annotations ?? {}) ||
    (found.spec.minReadySeconds ?? 0) !== minReadySeconds
  ) {
    const metadata = { ...found.metadata, annotations };
    const draft = { ...found, metadata, spec: { ...found.spec, minReadySeconds } };
    newest = rollout.replaced(context.client.update('replicasets.apps', draft));
  }
  if (hasProgressDeadline(deployment) && !conditionOf(deployment.status, 'Progressing')) {
    const message = `Found new replica set "${newest.metadata.name}"`;
    rollout.setCondition(
      newCondition('Progressing', 'True', 'FoundNewReplicaSet', message, context.timestamp()),
    );
  }
  rollout.setRevision(newest.metadata.annotations?.[REVISION] ?? String(revision));
  return newest;
}

function createNew(rollout: Rollout, old: readonly ReplicaSet[], revision: number): ReplicaSet {
  const { context, deployment } = rollout;
  const draft = newReplicaSet(rollout, old, revision);
  let created: ReplicaSet;
  try {
    created = context.client.create('replicasets.apps', draft);
  } catch (error) {
    if (isAlreadyExists(error)) countCollision(rollout);
    else if (isStatusError(error)) failCreation(rollout, draft, error.message);
    throw error;
  }
  rollout.replaced(created);
  const size = replicasOf(created);
  if (size > 0) {
    rollout.event(
      'Normal',
      'ScalingReplicaSet',
      `Scaled up replica set ${created.metadata.name} from 0 to ${size}`,
    );
  }
  if (hasProgressDeadline(deployment)) {
    const message = `Created new replica set "${created.metadata.name}"`;
    rollout.setCondition(
      newCondition('Progressing', 'True', 'NewReplicaSetCreated', message, context.timestamp()),
    );
  }
  rollout.setRevision(String(revision));
  return created;
}

function newReplicaSet(
  { deployment, replicaSets }: Rollout,
  old: readonly ReplicaSet[],
  revision: number,
): ReplicaSet {
  const { name, namespace } = deployment.metadata;
  const { template, selector, minReadySeconds } = deployment.spec;
  const hash = podTemplateHash(template, deployment.status?.collisionCount);
  const labels = { ...template.metadata?.labels, [POD_TEMPLATE_HASH]: hash };
  const desired = replicasOf(deployment);
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels,
      annotations: {
        ...newReplicaSetAnnotations(deployment, undefined, revision),
        ...replicasAnnotations(desired, desired + maxSurgeOf(deployment)),
      },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas: newReplicaSetSize(deployment, old.length > 0 ? replicaSets : [], 0),
      ...(minReadySeconds !== undefined && { minReadySeconds }),
      selector: withHash(selector, hash),
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: { replicas: 0 },
  };
}

function withHash(selector: LabelSelector, hash: string): LabelSelector {
  return { ...selector, matchLabels: { ...selector.matchLabels, [POD_TEMPLATE_HASH]: hash } };
}

/** Another object has the name: the next try hashes with a higher count. */
function countCollision({ deployment, context }: Rollout): void {
  const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
  context.client.updateStatus('deployments.apps', {
    ...deployment,
    status: { ...deployment.status, collisionCount },
  });
}

function failCreation(rollout: Rollout, draft: ReplicaSet, reason: string): void {
  const { context } = rollout;
  const message = `Failed to create new replica set "${draft.metadata.name}": ${reason}`;
  if (hasProgressDeadline(rollout.deployment)) {
    rollout.setCondition(
      newCondition('Progressing', 'False', 'ReplicaSetCreateError', message, context.timestamp()),
    );
    context.client.updateStatus('deployments.apps', rollout.deployment);
  }
  rollout.event('Warning', 'ReplicaSetCreateError', message);
}
