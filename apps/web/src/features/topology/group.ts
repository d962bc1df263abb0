import { groupBy } from '../../lib/group-by';
import type { ScenePod } from './scene';

/** What one place in a room holds: a pod, or many siblings as one stack. */
export type Tenant =
  | { kind: 'pod'; id: string; pod: ScenePod }
  | { kind: 'stack'; id: string; owner: string; namespace: string; pods: ScenePod[]; ready: number };

export const podId = (key: string): string => `pod:${key}`;

/**
 * The tenants of one room. Up to `limit` pods stand alone; above it siblings are stacked, but for those in `apart`
 * (the ones that a request runs through).
 */
export function groupPods(
  room: string,
  pods: readonly ScenePod[],
  limit: number,
  apart: ReadonlySet<string>,
): Tenant[] {
  const alone = (pod: ScenePod): Tenant => ({ kind: 'pod', id: podId(pod.key), pod });
  if (pods.length <= limit) return pods.map(alone);
  const stacked = pods.filter((pod) => !apart.has(pod.key));
  const families = groupBy(stacked, (pod) => `${pod.namespace}/${pod.owner}`);
  const stacks = [...families].map(([family, members]): Tenant =>
    members.length === 1
      ? alone(members[0]!)
      : {
          kind: 'stack',
          id: `stack:${room}/${family}`,
          owner: members[0]!.owner,
          namespace: members[0]!.namespace,
          pods: members,
          ready: members.filter((pod) => pod.summary.ready).length,
        },
  );
  return [...pods.filter((pod) => apart.has(pod.key)).map(alone), ...stacks];
}
