import type { Job } from '@podlab/api';

/** Labels of a Job's pods, the prefixed one first. Models k8s.io/api batch/v1 ControllerUidLabel, JobNameLabel. */
export const JOB_UID_LABELS = ['batch.kubernetes.io/controller-uid', 'controller-uid'] as const;
export const JOB_NAME_LABELS = ['batch.kubernetes.io/job-name', 'job-name'] as const;

/**
 * Labels the pods with the Job's name and uid and selects them by its uid; what a client has set stays, for validation
 * to judge. Models k8s.io/kubernetes pkg/registry/batch/job/strategy.go generateSelector.
 */
export function generateSelector({ metadata, spec }: Job): void {
  const { name, uid = '' } = metadata;
  const template = (spec.template ??= {});
  const labels = ((template.metadata ??= {}).labels ??= {});
  for (const key of JOB_NAME_LABELS) labels[key] ??= name;
  for (const key of JOB_UID_LABELS) labels[key] ??= uid;
  const matchLabels = ((spec.selector ??= {}).matchLabels ??= {});
  matchLabels[JOB_UID_LABELS[0]] ??= uid;
}
