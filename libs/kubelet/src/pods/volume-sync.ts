import type { ConfigMap, Pod, Secret } from '@podlab/api';
import { equalJson, fnv1a32 } from '@podlab/kernel';
import type { KubeletCore } from './kubelet-core';
import type { PodRecord } from './pod-record';
import { missingVolume, showsItself, showsObject } from './pod-volumes';

/**
 * A pod is looked at anew after `syncFrequency`, a minute by default, and up to half of it more by chance.
 * Models pkg/kubelet/pod_workers.go completeWork (workerResyncIntervalJitterFactor). What changed is known by then: the
 * kubelet watches ConfigMaps and Secrets (configMapAndSecretChangeDetectionStrategy). Upstream draws that chance at each
 * look, here a pod has its own, and nobody looks while nothing has changed.
 */
const SYNC_MS = 60_000;
const SYNC_JITTER_MS = 30_000;
/** A pod that itself is changed is looked at at once: until its volumes are written. Models volumemanager reconcilerLoopSleepPeriod, populator and reconciler. */
const REMOUNT_MS = 200;

/** Volumes that follow the ConfigMaps, Secrets and the pod that they show. */
export class VolumeSync {
  constructor(private readonly core: KubeletCore) {
    this.watch('configmaps');
    this.watch('secrets');
  }

  private watch(kind: 'configmaps' | 'secrets'): void {
    const note = ({ metadata }: ConfigMap | Secret) =>
      this.noteObject(kind, metadata.namespace, metadata.name);
    this.core.context.informers.for<ConfigMap | Secret>(kind).addHandlers({
      onAdd: note,
      onUpdate: note,
      onDelete: note,
    });
  }

  private noteObject(kind: 'configmaps' | 'secrets', namespace: string | undefined, name: string): void {
    for (const pod of this.core.pods.list(namespace)) {
      const record = this.core.state.pods.get(pod.metadata.uid as string);
      if (record && hasVolumes(record) && showsObject(pod, kind, name))
        this.due(record, this.untilNextLook(record));
    }
  }

  /** A pod was changed, which brings the kubelet to it at once; what else has changed meanwhile is seen, too. */
  notePod(pod: Pod, previous: Pod): void {
    const { labels, annotations } = pod.metadata;
    if (labels === previous.metadata.labels && annotations === previous.metadata.annotations) return;
    const record = this.core.state.pods.get(pod.metadata.uid as string);
    if (!record || !hasVolumes(record) || (!showsItself(pod) && record.volumes_due === undefined)) return;
    const before = { labels: previous.metadata.labels, annotations: previous.metadata.annotations };
    if (!equalJson({ labels, annotations }, before)) this.due(record, REMOUNT_MS);
  }

  private untilNextLook(record: PodRecord): number {
    const period = SYNC_MS + (fnv1a32(record.uid) % SYNC_JITTER_MS);
    return period - ((this.core.context.now() - record.start_time) % period);
  }

  private due(record: PodRecord, delay_ms: number): void {
    const at = this.core.context.now() + delay_ms;
    if (record.volumes_due !== undefined && record.volumes_due <= at) return;
    record.volumes_due = at;
    this.core.context.schedule(delay_ms, 'volumes', [record.uid]);
  }

  /** The pod is looked at. Its old files stay when one of its objects is gone. */
  sync(pod: Pod, record: PodRecord): void {
    if (record.volumes_due === undefined || record.volumes_due > this.core.context.now()) return;
    record.volumes_due = undefined;
    const unmounted = missingVolume(this.core.context.informers, pod);
    if (unmounted === undefined) this.core.options.runtime.refreshVolumes(pod);
    else this.core.event(pod, 'Warning', 'FailedMount', unmounted);
  }
}

/** Whether a pod's volumes are mounted. */
const hasVolumes = ({ stage }: PodRecord): boolean => stage === 'Sandbox' || stage === 'Running';
