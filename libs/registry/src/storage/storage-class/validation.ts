import type { StorageClass } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import {
  forbidden,
  immutable,
  invalid,
  notSupported,
  Path,
  qualifiedNameErrors,
  required,
} from '@podlab/apimachinery';
import { equalJson } from '@podlab/kernel';

const RECLAIM_POLICIES = ['Delete', 'Retain'];
const BINDING_MODES = ['Immediate', 'WaitForFirstConsumer'];

/** Models pkg/apis/storage/validation ValidateStorageClass. */
export function validateStorageClass(draft: StorageClass): FieldError[] {
  const errors = validateProvisioner(draft.provisioner);
  if (Object.keys(draft.parameters ?? {}).includes(''))
    errors.push(invalid(Path.of('parameters'), '', 'field can not be empty.'));
  const { reclaimPolicy, volumeBindingMode } = draft;
  if (reclaimPolicy !== undefined && !RECLAIM_POLICIES.includes(reclaimPolicy))
    errors.push(notSupported(Path.of('reclaimPolicy'), reclaimPolicy, RECLAIM_POLICIES));
  if (volumeBindingMode !== undefined && !BINDING_MODES.includes(volumeBindingMode))
    errors.push(notSupported(Path.of('volumeBindingMode'), volumeBindingMode, BINDING_MODES));
  return errors;
}

function validateProvisioner(provisioner: string): FieldError[] {
  const path = Path.of('provisioner');
  if (!provisioner) return [required(path)];
  return qualifiedNameErrors(provisioner.toLowerCase()).map((detail) => invalid(path, provisioner, detail));
}

/** Models pkg/apis/storage/validation ValidateStorageClassUpdate. */
export function validateStorageClassUpdate(draft: StorageClass, old: StorageClass): FieldError[] {
  const errors: FieldError[] = [];
  if (!equalJson(draft.parameters ?? {}, old.parameters ?? {}))
    errors.push(forbidden(Path.of('parameters'), 'updates to parameters are forbidden.'));
  if (draft.provisioner !== old.provisioner)
    errors.push(forbidden(Path.of('provisioner'), 'updates to provisioner are forbidden.'));
  for (const field of ['reclaimPolicy', 'volumeBindingMode'] as const) {
    if (draft[field] !== old[field]) errors.push(immutable(Path.of(field), draft[field]));
  }
  return errors;
}
