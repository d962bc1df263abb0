import type { ResourceQuota } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import {
  canonicalQuantity,
  immutable,
  invalid,
  notSupported,
  Path,
  qualifiedNameErrors,
} from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { equalJson } from '@podlab/kernel';
import { AGE_COLUMN, NAME_COLUMN, textColumn } from '../../printing/cells';

const SPEC = Path.of('spec');
const SCOPES = [
  'BestEffort',
  'CrossNamespacePodAffinity',
  'NotBestEffort',
  'NotTerminating',
  'PriorityClass',
  'Terminating',
  'VolumeAttributesClass',
];
const STANDARD =
  /^(cpu|memory|ephemeral-storage|pods|services|replicationcontrollers|secrets|configmaps|persistentvolumeclaims|resourcequotas|services\.(nodeports|loadbalancers)|(requests|limits)\.[A-Za-z0-9./-]+|hugepages-.+|count\/.+|.+\/.+)$/;

/** Models k8s.io/kubernetes pkg/registry/core/resourcequota strategy. */
export const resourceQuotaStrategy: Strategy<ResourceQuota> = {
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  resource: 'resourcequotas',
  singular: 'resourcequota',
  shortNames: ['quota'],
  namespaced: true,
  columns: [
    NAME_COLUMN,
    textColumn(
      'Request',
      'Request represents a minimum amount of cpu/memory that a container may consume.',
      (quota) => usedOfHard(quota, false),
    ),
    textColumn(
      'Limit',
      'Limits control the maximum amount of cpu/memory that a container may use independent of contention on the node.',
      (quota) => usedOfHard(quota, true),
    ),
    AGE_COLUMN,
  ],
  defaults(draft) {
    draft.spec ??= {};
  },
  prepareForCreate(draft) {
    draft.status = {};
  },
  prepareForUpdate(draft, old) {
    draft.status = old.status;
  },
  validate: validateQuota,
  validateUpdate(draft, old) {
    const errors = validateQuota(draft);
    if (!equalJson(draft.spec?.scopes ?? [], old.spec?.scopes ?? []))
      errors.push(immutable(SPEC.child('scopes'), draft.spec?.scopes));
    return errors;
  },
  status: {},
};

/** Models pkg/printers/internalversion printResourceQuota. */
function usedOfHard({ status = {} }: ResourceQuota, limits: boolean): string {
  const { hard = {}, used = {} } = status;
  return Object.keys(hard)
    .sort()
    .filter((name) => name.startsWith('limits') === limits)
    .map((name) => `${name}: ${used[name] ?? '0'}/${hard[name]}`)
    .join(', ');
}

/** Models pkg/apis/core/validation ValidateResourceQuota. */
function validateQuota({ spec }: ResourceQuota): FieldError[] {
  const errors: FieldError[] = [];
  for (const [name, amount] of Object.entries(spec?.hard ?? {})) {
    const path = SPEC.child('hard').key(name);
    for (const message of qualifiedNameErrors(name)) errors.push(invalid(path, name, message));
    if (!STANDARD.test(name))
      errors.push(invalid(path, name, 'must be a standard resource type or fully qualified'));
    if (canonicalQuantity(amount)?.startsWith('-'))
      errors.push(invalid(path, amount, 'must be greater than or equal to 0'));
  }
  for (const scope of spec?.scopes ?? [])
    if (!SCOPES.includes(scope)) errors.push(notSupported(SPEC.child('scopes'), spec?.scopes, SCOPES));
  return errors;
}
