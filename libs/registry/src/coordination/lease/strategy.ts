import type { Lease } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import { parseRfc3339, rfc3339Micro } from '@podlab/kernel';
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
  present: presentRenewal,
  validate: validateLease,
  validateUpdate: validateLease,
};

/** How often a kubelet renews its lease, in ms. Models pkg/kubelet nodeLeaseRenewIntervalFraction of 40 s. */
const RENEW_INTERVAL_MS = 10_000;

/** A node's lease without renewTime is being renewed: the last renewal is a function of the time of now. */
function presentRenewal(lease: Lease, now: number): Lease {
  const { metadata, spec } = lease;
  const isRenewed = metadata.namespace === 'kube-node-lease' && !spec.renewTime && spec.acquireTime;
  if (!isRenewed) return lease;
  const acquired = parseRfc3339(spec.acquireTime as string);
  const renewals = Math.max(0, Math.floor((now - acquired) / RENEW_INTERVAL_MS));
  const { acquireTime: _, ...rest } = spec;
  return { ...lease, spec: { ...rest, renewTime: rfc3339Micro(acquired + renewals * RENEW_INTERVAL_MS) } };
}

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
