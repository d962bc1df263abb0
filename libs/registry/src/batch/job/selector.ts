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
  JOB_UID_LABELS.forEach((ofUid, index) => {
    labels[ofUid] ??= uid;
    labels[JOB_NAME_LABELS[index]] ??= name;
  });
  const matchLabels = ((spec.selector ??= {}).matchLabels ??= {});
  matchLabels[JOB_UID_LABELS[0]] ??= uid;
}
