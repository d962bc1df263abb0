import type { PersistentVolume, PersistentVolumeClaim } from '@podlab/api';
import {
  compareQuantities,
  matchesLabels,
  matchesNodeSelectorTerms,
  parseQuantity,
  selectorFromLabelSelector,
  type SelectedNode,
} from '@podlab/apimachinery';

/** What the controller that binds claims and the scheduler must agree on. Models k8s.io/component-helpers storage/volume. */

export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
export const NO_PROVISIONER = 'kubernetes.io/no-provisioner';

/** Whether the volume names the claim as its own. Models IsVolumeBoundToClaim. */
export function isMeantFor(
  { spec: { claimRef } }: PersistentVolume,
  { metadata }: PersistentVolumeClaim,
): boolean {
  if (!claimRef || claimRef.name !== metadata.name || claimRef.namespace !== metadata.namespace) return false;
  return !claimRef.uid || claimRef.uid === metadata.uid;
}

/**
 * The volume for a claim: one that is reserved for it, else the smallest that satisfies it. `node` is where it is to be
 * used; with `delayed` and no node only a reserved one is taken. Models FindMatchingVolume.
 */
export function findMatchingVolume(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
  { node, delayed = false }: { node?: SelectedNode; delayed?: boolean } = {},
): PersistentVolume | undefined {
  let smallest: PersistentVolume | undefined;
  for (const volume of volumes) {
    if (volume.metadata.deletionTimestamp || !sameMode(claim, volume)) continue;
    if (volume.spec.claimRef) {
      if (isMeantFor(volume, claim) && isLargeEnough(claim, volume)) return volume;
      continue;
    }
    if (delayed && !node) continue;
    if (volume.status?.phase !== 'Available' || !satisfies(claim, volume)) continue;
    if (node && !fitsNode(volume, node)) continue;
    if (!smallest || compareQuantities(capacityOf(volume), capacityOf(smallest)) < 0) smallest = volume;
  }
  return smallest;
}

/** Why a volume cannot be given to a claim that names it; undefined when it can. Models checkVolumeSatisfyClaim. */
export function mismatchOf(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  if (!isLargeEnough(claim, volume)) return 'requested PV is too small';
  if ((volume.spec.storageClassName ?? '') !== (claim.spec.storageClassName ?? ''))
    return 'storageClassName does not match';
  if (!sameMode(claim, volume)) return 'incompatible volumeMode';
  return hasAccessModes(claim, volume) ? undefined : 'incompatible accessMode';
}

/** Whether a pod on the node can use the volume. Models CheckNodeAffinity. */
export function fitsNode({ spec }: PersistentVolume, node: SelectedNode): boolean {
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms;
  return !terms || matchesNodeSelectorTerms(terms, node);
}

function satisfies(claim: PersistentVolumeClaim, volume: PersistentVolume): boolean {
  if (mismatchOf(volume, claim) !== undefined) return false;
  const { selector } = claim.spec;
  return !selector || matchesLabels(selectorFromLabelSelector(selector), volume.metadata.labels);
}

function hasAccessModes(claim: PersistentVolumeClaim, volume: PersistentVolume): boolean {
  return (claim.spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode));
}

const sameMode = (claim: PersistentVolumeClaim, volume: PersistentVolume) =>
  (claim.spec.volumeMode ?? 'Filesystem') === (volume.spec.volumeMode ?? 'Filesystem');
const capacityOf = ({ spec }: PersistentVolume) => parseQuantity(spec.capacity?.storage ?? '0');

function isLargeEnough({ spec }: PersistentVolumeClaim, volume: PersistentVolume): boolean {
  const asked = parseQuantity(spec.resources?.requests?.storage ?? '0');
  return compareQuantities(capacityOf(volume), asked) >= 0;
}
