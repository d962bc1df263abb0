import type { PersistentVolumeClaim } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import {
  dns1123SubdomainErrors,
  forbidden,
  invalid,
  notSupported,
  parseQuantity,
  Path,
  required,
} from '@podlab/apimachinery';
import { equalJson } from '@podlab/kernel';
import { accessModeErrors, VOLUME_MODES } from '../../storage/access-modes';

const SPEC = Path.of('spec');
const IMMUTABLE =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';

/** Models pkg/apis/core/validation ValidatePersistentVolumeClaim. */
export function validatePersistentVolumeClaim({ spec }: PersistentVolumeClaim): FieldError[] {
  const { accessModes = [], resources, storageClassName, volumeMode } = spec;
  const errors: FieldError[] = [];
  const modes = SPEC.child('accessModes');
  if (accessModes.length === 0) errors.push(required(modes, 'at least 1 access mode is required'));
  errors.push(...accessModeErrors(accessModes, modes));
  const storage = resources?.requests?.storage;
  const path = SPEC.child('resources').key('storage');
  if (storage === undefined) errors.push(required(path));
  else if (parseQuantity(storage).nano <= 0n)
    errors.push(invalid(path, storage, 'must be greater than zero'));
  if (storageClassName) {
    const at = SPEC.child('storageClassName');
    errors.push(
      ...dns1123SubdomainErrors(storageClassName).map((text) => invalid(at, storageClassName, text)),
    );
  }
  if (volumeMode !== undefined && !VOLUME_MODES.includes(volumeMode))
    errors.push(notSupported(SPEC.child('volumeMode'), volumeMode, VOLUME_MODES));
  for (const field of ['dataSource', 'dataSourceRef'] as const) {
    if (spec[field])
      errors.push(forbidden(SPEC.child(field), 'data sources are left out of this simulation'));
  }
  return errors;
}

/** Models pkg/apis/core/validation ValidatePersistentVolumeClaimUpdate: a volume, and a class, are given once. */
export function validatePersistentVolumeClaimUpdate(
  draft: PersistentVolumeClaim,
  old: PersistentVolumeClaim,
): FieldError[] {
  const errors = validatePersistentVolumeClaim(draft);
  const had = { ...old.spec };
  if (!had.volumeName) had.volumeName = draft.spec.volumeName;
  had.storageClassName ??= draft.spec.storageClassName;
  if (old.status?.phase === 'Bound') had.resources = draft.spec.resources;
  if (!equalJson(definedFields(draft.spec), definedFields(had))) errors.push(forbidden(SPEC, IMMUTABLE));
  const capacity = old.status?.capacity?.storage;
  const asked = draft.spec.resources?.requests?.storage;
  if (capacity && asked && parseQuantity(asked).nano < requestedAtLeast(old, capacity)) {
    const path = SPEC.child('resources', 'requests', 'storage');
    errors.push(forbidden(path, 'field can not be less than status.capacity'));
  }
  return errors;
}

/** A claim may hold a larger volume than it asked for; what it asked for is then no shrinking. */
function requestedAtLeast({ spec }: PersistentVolumeClaim, capacity: string): bigint {
  const had = parseQuantity(spec.resources?.requests?.storage ?? '0').nano;
  const held = parseQuantity(capacity).nano;
  return had < held ? had : held;
}

function definedFields(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
