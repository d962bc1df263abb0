import type { Node, PersistentVolume, PersistentVolumeClaim, StorageClass } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';
import {
  BOUND_BY_CONTROLLER,
  defaultClassOf,
  findMatchingVolume,
  isMeantFor,
  mismatchOf,
  NO_PROVISIONER,
  SELECTED_NODE,
} from '@podlab/client';
import { equalJson } from '@podlab/kernel';
import type { VolumeWorld } from './volume-world';

const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';
const STORAGE_PROVISIONER = 'volume.kubernetes.io/storage-provisioner';
/** The provisioner that stands in for a storage system: it makes volumes that hold nothing. */
export const SIMULATED_PROVISIONER = 'podlab.dev/simulated';
const NO_CLASS = 'no persistent volumes available for this claim and no storage class is set';
const WAITING = 'waiting for first consumer to be created before binding';

/** Brings one claim nearer to its volume. Models pkg/controller/volume/persistentvolume pv_controller.go syncClaim. */
export function syncClaim(world: VolumeWorld, claim: PersistentVolumeClaim): void {
  if (claim.metadata.annotations?.[BIND_COMPLETED] === undefined) syncUnbound(world, claim);
  else syncBound(world, claim);
}

function syncUnbound(world: VolumeWorld, claim: PersistentVolumeClaim): void {
  if (claim.spec.volumeName) return syncRequested(world, claim, claim.spec.volumeName);
  const storageClass = world.classes.get(claim.spec.storageClassName ?? '');
  const delayed = isDelayed(claim, storageClass);
  const volume = findMatchingVolume(claim, world.volumes.list(), {
    node: selectedNode(world, claim),
    delayed,
  });
  if (volume) return bind(world, volume, claim);
  if (assignDefaultClass(world, claim)) return;
  if (delayed) world.event(claim, 'Normal', 'WaitForFirstConsumer', WAITING);
  else if (claim.spec.storageClassName) provision(world, claim, storageClass);
  else world.event(claim, 'Normal', 'FailedBinding', NO_CLASS);
  setClaimPhase(world, claim, 'Pending');
}

/** A default class that came after the claim is the claim's; its change is the next sync. Models assignDefaultStorageClass. */
function assignDefaultClass(world: VolumeWorld, claim: PersistentVolumeClaim): boolean {
  if (claim.spec.storageClassName !== undefined) return false;
  if (claim.metadata.annotations?.[CLASS_ANNOTATION] !== undefined) return false;
  const storageClassName = defaultClassOf(world.classes.list())?.metadata.name;
  if (storageClassName === undefined) return false;
  world.updateClaim({ ...claim, spec: { ...claim.spec, storageClassName } });
  return true;
}

/** The claim waits until a pod that uses it has a node. Models IsDelayBindingMode and IsDelayBindingProvisioning. */
function isDelayed(claim: PersistentVolumeClaim, storageClass: StorageClass | undefined): boolean {
  const waits = storageClass?.volumeBindingMode === 'WaitForFirstConsumer';
  return waits && claim.metadata.annotations?.[SELECTED_NODE] === undefined;
}

function selectedNode({ nodes }: VolumeWorld, { metadata }: PersistentVolumeClaim) {
  const name = metadata.annotations?.[SELECTED_NODE];
  const node: Node | undefined = name === undefined ? undefined : nodes.get(name);
  return node && { name: node.metadata.name, labels: node.metadata.labels ?? {} };
}

/** Models provisionClaim and the external provisioner's start. */
function provision(
  world: VolumeWorld,
  claim: PersistentVolumeClaim,
  storageClass: StorageClass | undefined,
): void {
  if (!storageClass) {
    const message = `storageclass.storage.k8s.io "${claim.spec.storageClassName}" not found`;
    return world.event(claim, 'Warning', 'ProvisioningFailed', message);
  }
  const { provisioner } = storageClass;
  if (provisioner === NO_PROVISIONER) {
    const message = `no volume plugin matched name: ${NO_PROVISIONER}`;
    return world.event(claim, 'Warning', 'ProvisioningFailed', message);
  }
  const message = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
  world.event(claim, 'Normal', 'ExternalProvisioning', message);
  if (claim.metadata.annotations?.[STORAGE_PROVISIONER] !== provisioner)
    world.annotateClaim(claim, { [STORAGE_PROVISIONER]: provisioner });
  if (provisioner === SIMULATED_PROVISIONER) world.startProvisioning(objectKey(claim));
}

/** A claim that names its volume. */
function syncRequested(world: VolumeWorld, claim: PersistentVolumeClaim, name: string): void {
  const volume = world.volumes.get(name);
  if (!volume) return setClaimPhase(world, claim, 'Pending');
  if (volume.spec.claimRef) {
    if (isMeantFor(volume, claim)) return bind(world, volume, claim);
    const { namespace, name: owner } = volume.spec.claimRef;
    const message = `volume "${name}" already bound to a different claim "${namespace}/${owner}".`;
    world.event(claim, 'Warning', 'FailedBinding', message);
    return setClaimPhase(world, claim, 'Pending');
  }
  const mismatch = mismatchOf(volume, claim);
  if (mismatch === undefined) return bind(world, volume, claim);
  const message = `Cannot bind to requested volume "${name}": ${mismatch}`;
  world.event(claim, 'Warning', 'VolumeMismatch', message);
  setClaimPhase(world, claim, 'Pending');
}

/** Models syncBoundClaim. */
function syncBound(world: VolumeWorld, claim: PersistentVolumeClaim): void {
  const { volumeName } = claim.spec;
  const volume = volumeName ? world.volumes.get(volumeName) : undefined;
  if (!volumeName)
    return lose(
      world,
      claim,
      'ClaimLost',
      'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!',
    );
  if (!volume)
    return lose(
      world,
      claim,
      'ClaimLost',
      'Bound claim has lost its PersistentVolume. Data on the volume is lost!',
    );
  if (volume.spec.claimRef && volume.spec.claimRef.uid !== claim.metadata.uid)
    return lose(
      world,
      claim,
      'ClaimMisbound',
      'Two claims are bound to the same volume, this one is bound incorrectly',
    );
  bind(world, volume, claim);
}

function lose(world: VolumeWorld, claim: PersistentVolumeClaim, reason: string, message: string): void {
  if (claim.status?.phase === 'Lost') return;
  world.updateClaimStatus(claim, { phase: 'Lost' });
  world.event(claim, 'Warning', reason, message);
}

function setClaimPhase(world: VolumeWorld, claim: PersistentVolumeClaim, phase: string): void {
  if (claim.status?.phase !== phase) world.updateClaimStatus(claim, { ...claim.status, phase });
}

/** Volume and claim point at one another, and say so. Models bind. */
function bind(world: VolumeWorld, volume: PersistentVolume, claim: PersistentVolumeClaim): void {
  const bound = bindVolume(world, volume, claim);
  if (bound.status?.phase !== 'Bound') world.updateVolumeStatus(bound, { phase: 'Bound' });
  const current = bindClaim(world, bound, claim);
  const status = { phase: 'Bound', accessModes: bound.spec.accessModes, capacity: bound.spec.capacity };
  if (!equalJson(current.status, status)) world.updateClaimStatus(current, status);
}

function bindVolume(
  world: VolumeWorld,
  volume: PersistentVolume,
  claim: PersistentVolumeClaim,
): PersistentVolume {
  const { claimRef } = volume.spec;
  if (claimRef?.uid === claim.metadata.uid) return volume;
  const { name, namespace, uid, resourceVersion } = claim.metadata;
  const reference = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    name,
    namespace,
    uid,
    resourceVersion,
  };
  const annotations = claimRef
    ? volume.metadata.annotations
    : { ...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: 'yes' };
  return world.updateVolume({
    ...volume,
    metadata: { ...volume.metadata, annotations },
    spec: { ...volume.spec, claimRef: reference },
  });
}

function bindClaim(
  world: VolumeWorld,
  volume: PersistentVolume,
  claim: PersistentVolumeClaim,
): PersistentVolumeClaim {
  const { annotations = {} } = claim.metadata;
  if (claim.spec.volumeName === volume.metadata.name && annotations[BIND_COMPLETED] !== undefined)
    return claim;
  const added = { [BIND_COMPLETED]: 'yes', ...(!claim.spec.volumeName && { [BOUND_BY_CONTROLLER]: 'yes' }) };
  return world.updateClaim({
    ...claim,
    metadata: { ...claim.metadata, annotations: { ...annotations, ...added } },
    spec: { ...claim.spec, volumeName: volume.metadata.name },
  });
}
