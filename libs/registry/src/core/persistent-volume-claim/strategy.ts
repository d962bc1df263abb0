import type { PersistentVolumeClaim } from '@podlab/api';
import type { Strategy } from '@podlab/apiserver';
import { AGE_COLUMN, NAME_COLUMN, textColumn, wideColumn } from '../../printing/cells';
import { accessModesText } from '../../storage/access-modes';
import { refuseExpansion } from './expansion';
import { validatePersistentVolumeClaim, validatePersistentVolumeClaimUpdate } from './validation';
import { claimWarnings } from './warnings';

/** Keeps a claim until no pod uses it. Models plugin/pkg/admission/storage/storageobjectinuseprotection. */
const PROTECTION = 'kubernetes.io/pvc-protection';

/** Models k8s.io/kubernetes pkg/registry/core/persistentvolumeclaim strategy and printers.go printPersistentVolumeClaim. */
export const persistentVolumeClaimStrategy: Strategy<PersistentVolumeClaim> = {
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  resource: 'persistentvolumeclaims',
  singular: 'persistentvolumeclaim',
  shortNames: ['pvc'],
  namespaced: true,
  columns: [
    NAME_COLUMN,
    textColumn('Status', 'Phase of the claim', ({ metadata, status }) =>
      metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''),
    ),
    textColumn(
      'Volume',
      'VolumeName is the binding reference to the PersistentVolume backing this claim.',
      (each) => each.spec.volumeName ?? '',
    ),
    textColumn('Capacity', 'Capacity of the volume that the claim is bound to', ({ spec, status }) =>
      spec.volumeName ? (status?.capacity?.storage ?? '0') : '',
    ),
    textColumn('Access Modes', 'How the volume can be mounted', ({ spec, status }) =>
      spec.volumeName ? accessModesText(status?.accessModes) : '',
    ),
    textColumn('StorageClass', 'Name of the StorageClass', (each) => each.spec.storageClassName ?? ''),
    textColumn(
      'VolumeAttributesClass',
      'Name of the VolumeAttributesClass',
      (each) => each.spec.volumeAttributesClassName ?? '<unset>',
    ),
    AGE_COLUMN,
    wideColumn('VolumeMode', 'Volume mode', (each) => each.spec.volumeMode ?? '<unset>'),
  ],
  defaults(draft) {
    draft.spec ??= {};
    draft.spec.volumeMode ??= 'Filesystem';
  },
  prepareForCreate(draft) {
    draft.status = { phase: 'Pending' };
    const { finalizers = [] } = draft.metadata;
    if (!finalizers.includes(PROTECTION)) draft.metadata.finalizers = [...finalizers, PROTECTION];
  },
  prepareForUpdate(draft, old) {
    draft.status = old.status;
  },
  begin(draft, old, context) {
    if (old) refuseExpansion(draft, old, context);
  },
  validate: validatePersistentVolumeClaim,
  validateUpdate: validatePersistentVolumeClaimUpdate,
  warnings: claimWarnings,
  status: {},
};
