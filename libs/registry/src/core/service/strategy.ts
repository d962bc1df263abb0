import type { Service } from '@podlab/api';
import { nameIsDns1035Label } from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { dropOfOldType, keepAllocated, normalizeClusterIPs } from './allocated-values';
import { allocateService } from './allocation';
import { SERVICE_COLUMNS } from './columns';
import { setServiceDefaults } from './defaults';
import { validateService } from './validation';
import { validateServiceStatusUpdate, validateServiceUpdate } from './validation-update';
import { serviceWarnings } from './warnings';

/** Models k8s.io/kubernetes pkg/registry/core/service strategy. */
export const serviceStrategy: Strategy<Service> = {
  group: '',
  version: 'v1',
  kind: 'Service',
  resource: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  columns: SERVICE_COLUMNS,
  validateName: nameIsDns1035Label,
  defaults: setServiceDefaults,
  prepareForCreate(draft) {
    draft.status = { loadBalancer: {} };
  },
  begin(draft, old, context) {
    if (old) keepAllocated(draft, old);
    normalizeClusterIPs(draft, old);
    allocateService(draft, old, context);
  },
  prepareForUpdate(draft, old) {
    draft.status = old.status;
    dropOfOldType(draft, old);
  },
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  warnings: serviceWarnings,
  status: {
    prepareForUpdate(draft) {
      for (const ingress of draft.status?.loadBalancer?.ingress ?? []) {
        if (ingress.ip) ingress.ipMode ??= 'VIP';
      }
    },
    validateUpdate: validateServiceStatusUpdate,
  },
  selectableFields: ({ spec }) => ({ 'spec.clusterIP': spec.clusterIP ?? '', 'spec.type': spec.type ?? '' }),
};
