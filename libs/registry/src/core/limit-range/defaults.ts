import type { LimitRangeItem } from '@podlab/api';

/** Models pkg/apis/core/v1 SetDefaults_LimitRangeItem: of containers only. */
export function defaultLimits(limit: LimitRangeItem): void {
  if (limit.type !== 'Container') return;
  limit.default = { ...limit.max, ...limit.default };
  limit.defaultRequest = { ...limit.min, ...limit.default, ...limit.defaultRequest };
  for (const each of ['default', 'defaultRequest'] as const)
    if (Object.keys(limit[each] ?? {}).length === 0) delete limit[each];
}
