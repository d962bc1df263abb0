import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '@podlab/api';
import { SIMULATED_PROVISIONER } from './claim-sync';
import { PROVISIONED_BY } from './volume-sync';

/** The volume that the simulated storage system makes for a claim. Models sig-storage-lib-external-provisioner. */
export function provisionedVolume(
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
): PersistentVolume {
  const { name, namespace, uid, resourceVersion } = claim.metadata;
  const volumeName = `pvc-${uid}`;
  const annotations = { [PROVISIONED_BY]: SIMULATED_PROVISIONER };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: volumeName, annotations },
    spec: {
      capacity: { storage: claim.spec.resources?.requests?.storage ?? '0' },
      accessModes: claim.spec.accessModes,
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy,
      storageClassName: storageClass.metadata.name,
      volumeMode: claim.spec.volumeMode,
      ...(storageClass.mountOptions && { mountOptions: storageClass.mountOptions }),
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid, resourceVersion },
      csi: { driver: SIMULATED_PROVISIONER, volumeHandle: volumeName },
    },
  };
}
