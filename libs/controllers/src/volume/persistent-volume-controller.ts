import type { Node, PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '@podlab/api';
import type { GroupResource, KubeObject } from '@podlab/apimachinery';
import { objectKey } from '@podlab/apimachinery';
import { isDefaultClass } from '@podlab/client';
import type { ComponentContext, ComponentFactory, WorkQueue } from '@podlab/client';
import { ignoringNotFound } from '../ownership/claim';
import { SIMULATED_PROVISIONER, syncClaim } from './claim-sync';
import { protectClaim, protectVolume } from './protection';
import { provisionedVolume } from './provisioned-volume';
import { syncVolume } from './volume-sync';
import type { VolumeWorld } from './volume-world';

const CLAIMS = 'persistentvolumeclaims';
const VOLUMES = 'persistentvolumes';
const SOURCE = { component: 'persistentvolume-controller' };
const PROVISIONER_SOURCE = { component: SIMULATED_PROVISIONER };
/** How long the simulated storage system takes to make a volume, in virtual ms. */
const PROVISIONING_MS = 1_000;

/**
 * Binds claims to volumes, has volumes made and reclaimed, and keeps what is in use.
 * Models k8s.io/kubernetes pkg/controller/volume/{persistentvolume,pvcprotection,pvprotection} and an external provisioner.
 */
export const persistentVolumeController: ComponentFactory = (context) =>
  new PersistentVolumeController(context);

class PersistentVolumeController {
  readonly name: string;
  private readonly world: VolumeWorld;
  private readonly pods;
  private readonly claimQueue: WorkQueue;
  private readonly volumeQueue: WorkQueue;
  private readonly provisioning: WorkQueue;

  constructor(private readonly context: ComponentContext) {
    this.name = context.name;
    const { informers } = context;
    this.pods = informers.for<Pod>('pods');
    this.claimQueue = context.workQueue('claims', (key) => this.reconcileClaim(key));
    this.volumeQueue = context.workQueue('volumes', (name) => this.reconcileVolume(name));
    this.provisioning = context.workQueue('provisioning', (key) => this.provision(key));
    this.world = this.makeWorld();
    this.watch();
  }

  private makeWorld(): VolumeWorld {
    const { client, informers, recorder } = this.context;
    const updateStatus = (resource: GroupResource, object: KubeObject, status: object) =>
      ignoringNotFound(() => client.updateStatus(resource, { ...object, status }));
    return {
      claims: informers.for<PersistentVolumeClaim>(CLAIMS),
      volumes: informers.for<PersistentVolume>(VOLUMES),
      classes: informers.for<StorageClass>('storageclasses.storage.k8s.io'),
      nodes: informers.for<Node>('nodes'),
      event: (about, type, reason, message) => recorder.event(about, type, reason, message, SOURCE),
      queueClaim: (claim) => this.claimQueue.add(objectKey(claim)),
      annotateClaim: (claim, added) => {
        const annotations = { ...claim.metadata.annotations, ...added };
        client.update(CLAIMS, { ...claim, metadata: { ...claim.metadata, annotations } });
      },
      updateClaim: (claim) => client.update(CLAIMS, claim),
      updateClaimStatus: (claim, status) => updateStatus(CLAIMS, withoutVersion(claim), status),
      updateVolume: (volume) => client.update(VOLUMES, volume),
      updateVolumeStatus: (volume, status) => updateStatus(VOLUMES, withoutVersion(volume), status),
      deleteVolume: ({ metadata }) => ignoringNotFound(() => client.delete(VOLUMES, metadata.name)),
      startProvisioning: (key) => this.provisioning.addAfter(key, PROVISIONING_MS),
    };
  }

  private watch(): void {
    const { claims, volumes, classes } = this.world;
    const seeClaim = (claim: PersistentVolumeClaim) => this.claimQueue.add(objectKey(claim));
    const seeVolume = ({ metadata, spec }: PersistentVolume) => {
      this.volumeQueue.add(metadata.name);
      if (spec.claimRef) this.claimQueue.add(`${spec.claimRef.namespace}/${spec.claimRef.name}`);
    };
    claims.addHandlers({
      onAdd: seeClaim,
      onUpdate: seeClaim,
      onDelete: ({ spec }) => {
        if (spec.volumeName) this.volumeQueue.add(spec.volumeName);
      },
    });
    volumes.addHandlers({
      onAdd: seeVolume,
      onUpdate: (volume, previous) => {
        seeVolume(volume);
        if (volume.status?.phase === 'Available' && previous.status?.phase !== 'Available')
          this.queueWaiting();
      },
      onDelete: seeVolume,
    });
    classes.addHandlers({
      onAdd: () => this.queueWaiting(),
      onUpdate: (storageClass, previous) => {
        if (isDefaultClass(storageClass) && !isDefaultClass(previous)) this.queueWaiting();
      },
    });
    this.pods.addHandlers({ onUpdate: (pod) => this.podChanged(pod), onDelete: (pod) => this.podGone(pod) });
  }

  private queueWaiting(): void {
    for (const claim of this.world.claims.list())
      if (claim.status?.phase === 'Pending') this.world.queueClaim(claim);
  }

  private podChanged(pod: Pod): void {
    if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') this.podGone(pod);
  }

  private podGone({ metadata: { namespace }, spec }: Pod): void {
    for (const { persistentVolumeClaim } of spec.volumes ?? []) {
      if (persistentVolumeClaim) this.claimQueue.add(`${namespace}/${persistentVolumeClaim.claimName}`);
    }
  }

  private reconcileClaim(key: string): void {
    const claim = this.world.claims.get(key);
    if (!claim) return;
    if (claim.metadata.deletionTimestamp)
      return protectClaim(this.context.client, claim, this.pods.list(claim.metadata.namespace));
    syncClaim(this.world, claim);
  }

  private reconcileVolume(name: string): void {
    const volume = this.world.volumes.get(name);
    if (!volume) return;
    if (volume.metadata.deletionTimestamp && volume.status?.phase !== 'Bound')
      return protectVolume(this.context.client, volume);
    syncVolume(this.world, volume);
  }

  /** The storage system has made the volume. */
  private provision(key: string): void {
    const claim = this.world.claims.get(key);
    if (!claim || claim.metadata.deletionTimestamp || claim.spec.volumeName) return;
    const storageClass = this.world.classes.get(claim.spec.storageClassName ?? '');
    if (!storageClass) return this.claimQueue.add(key);
    const volume = provisionedVolume(claim, storageClass);
    const { name } = volume.metadata;
    if (this.world.volumes.get(name)) return;
    const tell = (reason: string, message: string) =>
      this.context.recorder.event(claim, 'Normal', reason, message, PROVISIONER_SOURCE);
    tell('Provisioning', `External provisioner is provisioning volume for claim "${key}"`);
    this.context.client.create(VOLUMES, volume);
    tell('ProvisioningSucceeded', `Successfully provisioned volume ${name}`);
  }
}

/** A status is told of the newest object, whatever was written to the rest just before. */
function withoutVersion<T extends KubeObject>(object: T): T {
  return { ...object, metadata: { ...object.metadata, resourceVersion: undefined } };
}
