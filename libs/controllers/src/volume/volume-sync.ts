import type { PersistentVolume } from '@podlab/api';
import { BOUND_BY_CONTROLLER } from '@podlab/client';
import { SIMULATED_PROVISIONER } from './claim-sync';
import type { VolumeWorld } from './volume-world';

export const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';

/** Brings one volume to the phase that its claim gives it. Models pv_controller.go syncVolume. */
export function syncVolume(world: VolumeWorld, volume: PersistentVolume): void {
  const { claimRef } = volume.spec;
  if (!claimRef?.uid) return setVolumePhase(world, volume, 'Available');
  const claim = world.claims.get(`${claimRef.namespace}/${claimRef.name}`);
  if (!claim || claim.metadata.uid !== claimRef.uid) return release(world, volume);
  if (!claim.spec.volumeName) return world.queueClaim(claim);
  if (claim.spec.volumeName === volume.metadata.name) return setVolumePhase(world, volume, 'Bound');
  if (volume.metadata.annotations?.[PROVISIONED_BY] !== undefined) return release(world, volume);
  unbind(world, volume);
}

function setVolumePhase(world: VolumeWorld, volume: PersistentVolume, phase: string, message?: string): void {
  if (volume.status?.phase === phase && volume.status.message === message) return;
  world.updateVolumeStatus(volume, { phase, ...(message !== undefined && { message }) });
}

/** Its claim is gone: what becomes of it is the reclaim policy's. Models reclaimVolume. */
function release(world: VolumeWorld, volume: PersistentVolume): void {
  if (volume.status?.phase === 'Failed') return;
  setVolumePhase(world, volume, 'Released');
  const current = world.volumes.get(volume.metadata.name);
  if (!current || current.metadata.deletionTimestamp) return;
  if (volume.spec.persistentVolumeReclaimPolicy === 'Delete') remove(world, current);
  else if (volume.spec.persistentVolumeReclaimPolicy === 'Recycle') recycle(world, current);
}

/** Models deleteVolumeOperation: what an unknown provisioner made waits for it. */
function remove(world: VolumeWorld, volume: PersistentVolume): void {
  const provisioner = volume.metadata.annotations?.[PROVISIONED_BY];
  if (provisioner === SIMULATED_PROVISIONER) return world.deleteVolume(volume);
  if (provisioner !== undefined) return;
  const { name } = volume.metadata;
  const path = volume.spec.hostPath?.path;
  if (path?.startsWith('/tmp/')) return world.deleteVolume(volume);
  const message =
    path === undefined
      ? `error getting deleter volume plugin for volume "${name}": no deletable volume plugin matched`
      : `host_path deleter only supports /tmp/.+ but received provided ${path}`;
  setVolumePhase(world, volume, 'Failed', message);
  world.event(volume, 'Warning', 'VolumeFailedDelete', message);
}

/** There is no data to scrub. Models recycleVolumeOperation. */
function recycle(world: VolumeWorld, volume: PersistentVolume): void {
  if (volume.spec.hostPath || volume.spec.nfs) {
    world.event(volume, 'Normal', 'VolumeRecycled', 'Volume recycled');
    return unbind(world, volume);
  }
  const message = 'No recycler plugin found for the volume!';
  setVolumePhase(world, volume, 'Failed', message);
  world.event(volume, 'Warning', 'VolumeFailedRecycle', message);
}

/** The volume may be taken again; what a user reserved stays reserved. Models unbindVolume. */
function unbind(world: VolumeWorld, volume: PersistentVolume): void {
  const { [BOUND_BY_CONTROLLER]: byController, ...annotations } = volume.metadata.annotations ?? {};
  const { claimRef, ...spec } = volume.spec;
  const { uid: _uid, resourceVersion: _version, ...reserved } = claimRef ?? {};
  const kept = byController === undefined ? reserved : undefined;
  const unbound = world.updateVolume({
    ...volume,
    metadata: { ...volume.metadata, annotations },
    spec: { ...spec, ...(kept && { claimRef: kept }) },
  });
  setVolumePhase(world, unbound, 'Available');
}
