import type { ServiceAccount } from '@podlab/api';
import type { Strategy } from '@podlab/apiserver';
import { AGE_COLUMN, NAME_COLUMN } from '../../printing/cells';

/** Models k8s.io/kubernetes pkg/registry/core/serviceaccount strategy. */
export const serviceAccountStrategy: Strategy<ServiceAccount> = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  resource: 'serviceaccounts',
  singular: 'serviceaccount',
  shortNames: ['sa'],
  namespaced: true,
  columns: [
    NAME_COLUMN,
    {
      name: 'Secrets',
      type: 'string',
      description:
        'Secrets is a list of the secrets in the same namespace that pods running using this ServiceAccount are allowed to use.',
      priority: 0,
      value: (account) => account.secrets?.length ?? 0,
    },
    AGE_COLUMN,
  ],
};
