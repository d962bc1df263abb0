import type { Job, Pod } from '@podlab/api';
import { podFromTemplate } from '../pods/pod-from-template';

/** Keeps a pod until its end is counted. Models k8s.io/api batch/v1 JobTrackingFinalizer. */
export const TRACKING_FINALIZER = 'batch.kubernetes.io/job-tracking';
const INDEX_KEY = 'batch.kubernetes.io/job-completion-index';

export const isIndexed = ({ spec }: Job): boolean => spec.completionMode === 'Indexed';
export const isTracked = ({ metadata }: Pod): boolean => !!metadata.finalizers?.includes(TRACKING_FINALIZER);

/** The completion index of an Indexed Job's pod; -1 without one. */
export function indexOf({ metadata }: Pod): number {
  const text = metadata.annotations?.[INDEX_KEY];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : -1;
}

/** Models k8s.io/kubernetes pkg/controller/job manageJob and addCompletionIndexEnvVariables. */
export function newJobPod(job: Job, index: number | undefined): Pod {
  const pod = podFromTemplate(job.spec.template, job);
  const finalizers = [...(pod.metadata.finalizers ?? []), TRACKING_FINALIZER];
  if (index === undefined) return { ...pod, metadata: { ...pod.metadata, finalizers } };
  const fieldRef = { apiVersion: 'v1', fieldPath: `metadata.labels['${INDEX_KEY}']` };
  const variable = { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef } };
  const withIndex = <T extends { env?: { name: string }[] }>(containers: readonly T[]) =>
    containers.map((container) =>
      container.env?.some(({ name }) => name === variable.name)
        ? container
        : { ...container, env: [...(container.env ?? []), variable] },
    );
  const { containers, initContainers } = pod.spec;
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      generateName: `${job.metadata.name}-${index}-`,
      labels: { ...pod.metadata.labels, [INDEX_KEY]: String(index) },
      annotations: { ...pod.metadata.annotations, [INDEX_KEY]: String(index) },
      finalizers,
    },
    spec: {
      ...pod.spec,
      hostname: pod.spec.hostname ?? `${job.metadata.name}-${index}`,
      containers: withIndex(containers),
      ...(initContainers && { initContainers: withIndex(initContainers) }),
    },
  };
}
