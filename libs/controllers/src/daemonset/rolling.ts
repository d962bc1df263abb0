import type { DaemonSet, Pod } from '@podlab/api';
import { scaledIntOrPercent } from '@podlab/apimachinery';
import { availableFrom } from '../pods/pod-state';
import { REVISION_LABEL } from './daemon-pod';

/** What a rolling update does next. */
export interface RollingStep {
  readonly deleted: readonly Pod[];
  /** Nodes that get a new pod beside the old one. */
  readonly surged: readonly string[];
}

export interface NodePods {
  readonly node: string;
  readonly run: boolean;
  readonly pods: readonly Pod[];
}

/** How many pods may stand beside old ones. Models SurgeCount. */
export function surgeCount({ spec }: DaemonSet, desired: number): number {
  if (spec.updateStrategy?.type !== 'RollingUpdate') return 0;
  return scaledIntOrPercent(spec.updateStrategy.rollingUpdate?.maxSurge ?? 0, desired, true) ?? 0;
}

/** Models UnavailableCount; without any of both it is one. */
function unavailableCount({ spec }: DaemonSet, desired: number, surge: number): number {
  const share = spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1;
  const count = scaledIntOrPercent(share, desired, true) ?? 0;
  return count === 0 && surge === 0 ? 1 : count;
}

/** Models k8s.io/kubernetes pkg/controller/daemon/update.go rollingUpdate. */
export function rollingStep(
  set: DaemonSet,
  nodes: readonly NodePods[],
  hash: string,
  now: number,
): RollingStep {
  const desired = nodes.filter(({ run }) => run).length;
  const maxSurge = surgeCount(set, desired);
  const isAvailable = (pod: Pod) => (availableFrom(pod, set.spec.minReadySeconds ?? 0) ?? Infinity) <= now;
  const occupied = nodes.filter(({ pods }) => pods.length > 0);
  return maxSurge > 0
    ? surge(occupied, hash, maxSurge, isAvailable)
    : replace(occupied, hash, unavailableCount(set, desired, maxSurge), isAvailable);
}

function replace(
  nodes: readonly NodePods[],
  hash: string,
  maximum: number,
  isAvailable: (pod: Pod) => boolean,
): RollingStep {
  const broken: Pod[] = [];
  const candidates: Pod[] = [];
  let unavailable = 0;
  for (const { pods } of nodes) {
    const found = oldAndNew(pods, hash);
    if (!found || (found.old === undefined) === (found.fresh === undefined)) unavailable++;
    else if (found.fresh) unavailable += isAvailable(found.fresh) ? 0 : 1;
    else if (found.old && !isAvailable(found.old)) broken.push(found.old);
    else if (found.old && unavailable < maximum) candidates.push(found.old);
  }
  const more = Math.max(0, maximum - unavailable);
  return { deleted: [...broken, ...candidates.slice(0, more)], surged: [] };
}

function surge(
  nodes: readonly NodePods[],
  hash: string,
  maximum: number,
  isAvailable: (pod: Pod) => boolean,
): RollingStep {
  const deleted: Pod[] = [];
  const broken: string[] = [];
  const candidates: string[] = [];
  let surged = 0;
  for (const { node, pods } of nodes) {
    const found = oldAndNew(pods, hash);
    if (!found) surged++;
    else if (!found.old) continue;
    else if (!found.fresh) (isAvailable(found.old) ? candidates : broken).push(node);
    else if (isAvailable(found.fresh)) deleted.push(found.old);
    else surged++;
  }
  const more = Math.max(0, maximum - surged);
  return { deleted, surged: [...broken, ...candidates.slice(0, more)] };
}

/** The one pod of the set as it was and the one as it is; undefined when there are two of a kind. Models findUpdatedPodsOnNode. */
function oldAndNew(pods: readonly Pod[], hash: string): { old?: Pod; fresh?: Pod } | undefined {
  const found: { old?: Pod; fresh?: Pod } = {};
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp) continue;
    const which = isUpdated(pod, hash) ? 'fresh' : 'old';
    if (found[which]) return undefined;
    found[which] = pod;
  }
  return found;
}

export function isUpdated({ metadata }: Pod, hash: string): boolean {
  return metadata.labels?.[REVISION_LABEL] === hash;
}
