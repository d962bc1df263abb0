import type { Lease } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import { Path, invalid } from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { AGE_COLUMN, NAME_COLUMN, textColumn } from '../../printing/cells';

/** Models k8s.io/kubernetes pkg/registry/coordination/lease strategy. */
export const leaseStrategy: Strategy<Lease> = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  resource: 'leases',
  singular: 'lease',
  namespaced: true,
  columns: [
    NAME_COLUMN,
    textColumn(
      'Holder',
      'holderIdentity contains the identity of the holder of a current lease.',
      (lease) => lease.spec.holderIdentity ?? '',
    ),
    AGE_COLUMN,
  ],
  defaults(draft) {
    draft.spec ??= {};
  },
  validate: validateLease,
  validateUpdate: validateLease,
};

/** Models pkg/apis/coordination/validation ValidateLeaseSpec. */
function validateLease({ spec }: Lease): FieldError[] {
  const errors: FieldError[] = [];
  const path = Path.of('spec');
  if (spec.leaseDurationSeconds !== undefined && spec.leaseDurationSeconds <= 0) {
    errors.push(
      invalid(path.child('leaseDurationSeconds'), spec.leaseDurationSeconds, 'must be greater than 0'),
    );
  }
  if (spec.leaseTransitions !== undefined && spec.leaseTransitions < 0) {
    errors.push(
      invalid(path.child('leaseTransitions'), spec.leaseTransitions, 'must be greater than or equal to 0'),
    );
  }
  return errors;
}
