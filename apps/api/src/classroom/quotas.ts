/** Quotas, and how the one that bites is told. */
import type { ClassQuotas } from '@podlab/contracts';
import { ProblemException } from '../problems/problem-exception';

export type QuotaName = keyof ClassQuotas;

export function quotaExceeded(name: QuotaName, most: number): ProblemException {
  const detail = `The quota ${name} is used up: ${most}.`;
  return new ProblemException('QuotaExceeded', detail, [
    { path: `quotas.${name}`, message: `is limited to ${most}` },
  ]);
}
