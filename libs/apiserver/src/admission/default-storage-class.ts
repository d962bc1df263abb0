import type { PersistentVolumeClaim, StorageClass } from '@podlab/api';
import { groupResourceOf } from '../registry/strategy-index';
import type { AdmissionPlugin } from './admission';

const DEFAULT_ANNOTATIONS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];
const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

/**
 * Gives a claim without a class the newest default one. Models plugin/pkg/admission/storage/storageclass/setdefault
 * and pkg/volume/util GetDefaultClass.
 */
export const defaultStorageClass: AdmissionPlugin = {
  name: 'DefaultStorageClass',
  admit({ operation, strategy, object, context }) {
    if (operation !== 'CREATE' || groupResourceOf(strategy) !== 'persistentvolumeclaims') return;
    const claim = object as PersistentVolumeClaim;
    if (claim.spec.storageClassName !== undefined) return;
    if (claim.metadata.annotations?.[CLASS_ANNOTATION] !== undefined) return;
    const classes = context.list('storageclasses.storage.k8s.io') as readonly StorageClass[];
    const [newest] = classes.filter(isDefault).sort(newestFirst);
    if (newest) claim.spec.storageClassName = newest.metadata.name;
  },
};

function isDefault({ metadata }: StorageClass): boolean {
  return DEFAULT_ANNOTATIONS.some((annotation) => metadata.annotations?.[annotation] === 'true');
}

function newestFirst({ metadata: a }: StorageClass, { metadata: b }: StorageClass): number {
  const [timeA, timeB] = [a.creationTimestamp ?? '', b.creationTimestamp ?? ''];
  if (timeA !== timeB) return timeA < timeB ? 1 : -1;
  return a.name < b.name ? -1 : 1;
}
