import type { ContainerStatus, Job, JobCondition, JobStatus, Pod } from '@podlab/api';
import { parseRfc3339 } from '@podlab/kernel';
import { isPodActive, isPodReady, isPodTerminating } from '../pods/pod-state';
import { holds, jobCondition } from './conditions';
import { judgeFailure } from './failure-policy';
import { formatIndexes, parseIndexes } from './indexes';
import { indexOf, isIndexed, isTracked } from './job-pod';

/** What one look at a Job and its pods finds, before anything is written. Models k8s.io/kubernetes pkg/controller/job syncJobCtx. */
export interface JobRound {
  readonly job: Job;
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  readonly terminating: number;
  readonly ready: number;
  /** Pods whose end is counted now and that are let go. */
  readonly ended: readonly Pod[];
  readonly newlyFailed: readonly Pod[];
  readonly succeeded: number;
  readonly failed: number;
  readonly completedIndexes: ReadonlySet<number>;
  /** Why a rule of the pod failure policy fails the Job. */
  readonly policyFailure?: string;
}

export function lookAtJob(job: Job, pods: readonly Pod[]): JobRound {
  const tracked = pods.filter(isTracked);
  const onlyFailed = job.spec.podReplacementPolicy === 'Failed';
  const succeededPods = tracked.filter((pod) => pod.status?.phase === 'Succeeded');
  const failedPods = tracked.filter((pod) => hasFailed(pod, onlyFailed));
  const counted = failedPods.map((pod) => ({ pod, verdict: judgeFailure(job, pod) }));
  const failed = (job.status?.failed ?? 0) + counted.filter(({ verdict }) => verdict.counts).length;
  const completedIndexes = parseIndexes(job.status?.completedIndexes, job.spec.completions ?? 0);
  if (isIndexed(job)) addIndexes(completedIndexes, succeededPods, job.spec.completions ?? 0);
  const active = pods.filter(isPodActive);
  return {
    job,
    pods,
    active,
    terminating: pods.filter(isPodTerminating).length,
    ready: active.filter(isPodReady).length,
    ended: [...succeededPods, ...failedPods],
    newlyFailed: counted.filter(({ verdict }) => verdict.counts).map(({ pod }) => pod),
    succeeded: isIndexed(job) ? completedIndexes.size : (job.status?.succeeded ?? 0) + succeededPods.length,
    failed,
    completedIndexes,
    policyFailure: counted.find(({ verdict }) => verdict.failJob)?.verdict.failJob,
  };
}

function addIndexes(indexes: Set<number>, pods: readonly Pod[], completions: number): void {
  for (const pod of pods) {
    const index = indexOf(pod);
    if (index >= 0 && index < completions) indexes.add(index);
  }
}

/** A pod that is being deleted never gets to its end on a node that is lost. Models isPodFailed. */
function hasFailed({ metadata, status }: Pod, onlyFailed: boolean): boolean {
  if (status?.phase === 'Failed') return true;
  if (onlyFailed) return false;
  return metadata.deletionTimestamp !== undefined && status?.phase !== 'Succeeded';
}

/** Why the Job fails now. Models syncJob: deadline, back-off limit and policy, the policy first. */
export function failureOf(round: JobRound, now: number): { reason: string; message: string } | undefined {
  const { job, policyFailure } = round;
  const before = jobCondition(job, 'FailureTarget');
  if (before?.status === 'True') return { reason: before.reason ?? '', message: before.message ?? '' };
  if (policyFailure) return { reason: 'PodFailurePolicy', message: policyFailure };
  const limit = job.spec.backoffLimit ?? 6;
  if (round.failed > limit || restartsExceed(round, limit)) {
    return { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  }
  const deadline = deadlineOf(job);
  if (deadline === undefined || now < deadline) return undefined;
  return { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
}

/** When the Job has been active for too long, in virtual ms. Models pastActiveDeadline. */
export function deadlineOf({ spec, status }: Job): number | undefined {
  if (spec.activeDeadlineSeconds === undefined || !status?.startTime || spec.suspend) return undefined;
  return parseRfc3339(status.startTime) + spec.activeDeadlineSeconds * 1000;
}

/** Models pastBackoffLimitOnFailure: with OnFailure containers restart within their pod. */
function restartsExceed({ job, pods }: JobRound, limit: number): boolean {
  if (job.spec.template.spec?.restartPolicy !== 'OnFailure') return false;
  const restarts = (statuses: readonly ContainerStatus[] = []) =>
    statuses.reduce((sum, { restartCount }) => sum + restartCount, 0);
  let total = 0;
  for (const { status } of pods) {
    if (status?.phase !== 'Running' && status?.phase !== 'Pending') continue;
    total += restarts(status.initContainerStatuses) + restarts(status.containerStatuses);
  }
  return limit === 0 ? total > 0 : total >= limit;
}

/** Models syncJob: enough pods succeeded, and none works on. */
export function isComplete({ job, succeeded, active }: JobRound): boolean {
  if (holds(job, 'SuccessCriteriaMet')) return true;
  const { completions } = job.spec;
  if (completions === undefined) return succeeded > 0 && active.length === 0;
  return succeeded >= completions && active.length === 0;
}

/** How many pods should work now. Models manageJob. */
export function wantedActive({ job, succeeded, active }: JobRound): number {
  const { completions, parallelism = 1 } = job.spec;
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism;
  return Math.max(0, Math.min(completions - succeeded, parallelism));
}

/** The status that the round leaves, with pods as they are after it. */
export function statusOf(
  round: JobRound,
  after: Pick<JobRound, 'active' | 'ready' | 'terminating'>,
  conditions: readonly JobCondition[],
  times: Pick<JobStatus, 'startTime' | 'completionTime'>,
): JobStatus {
  return {
    ...(conditions.length > 0 && { conditions: [...conditions] }),
    ...(times.startTime && { startTime: times.startTime }),
    ...(times.completionTime && { completionTime: times.completionTime }),
    ...(after.active.length > 0 && { active: after.active.length }),
    ...(round.succeeded > 0 && { succeeded: round.succeeded }),
    ...(round.failed > 0 && { failed: round.failed }),
    ...(round.completedIndexes.size > 0 && { completedIndexes: formatIndexes(round.completedIndexes) }),
    terminating: after.terminating,
    ready: after.ready,
    uncountedTerminatedPods: {},
  };
}
