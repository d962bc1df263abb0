import type {
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  PersistentVolumeClaimStatus,
  PersistentVolumeStatus,
  StorageClass,
} from '@podlab/api';
import type { KubeObject } from '@podlab/apimachinery';
import type { EventType, Informer } from '@podlab/client';

/** What the binding of claims and volumes reads and does. */
export interface VolumeWorld {
  readonly claims: Informer<PersistentVolumeClaim>;
  readonly volumes: Informer<PersistentVolume>;
  readonly classes: Informer<StorageClass>;
  readonly nodes: Informer<Node>;
  event(about: KubeObject, type: EventType, reason: string, message: string): void;
  queueClaim(claim: PersistentVolumeClaim): void;
  annotateClaim(claim: PersistentVolumeClaim, annotations: Record<string, string>): void;
  updateClaim(claim: PersistentVolumeClaim): PersistentVolumeClaim;
  updateClaimStatus(claim: PersistentVolumeClaim, status: PersistentVolumeClaimStatus): void;
  updateVolume(volume: PersistentVolume): PersistentVolume;
  updateVolumeStatus(volume: PersistentVolume, status: PersistentVolumeStatus): void;
  deleteVolume(volume: PersistentVolume): void;
  /** The simulated storage system begins to make a volume for a claim. */
  startProvisioning(claimKey: string): void;
}
