import type { ControllerRevision, Pod, StatefulSet } from '@podlab/api';
import { scaledIntOrPercent } from '@podlab/apimachinery';
import { isPodTerminal } from '../pods/pod-state';
import type { StatefulPodControl } from './stateful-pod-control';
import {
  firstOrdinal,
  isRunningAndAvailable,
  isRunningAndReady,
  isTerminating,
  ordinalOf,
  revisionOf,
} from './stateful-pod';

/** One look at a StatefulSet: what is due now and what has to wait for it. */
export interface StatefulSetView {
  readonly set: StatefulSet;
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
  readonly pods: readonly Pod[];
  readonly now: number;
}

/**
 * Creates, deletes and updates as far as the order of the set allows.
 * Models k8s.io/kubernetes pkg/controller/statefulset/stateful_set_control.go updateStatefulSet.
 */
export function stepStatefulSet(view: StatefulSetView, control: StatefulPodControl): void {
  const { set } = view;
  const ordered = set.spec.podManagementPolicy !== 'Parallel';
  const { replicas, condemned } = placesOf(view);
  for (const place of replicas) {
    if (keepPlace(view, place, ordered, control)) return;
  }
  const first = firstUnhealthy(view, replicas, condemned);
  for (const pod of condemned) {
    if (removeCondemned(view, pod, first, ordered, control)) return;
  }
  if (set.spec.updateStrategy?.type !== 'OnDelete') rollOn(view, replicas, control);
}

interface Place {
  readonly ordinal: number;
  readonly pod: Pod | undefined;
}

/** Places that are looked at: more than a cluster has room for pods. A set may ask for any number. */
const PLACES_LIMIT = 10_000;

/** Places from the first ordinal on, and pods beyond them, the highest first. */
function placesOf({ set, pods }: StatefulSetView): { replicas: Place[]; condemned: Pod[] } {
  const start = firstOrdinal(set);
  const end = start + (set.spec.replicas ?? 1);
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod), pod]));
  const replicas: Place[] = [];
  const last = Math.min(end, start + PLACES_LIMIT);
  for (let ordinal = start; ordinal < last; ordinal++)
    replicas.push({ ordinal, pod: byOrdinal.get(ordinal) });
  const condemned = pods.filter((pod) => {
    const ordinal = ordinalOf(set, pod);
    return ordinal >= 0 && (ordinal < start || ordinal >= end);
  });
  return { replicas, condemned: condemned.sort((a, b) => ordinalOf(set, b) - ordinalOf(set, a)) };
}

/** Models processReplica; true when everything after it has to wait. */
function keepPlace(
  view: StatefulSetView,
  { ordinal, pod }: Place,
  ordered: boolean,
  control: StatefulPodControl,
): boolean {
  const { set, now } = view;
  if (!pod) {
    control.create(set, revisionFor(view, ordinal), ordinal);
    return ordered;
  }
  if (isPodTerminal(pod)) {
    if (!isTerminating(pod)) {
      control.tellRecreation(set, pod);
      control.delete(set, pod);
    }
    return true;
  }
  if (ordered && (isTerminating(pod) || !isRunningAndReady(pod))) return true;
  if (ordered && !isRunningAndAvailable(pod, set.spec.minReadySeconds ?? 0, now)) return true;
  if (!isTerminating(pod)) control.keepIdentity(set, pod);
  return false;
}

/** Models processCondemned; true when everything after it has to wait. */
function removeCondemned(
  { set, now }: StatefulSetView,
  pod: Pod,
  first: Pod | undefined,
  ordered: boolean,
  control: StatefulPodControl,
): boolean {
  if (isTerminating(pod)) return ordered;
  const available = isRunningAndAvailable(pod, set.spec.minReadySeconds ?? 0, now);
  if (ordered && !available && pod !== first) return true;
  control.releaseClaims(set, pod);
  control.delete(set, pod);
  return ordered;
}

/** Models isHealthy: of two pods that are not well the lower one is first. */
function firstUnhealthy(
  { set, now }: StatefulSetView,
  replicas: readonly Place[],
  condemned: readonly Pod[],
): Pod | undefined {
  const ascending = [...replicas.map(({ pod }) => pod), ...[...condemned].reverse()];
  return ascending.find((pod) => pod !== undefined && !isHealthy(set, pod, now));
}

function isHealthy(set: StatefulSet, pod: Pod, now: number): boolean {
  return !isTerminating(pod) && isRunningAndAvailable(pod, set.spec.minReadySeconds ?? 0, now);
}

/** Places below the partition keep the current revision. Models newVersionedStatefulSetPod. */
function revisionFor({ set, current, update }: StatefulSetView, ordinal: number): ControllerRevision {
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {};
  if (type !== 'RollingUpdate') return update;
  const kept = rollingUpdate ? (rollingUpdate.partition ?? 0) : (set.status?.currentReplicas ?? 0);
  return ordinal < firstOrdinal(set) + kept ? current : update;
}

/** Deletes pods of another revision from the highest place down, as many as may be unavailable. */
function rollOn(
  { set, update, now }: StatefulSetView,
  replicas: readonly Place[],
  control: StatefulPodControl,
): void {
  const { partition = 0, maxUnavailable = 1 } = set.spec.updateStrategy?.rollingUpdate ?? {};
  const allowed = Math.max(1, scaledIntOrPercent(maxUnavailable, set.spec.replicas ?? 1, true) ?? 1);
  const healthy = ({ pod }: Place) => pod !== undefined && isHealthy(set, pod, now);
  let unavailable = allowed === 1 ? 0 : replicas.filter((place) => !healthy(place)).length;
  for (const place of [...replicas].slice(partition).reverse()) {
    if (unavailable >= allowed) return;
    const { pod } = place;
    if (pod && revisionOf(pod) !== update.metadata.name && !isTerminating(pod)) {
      control.delete(set, pod);
      if (allowed === 1) return;
      if (healthy(place)) unavailable++;
    } else if (allowed === 1 && !healthy(place)) return;
  }
}
