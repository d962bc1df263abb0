import type { Job, JobCondition } from '@podlab/api';
import { parseRfc3339 } from '@podlab/kernel';

export function jobCondition({ status }: Job, type: string): JobCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

export const holds = (job: Job, type: string): boolean => jobCondition(job, type)?.status === 'True';

/** The condition that a finished Job has. Models k8s.io/kubernetes pkg/controller/job/util FinishedCondition. */
export function finishedCondition(job: Job): JobCondition | undefined {
  return job.status?.conditions?.find(
    ({ type, status }) => status === 'True' && (type === 'Complete' || type === 'Failed'),
  );
}

/** When a Job ended, in virtual ms. Models pkg/controller/ttlafterfinished jobFinishTime. */
export function finishTime(job: Job): number {
  return parseRfc3339(finishedCondition(job)?.lastTransitionTime ?? '');
}

export function newJobCondition(
  type: string,
  status: string,
  reason: string,
  message: string,
  at: string,
): JobCondition {
  return { type, status, lastProbeTime: at, lastTransitionTime: at, reason, message };
}

/** The conditions with this one in the place of its type. */
export function withCondition(conditions: readonly JobCondition[], condition: JobCondition): JobCondition[] {
  const index = conditions.findIndex(({ type }) => type === condition.type);
  return index < 0
    ? [...conditions, condition]
    : conditions.map((each, position) => (position === index ? condition : each));
}
