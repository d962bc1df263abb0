import type { PersistentVolume, PersistentVolumeClaim, Pod } from '@podlab/api';
import type { KubeObject } from '@podlab/apimachinery';
import type { Client } from '@podlab/client';
import { ignoringNotFound } from '../ownership/claim';

/** Lets a claim go that no pod uses any longer. Models pkg/controller/volume/pvcprotection processPVC. */
export function protectClaim(client: Client, claim: PersistentVolumeClaim, pods: readonly Pod[]): void {
  if (pods.some((pod) => uses(pod, claim.metadata.name))) return;
  withoutFinalizer(client, 'persistentvolumeclaims', claim, 'kubernetes.io/pvc-protection');
}

/** Lets a volume go that is bound to no claim. Models pkg/controller/volume/pvprotection processPV. */
export function protectVolume(client: Client, volume: PersistentVolume): void {
  withoutFinalizer(client, 'persistentvolumes', volume, 'kubernetes.io/pv-protection');
}

function uses({ spec, status }: Pod, claim: string): boolean {
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return false;
  return (spec.volumes ?? []).some((volume) => volume.persistentVolumeClaim?.claimName === claim);
}

function withoutFinalizer(client: Client, resource: string, object: KubeObject, finalizer: string): void {
  const { finalizers = [] } = object.metadata;
  if (!finalizers.includes(finalizer)) return;
  const metadata = { ...object.metadata, finalizers: finalizers.filter((each) => each !== finalizer) };
  ignoringNotFound(() => client.update(resource, { ...object, metadata }));
}
