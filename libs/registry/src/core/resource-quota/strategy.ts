import type { ResourceQuota } from '@podlab/api';
import { immutable, Path } from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { equalJson } from '@podlab/kernel';
import { AGE_COLUMN, NAME_COLUMN, textColumn } from '../../printing/cells';
import { validateQuota } from './validation';

const SPEC = Path.of('spec');

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
