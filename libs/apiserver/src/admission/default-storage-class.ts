import type { PersistentVolumeClaim, StorageClass } from '@podlab/api';
import { defaultClassOf } from '@podlab/client';
import { groupResourceOf } from '../registry/strategy-index';
import type { AdmissionPlugin } from './admission';

const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

/**
 * Gives a claim without a class the newest default one. Models plugin/pkg/admission/storage/storageclass/setdefault.
 */
export const defaultStorageClass: AdmissionPlugin = {
  name: 'DefaultStorageClass',
  admit({ operation, strategy, object, context }) {
    if (operation !== 'CREATE' || groupResourceOf(strategy) !== 'persistentvolumeclaims') return;
    const claim = object as PersistentVolumeClaim;
    if (claim.spec.storageClassName !== undefined) return;
    if (claim.metadata.annotations?.[CLASS_ANNOTATION] !== undefined) return;
    const classes = context.list('storageclasses.storage.k8s.io') as readonly StorageClass[];
    const defaultClass = defaultClassOf(classes);
    if (defaultClass) claim.spec.storageClassName = defaultClass.metadata.name;
  },
};
