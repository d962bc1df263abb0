import type { ControllerRevision, Pod, StatefulSet } from '@podlab/api';
import { controllerReference } from '../ownership/claim';
import { templateOf } from '../history/controller-history';
import { availableFrom, isPodReady } from '../pods/pod-state';

/** Models k8s.io/kubernetes pkg/controller/statefulset/stateful_set_utils.go. */

export const REVISION_LABEL = 'controller-revision-hash';
const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name';
const POD_INDEX_LABEL = 'apps.kubernetes.io/pod-index';

/** The number at the end of a pod's name; -1 when the name is not one of the set's. */
export function ordinalOf(set: StatefulSet, pod: Pod): number {
  const prefix = `${set.metadata.name}-`;
  const { name } = pod.metadata;
  const rest = name.startsWith(prefix) ? name.slice(prefix.length) : '';
  return /^\d+$/.test(rest) ? Number(rest) : -1;
}

export const firstOrdinal = ({ spec }: StatefulSet): number => spec.ordinals?.start ?? 0;
export const revisionOf = (pod: Pod): string => pod.metadata.labels?.[REVISION_LABEL] ?? '';
export const isTerminating = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined;

export function isRunningAndReady(pod: Pod): boolean {
  return pod.status?.phase === 'Running' && isPodReady(pod);
}

export function isRunningAndAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  const from = availableFrom(pod, minReadySeconds);
  return pod.status?.phase === 'Running' && from !== undefined && from <= now;
}

export function claimName(set: StatefulSet, claim: string, ordinal: number): string {
  return `${claim}-${set.metadata.name}-${ordinal}`;
}

/** The pod of one ordinal as a revision has it. Models newStatefulSetPod, initIdentity and updateStorage. */
export function newStatefulPod(set: StatefulSet, revision: ControllerRevision, ordinal: number): Pod {
  const template = templateOf(revision);
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const name = `${set.metadata.name}-${ordinal}`;
  const spec = template.spec ?? { containers: [] };
  const claims = (set.spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name ?? '');
  const others = (spec.volumes ?? []).filter((volume) => !claims.includes(volume.name));
  const volumes = claims.map((claim) => ({
    name: claim,
    persistentVolumeClaim: { claimName: claimName(set, claim, ordinal) },
  }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      generateName: `${set.metadata.name}-`,
      namespace: set.metadata.namespace,
      labels: {
        ...labels,
        [REVISION_LABEL]: revision.metadata.name,
        [POD_NAME_LABEL]: name,
        [POD_INDEX_LABEL]: String(ordinal),
      },
      ...(annotations && { annotations }),
      ...(finalizers && { finalizers }),
      ownerReferences: [controllerReference(set)],
    },
    spec: {
      ...spec,
      ...(volumes.length + others.length > 0 && { volumes: [...others, ...volumes] }),
      hostname: name,
      ...(set.spec.serviceName && { subdomain: set.spec.serviceName }),
    },
  };
}

/** A pod that does not carry the labels of its identity gets them; undefined when it does. Models identityMatches, updateIdentity. */
export function withIdentity(set: StatefulSet, pod: Pod): Pod | undefined {
  const { labels = {}, name } = pod.metadata;
  const index = String(ordinalOf(set, pod));
  if (labels[POD_NAME_LABEL] === name && labels[POD_INDEX_LABEL] === index) return undefined;
  const identity = { [POD_NAME_LABEL]: name, [POD_INDEX_LABEL]: index };
  return { ...pod, metadata: { ...pod.metadata, labels: { ...labels, ...identity } } };
}
