/** Evidence of a check is data of the grader's; here it is read as what can be shown and opened. */
import type { Disposition, GradeEvidence, RequestSource, RequestTarget } from '@podlab/contracts';
import type { KubeObject, ObjectAddress } from '../../lib/kube-object';
import { addressOf } from '../../lib/kube-object';

export interface ShownRequest {
  from: RequestSource | null;
  to: RequestTarget;
  disposition: Disposition | null;
  backends: [name: string, count: number][];
}

export function shownRequest({ request }: Extract<GradeEvidence, { kind: 'Request' }>): ShownRequest {
  const { from, to, disposition, by_backend: backends } = request as Record<string, unknown>;
  return {
    from: (from as RequestSource | undefined) ?? null,
    to: to as RequestTarget,
    disposition: (disposition as Disposition | undefined) ?? null,
    backends: Object.entries((backends ?? {}) as Record<string, number>).sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}

/** Each object once: two conditions may look at the same. */
export function shownObjects({ objects }: Extract<GradeEvidence, { kind: 'Objects' }>): ObjectAddress[] {
  const addresses = objects.map((object) => addressOf(object as unknown as KubeObject));
  return [...new Map(addresses.map((one) => [JSON.stringify(one), one])).values()];
}

export interface ShownPair {
  from: string;
  to: string;
  disposition: Disposition;
}

export const shownPairs = ({ pairs }: Extract<GradeEvidence, { kind: 'Connectivity' }>): ShownPair[] =>
  pairs as unknown as ShownPair[];
