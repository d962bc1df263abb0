import type { PersistentVolumeClaim, StorageClass } from '@podlab/api';
import { compareQuantities, newForbidden, parseQuantity } from '@podlab/apimachinery';
import type { StrategyContext } from '@podlab/apiserver';

const NOT_RESIZABLE =
  'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize';
const LEFT_OUT = 'volume expansion is left out of this simulation';

/**
 * Refuses a bound claim that asks for more: as upstream does where the class forbids it, by name where it allows it.
 * Models plugin/pkg/admission/storage/persistentvolume/resize.
 */
export function refuseExpansion(
  draft: PersistentVolumeClaim,
  old: PersistentVolumeClaim,
  context: StrategyContext,
): void {
  const asked = draft.spec.resources?.requests?.storage;
  const had = old.spec.resources?.requests?.storage;
  if (asked === undefined || had === undefined || old.status?.phase !== 'Bound') return;
  if (compareQuantities(parseQuantity(asked), parseQuantity(had)) <= 0) return;
  const { storageClassName = '' } = old.spec;
  const storageClass = context.get('storageclasses.storage.k8s.io', storageClassName) as
    StorageClass | undefined;
  const reason = storageClass?.allowVolumeExpansion ? LEFT_OUT : NOT_RESIZABLE;
  throw newForbidden('persistentvolumeclaims', old.metadata.name, reason);
}
