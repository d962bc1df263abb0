import type { PersistentVolume, PersistentVolumeSpec } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import {
  dns1123SubdomainErrors,
  forbidden,
  immutable,
  invalid,
  notSupported,
  parseQuantity,
  Path,
  required,
} from '@podlab/apimachinery';
import { equalJson } from '@podlab/kernel';
import { accessModeErrors, VOLUME_MODES } from '../../storage/access-modes';

const SPEC = Path.of('spec');
const POLICIES = ['Delete', 'Recycle', 'Retain'];
/** What in a spec is not where the volume's data is. */
const OTHER_FIELDS: ReadonlySet<string> = new Set([
  'accessModes',
  'capacity',
  'claimRef',
  'mountOptions',
  'nodeAffinity',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'volumeAttributesClassName',
  'volumeMode',
]);

const sourcesOf = (spec: PersistentVolumeSpec) =>
  Object.entries(spec).filter(([field]) => !OTHER_FIELDS.has(field));

/** Models pkg/apis/core/validation ValidatePersistentVolume. */
export function validatePersistentVolume({ spec }: PersistentVolume): FieldError[] {
  const { accessModes = [], persistentVolumeReclaimPolicy: policy, storageClassName, volumeMode } = spec;
  const errors: FieldError[] = [];
  if (accessModes.length === 0) errors.push(required(SPEC.child('accessModes')));
  errors.push(...accessModeErrors(accessModes, SPEC.child('accessModes')), ...capacityErrors(spec));
  errors.push(...sourceErrors(spec));
  if (policy && !POLICIES.includes(policy))
    errors.push(notSupported(SPEC.child('persistentVolumeReclaimPolicy'), policy, POLICIES));
  if (policy === 'Recycle' && spec.hostPath?.path === '/') {
    const detail = "may not be 'recycle' for a hostPath mount of '/'";
    errors.push(forbidden(SPEC.child('persistentVolumeReclaimPolicy'), detail));
  }
  if (storageClassName) {
    const path = SPEC.child('storageClassName');
    errors.push(
      ...dns1123SubdomainErrors(storageClassName).map((text) => invalid(path, storageClassName, text)),
    );
  }
  if (volumeMode !== undefined && !VOLUME_MODES.includes(volumeMode))
    errors.push(notSupported(SPEC.child('volumeMode'), volumeMode, VOLUME_MODES));
  return errors;
}

function capacityErrors({ capacity = {} }: PersistentVolumeSpec): FieldError[] {
  const path = SPEC.child('capacity');
  const names = Object.keys(capacity);
  if (names.length === 0) return [required(path)];
  if (names.length > 1 || names[0] !== 'storage') return [notSupported(path, capacity, ['storage'])];
  if (parseQuantity(capacity.storage).nano > 0n) return [];
  return [invalid(path.key('storage'), capacity.storage, 'must be greater than zero')];
}

function sourceErrors(spec: PersistentVolumeSpec): FieldError[] {
  const [first, ...more] = sourcesOf(spec);
  if (!first) return [required(SPEC, 'must specify a volume type')];
  const errors = more.map(([field]) =>
    forbidden(SPEC.child(field), 'may not specify more than 1 volume type'),
  );
  for (const field of ['hostPath', 'local'] as const) {
    const path = spec[field]?.path;
    if (spec[field] && !path) errors.push(required(SPEC.child(field, 'path')));
    if (path?.split('/').includes('..'))
      errors.push(invalid(SPEC.child(field, 'path'), path, "must not contain '..'"));
  }
  if (spec.local && !spec.nodeAffinity)
    errors.push(required(SPEC.child('nodeAffinity'), 'Local volume requires node affinity'));
  if (spec.csi && !spec.csi.driver) errors.push(required(SPEC.child('csi', 'driver')));
  if (spec.csi && !spec.csi.volumeHandle) errors.push(required(SPEC.child('csi', 'volumeHandle')));
  return errors;
}

/** Models pkg/apis/core/validation ValidatePersistentVolumeUpdate. */
export function validatePersistentVolumeUpdate(draft: PersistentVolume, old: PersistentVolume): FieldError[] {
  const errors = validatePersistentVolume(draft);
  if (!equalJson(sourcesOf(draft.spec), sourcesOf(old.spec))) {
    const path = SPEC.child('persistentvolumesource');
    errors.push(forbidden(path, 'spec.persistentvolumesource is immutable after creation'));
  }
  if (draft.spec.volumeMode !== old.spec.volumeMode)
    errors.push(immutable(SPEC.child('volumeMode'), draft.spec.volumeMode));
  if (old.spec.nodeAffinity && !equalJson(draft.spec.nodeAffinity, old.spec.nodeAffinity))
    errors.push(immutable(SPEC.child('nodeAffinity'), draft.spec.nodeAffinity));
  return errors;
}
