import type { LabelSelector, Pod } from '@podlab/api';
import { controllerOf, matchesLabels, objectKey, selectorFromLabelSelector } from '@podlab/apimachinery';
import type { KubeObject } from '@podlab/apimachinery';
import type { Informer, WorkQueue } from '@podlab/client';
import { equalJson } from '@podlab/kernel';

export interface Dependents<T extends KubeObject> {
  readonly kind: string;
  readonly owners: Informer<T>;
  readonly queue: WorkQueue;
  /** Changes of pods within this virtual time are one reconcile. */
  readonly delayMs: number;
  selectorOf(owner: T): LabelSelector | undefined;
}

/**
 * Brings the owner of each pod that changes into its queue, and whoever may adopt a pod that nobody owns.
 * Models k8s.io/kubernetes pkg/controller: addPod, updatePod and deletePod of the workload controllers.
 */
export function followPods<T extends KubeObject>(pods: Informer<Pod>, dependents: Dependents<T>): void {
  const changed = (pod: Pod) => podChanged(pod, dependents);
  pods.addHandlers({
    onAdd: changed,
    onUpdate: (pod, previous) => {
      if (controllerOf(pod)?.uid !== controllerOf(previous)?.uid) changed(previous);
      changed(pod);
    },
    onDelete: changed,
  });
}

function podChanged<T extends KubeObject>(pod: Pod, dependents: Dependents<T>): void {
  const { kind, owners, queue, delayMs } = dependents;
  const { namespace } = pod.metadata;
  const owner = controllerOf(pod);
  if (owner) {
    if (owner.kind === kind) queue.addAfter(`${namespace}/${owner.name}`, delayMs);
    return;
  }
  if (pod.metadata.deletionTimestamp) return;
  for (const candidate of owners.list(namespace)) {
    const selector = selectorFromLabelSelector(dependents.selectorOf(candidate));
    if (matchesLabels(selector, pod.metadata.labels)) queue.add(objectKey(candidate));
  }
}

/** Whether more than a controller's own status changed. */
export function changedBesideStatus(object: KubeObject, previous: KubeObject): boolean {
  const { metadata, spec } = object as KubeObject & { spec?: unknown };
  const before = previous as KubeObject & { spec?: unknown };
  return (
    metadata.deletionTimestamp !== before.metadata.deletionTimestamp ||
    !equalJson(metadata.labels, before.metadata.labels) ||
    !equalJson(metadata.annotations, before.metadata.annotations) ||
    !equalJson(spec, before.spec)
  );
}
