import type { StorageClass } from '@podlab/api';
import type { PrinterColumn, Strategy } from '@podlab/apiserver';
import { AGE_COLUMN, NAME_COLUMN, textColumn } from '../../printing/cells';
import { validateStorageClass, validateStorageClassUpdate } from './validation';
import { storageClassWarnings } from './warnings';

const DEFAULT_ANNOTATIONS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

/** A class says of itself that it is the default. Models pkg/volume/util IsDefaultAnnotation. */
export function isDefaultClass({ metadata }: StorageClass): boolean {
  return DEFAULT_ANNOTATIONS.some((annotation) => metadata.annotations?.[annotation] === 'true');
}

const expansionColumn: PrinterColumn<StorageClass> = {
  name: 'AllowVolumeExpansion',
  type: 'string',
  description: 'AllowVolumeExpansion shows whether the storage class allow volume expand.',
  priority: 0,
  value: ({ allowVolumeExpansion }) => allowVolumeExpansion ?? false,
};

/** Models k8s.io/kubernetes pkg/registry/storage/storageclass strategy. */
export const storageClassStrategy: Strategy<StorageClass> = {
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  resource: 'storageclasses',
  singular: 'storageclass',
  shortNames: ['sc'],
  namespaced: false,
  columns: [
    {
      ...NAME_COLUMN,
      value: (object) =>
        isDefaultClass(object as StorageClass) ? `${object.metadata.name} (default)` : object.metadata.name,
    },
    textColumn(
      'Provisioner',
      'Provisioner indicates the type of the provisioner.',
      (each) => each.provisioner,
    ),
    textColumn(
      'ReclaimPolicy',
      'Dynamically provisioned PersistentVolumes of this storage class are created with this reclaimPolicy.',
      (each) => each.reclaimPolicy ?? 'Delete',
    ),
    textColumn(
      'VolumeBindingMode',
      'VolumeBindingMode indicates how PersistentVolumeClaims should be provisioned and bound.',
      (each) => each.volumeBindingMode ?? 'Immediate',
    ),
    expansionColumn,
    AGE_COLUMN,
  ],
  defaults(draft) {
    draft.reclaimPolicy ??= 'Delete';
    draft.volumeBindingMode ??= 'Immediate';
  },
  validate: validateStorageClass,
  validateUpdate: validateStorageClassUpdate,
  warnings: storageClassWarnings,
};
