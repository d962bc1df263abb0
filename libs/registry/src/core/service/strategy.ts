import type { Service } from '@podlab/api';
import { nameIsDns1035Label } from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { allocateService, dropOfOldType, keepAllocated, normalizeClusterIPs } from './allocation';
import { SERVICE_COLUMNS } from './columns';
import { setServiceDefaults } from './defaults';
import { validateService } from './validation';
import { validateServiceStatusUpdate, validateServiceUpdate } from './validation-update';

const LOAD_BALANCER_IP_DEPRECATED =
  'spec.loadBalancerIP is deprecated and may not be supported by all cloud providers';

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
    normalizeClusterIPs(draft);
  },
  prepareForUpdate(draft, old) {
    draft.status = old.status;
    normalizeClusterIPs(draft, old);
    dropOfOldType(draft, old);
    keepAllocated(draft, old);
  },
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  allocate: allocateService,
  warnings: ({ spec }) => (spec?.loadBalancerIP ? [LOAD_BALANCER_IP_DEPRECATED] : []),
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
