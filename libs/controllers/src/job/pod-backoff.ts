import type { Pod } from '@podlab/api';
import { parseRfc3339 } from '@podlab/kernel';

/** Wait after a failed pod before the next one, in virtual ms: it doubles to the longest. Models DefaultJobPodFailureBackOff and MaxJobPodFailureBackOff. */
const FIRST_MS = 10_000;
const LONGEST_MS = 600_000;

export interface PodBackoffs {
  /** Failures since the last success, by the Job's uid. */
  byJob: Map<string, { failures: number; last_failure_at: number }>;
}

/** Models k8s.io/kubernetes pkg/controller/job/backoff_utils.go newBackoffRecord. */
export function noteEnds(
  backoffs: PodBackoffs,
  uid: string,
  succeeded: boolean,
  failed: readonly Pod[],
  now: number,
): void {
  if (succeeded) backoffs.byJob.delete(uid);
  if (failed.length === 0) return;
  const earlier = backoffs.byJob.get(uid)?.failures ?? 0;
  const ends = failed.map((pod) => finishedAt(pod) ?? now);
  backoffs.byJob.set(uid, { failures: earlier + failed.length, last_failure_at: Math.max(...ends) });
}

/** How long the next pod has to wait, in ms. Models getRemainingTime. */
export function remainingBackoff(backoffs: PodBackoffs, uid: string, now: number): number {
  const record = backoffs.byJob.get(uid);
  if (!record) return 0;
  const wait = Math.min(FIRST_MS * 2 ** (record.failures - 1), LONGEST_MS);
  return Math.max(0, record.last_failure_at + wait - now);
}

/** When the last of its containers ended. Models getFinishedTime. */
function finishedAt({ status }: Pod): number | undefined {
  const ends = (status?.containerStatuses ?? []).map(({ state }) => state?.terminated?.finishedAt);
  const times = ends.filter((end) => end !== undefined).map(parseRfc3339);
  return times.length > 0 ? Math.max(...times) : undefined;
}
