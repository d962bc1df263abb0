import type { LimitRange } from '@podlab/api';
import type { Strategy } from '@podlab/apiserver';
import { CREATED_AT_COLUMN, NAME_COLUMN } from '../../printing/cells';
import { defaultLimits } from './defaults';
import { validateLimitRange } from './validation';

/** Models k8s.io/kubernetes pkg/registry/core/limitrange strategy. */
export const limitRangeStrategy: Strategy<LimitRange> = {
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  resource: 'limitranges',
  singular: 'limitrange',
  shortNames: ['limits'],
  namespaced: true,
  columns: [NAME_COLUMN, CREATED_AT_COLUMN],
  defaults(draft) {
    draft.spec ??= { limits: [] };
    for (const limit of draft.spec.limits ?? []) defaultLimits(limit);
  },
  validate: validateLimitRange,
  validateUpdate: validateLimitRange,
};
