import type { PersistentVolume, PersistentVolumeClaim, Pod } from '@podlab/api';
import {
  BOUND_BY_CONTROLLER,
  findMatchingVolume,
  fitsNode,
  NO_PROVISIONER,
  SELECTED_NODE,
  type Client,
} from '@podlab/client';
import type { Cycle, Plugin, Rejection, World } from '../framework';
import type { NodeInfo } from '../node-info';

const AFFINITY: Rejection = {
  reasons: ["node(s) didn't match PersistentVolume's node affinity"],
  unresolvable: true,
};
const NOT_FOUND: Rejection = {
  reasons: ["node(s) didn't find available persistent volumes to bind"],
  unresolvable: true,
};
const VOLUME_GONE: Rejection = {
  reasons: ['node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)'],
  unresolvable: true,
};

/** Nodes at which a pod's claims have, or can get, their volumes. Models pkg/scheduler/framework/plugins/volumebinding. */
export const volumeBinding: Plugin = {
  name: 'VolumeBinding',
  preFilter({ pod: { pod }, world }) {
    for (const name of claimNames(pod)) {
      const claim = world.claims.get(`${pod.metadata.namespace}/${name}`);
      const reason = refusalOf(name, claim);
      if (reason !== undefined) return reason;
    }
    const unbound = claimsOf(pod, world).some((claim) => !isBound(claim) && !isDelayed(claim, world));
    return unbound ? 'pod has unbound immediate PersistentVolumeClaims' : undefined;
  },
  filter({ pod: { pod }, world }) {
    const claims = claimsOf(pod, world);
    if (claims.length === 0) return undefined;
    return (node) => {
      for (const claim of claims) {
        const rejection = isBound(claim) ? boundAt(claim, node, world) : bindableAt(claim, node, world);
        if (rejection) return rejection;
      }
      return undefined;
    };
  },
};

/** Models VolumeBinding podHasPVCs. */
function refusalOf(name: string, claim: PersistentVolumeClaim | undefined): string | undefined {
  if (!claim) return `persistentvolumeclaim "${name}" not found`;
  if (claim.status?.phase === 'Lost')
    return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName ?? ''}"`;
  return claim.metadata.deletionTimestamp ? `persistentvolumeclaim "${name}" is being deleted` : undefined;
}

function claimNames({ spec }: Pod): string[] {
  return (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
}

function claimsOf(pod: Pod, world: World): PersistentVolumeClaim[] {
  return claimNames(pod).flatMap((name) => world.claims.get(`${pod.metadata.namespace}/${name}`) ?? []);
}

function isBound({ metadata, spec }: PersistentVolumeClaim): boolean {
  return !!spec.volumeName && metadata.annotations?.['pv.kubernetes.io/bind-completed'] !== undefined;
}

function isDelayed({ spec }: PersistentVolumeClaim, { storageClasses }: World): boolean {
  const storageClass = storageClasses.get(spec.storageClassName ?? '');
  return !spec.volumeName && storageClass?.volumeBindingMode === 'WaitForFirstConsumer';
}

function boundAt({ spec }: PersistentVolumeClaim, node: NodeInfo, { volumes }: World): Rejection | undefined {
  const volume = volumes.get(spec.volumeName as string);
  if (!volume) return VOLUME_GONE;
  return fitsNode(volume, node) ? undefined : AFFINITY;
}

/** Models FindPodVolumes for a claim that waits for its first consumer. */
function bindableAt(claim: PersistentVolumeClaim, node: NodeInfo, world: World): Rejection | undefined {
  const selected = claim.metadata.annotations?.[SELECTED_NODE];
  if (selected !== undefined) return selected === node.name ? undefined : NOT_FOUND;
  const reserved = world.volumes.list().find((volume) => isReserved(volume, claim));
  if (reserved) return fitsNode(reserved, node) ? undefined : AFFINITY;
  if (findMatchingVolume(claim, world.volumes.list(), { node })) return undefined;
  return canProvision(claim, world) ? undefined : NOT_FOUND;
}

function isReserved({ spec: { claimRef } }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  return claimRef?.uid !== undefined && claimRef.uid === metadata.uid;
}

function canProvision({ spec }: PersistentVolumeClaim, { storageClasses }: World): boolean {
  const storageClass = storageClasses.get(spec.storageClassName ?? '');
  return storageClass !== undefined && storageClass.provisioner !== NO_PROVISIONER;
}

/**
 * Has the volumes of the pod's waiting claims bound or made for `nodeName`; true while the pod must wait for them.
 * Models AssumePodVolumes and BindPodVolumes.
 */
export function reserveVolumes(
  client: Client,
  { pod: { pod }, nodes, world }: Cycle,
  nodeName: string,
): boolean {
  const waiting = claimsOf(pod, world).filter((claim) => !isBound(claim));
  const node = nodes.find(({ name }) => name === nodeName) as NodeInfo;
  for (const claim of waiting) {
    if (claim.metadata.annotations?.[SELECTED_NODE] !== undefined) continue;
    const volumes = world.volumes.list();
    if (volumes.some((volume) => isReserved(volume, claim))) continue;
    const volume = findMatchingVolume(claim, volumes, { node });
    if (volume) reserve(client, volume, claim);
    else selectNode(client, claim, nodeName);
  }
  return waiting.length > 0;
}

function reserve(client: Client, volume: PersistentVolume, { metadata }: PersistentVolumeClaim): void {
  const { name, namespace, uid, resourceVersion } = metadata;
  const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid, resourceVersion };
  const annotations = { ...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: 'yes' };
  client.update('persistentvolumes', {
    ...volume,
    metadata: { ...volume.metadata, annotations },
    spec: { ...volume.spec, claimRef },
  });
}

function selectNode(client: Client, claim: PersistentVolumeClaim, node: string): void {
  const annotations = { ...claim.metadata.annotations, [SELECTED_NODE]: node };
  client.update('persistentvolumeclaims', { ...claim, metadata: { ...claim.metadata, annotations } });
}
