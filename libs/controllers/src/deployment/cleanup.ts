import type { Deployment, ReplicaSet } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';
import type { Client } from '@podlab/client';
import { ignoringNotFound } from '../ownership/claim';
import { revisionOf } from './annotations';
import { replicasOf } from './replica-counts';

const UNLIMITED = 2_147_483_647;

/** Forgets the oldest revisions over the history limit. Models cleanupDeployment in pkg/controller/deployment/sync.go. */
export function cleanUpHistory(client: Client, deployment: Deployment, old: readonly ReplicaSet[]): void {
  const { revisionHistoryLimit = UNLIMITED } = deployment.spec;
  const living = old.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const surplus = living.length - revisionHistoryLimit;
  if (surplus <= 0) return;
  const oldest = living.sort((a, b) => revisionOf(a) - revisionOf(b)).slice(0, surplus);
  for (const replicaSet of oldest) {
    const { metadata, status } = replicaSet;
    const unseen = (metadata.generation ?? 0) > (status?.observedGeneration ?? 0);
    if ((status?.replicas ?? 0) !== 0 || replicasOf(replicaSet) !== 0 || unseen) continue;
    ignoringNotFound(() => client.delete('replicasets.apps', objectKey(replicaSet)));
  }
}
