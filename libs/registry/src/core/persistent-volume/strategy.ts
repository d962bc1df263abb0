import type { PersistentVolume } from '@podlab/api';
import type { Strategy } from '@podlab/apiserver';
import { AGE_COLUMN, NAME_COLUMN, textColumn, wideColumn } from '../../printing/cells';
import { accessModesText } from '../../storage/access-modes';
import { validatePersistentVolume, validatePersistentVolumeUpdate } from './validation';
import { persistentVolumeWarnings } from './warnings';

/** Keeps a volume until no claim has it. Models plugin/pkg/admission/storage/storageobjectinuseprotection. */
const PROTECTION = 'kubernetes.io/pv-protection';

function claimText({ spec: { claimRef } }: PersistentVolume): string {
  return claimRef ? `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}` : '';
}

/** Models k8s.io/kubernetes pkg/registry/core/persistentvolume strategy and printers.go printPersistentVolume. */
export const persistentVolumeStrategy: Strategy<PersistentVolume> = {
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  resource: 'persistentvolumes',
  singular: 'persistentvolume',
  shortNames: ['pv'],
  namespaced: false,
  columns: [
    NAME_COLUMN,
    textColumn(
      'Capacity',
      'Description of the persistent volume capacity',
      (each) => each.spec.capacity?.storage ?? '0',
    ),
    textColumn('Access Modes', 'AccessModes contains all ways the volume can be mounted.', (each) =>
      accessModesText(each.spec.accessModes),
    ),
    textColumn(
      'Reclaim Policy',
      'What happens to a persistent volume when released from its claim.',
      (each) => each.spec.persistentVolumeReclaimPolicy ?? '',
    ),
    textColumn('Status', 'Phase of the volume', ({ metadata, status }) =>
      metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''),
    ),
    textColumn('Claim', 'Claim that the volume is bound to', claimText),
    textColumn('StorageClass', 'Name of the StorageClass', (each) => each.spec.storageClassName ?? ''),
    textColumn(
      'VolumeAttributesClass',
      'Name of the VolumeAttributesClass',
      (each) => each.spec.volumeAttributesClassName ?? '<unset>',
    ),
    textColumn('Reason', 'Why the volume is in its phase', (each) => each.status?.reason ?? ''),
    AGE_COLUMN,
    wideColumn('VolumeMode', 'Volume mode', (each) => each.spec.volumeMode ?? '<unset>'),
  ],
  defaults(draft) {
    draft.spec ??= {} as PersistentVolume['spec'];
    draft.spec.persistentVolumeReclaimPolicy ??= 'Retain';
    draft.spec.volumeMode ??= 'Filesystem';
    if (draft.spec.hostPath) draft.spec.hostPath.type ??= '';
    if (draft.spec.claimRef) draft.spec.claimRef.kind ??= 'PersistentVolumeClaim';
    if (draft.spec.claimRef) draft.spec.claimRef.apiVersion ??= 'v1';
  },
  prepareForCreate(draft, context) {
    draft.status = { phase: 'Pending', lastPhaseTransitionTime: context.timestamp() };
    const { finalizers = [] } = draft.metadata;
    if (!finalizers.includes(PROTECTION)) draft.metadata.finalizers = [...finalizers, PROTECTION];
  },
  prepareForUpdate(draft, old) {
    draft.status = old.status;
  },
  validate: validatePersistentVolume,
  validateUpdate: validatePersistentVolumeUpdate,
  warnings: persistentVolumeWarnings,
  status: {
    prepareForUpdate(draft, old, context) {
      if (!draft.status || draft.status.phase === old.status?.phase) return;
      draft.status = { ...draft.status, lastPhaseTransitionTime: context.timestamp() };
    },
  },
};
