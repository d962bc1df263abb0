import type { CronJob } from '@podlab/api';
import { nextCronTime, parseCronSchedule, zoneOffsetMs } from '@podlab/apimachinery';
import { parseRfc3339 } from '@podlab/kernel';

/** More moments than this that nobody started are told as too many. Models missedScheduleType manyMissed. */
const MANY_MISSED = 100;

export interface DueMoment {
  /** The latest moment of the schedule that has come, in virtual ms; undefined when none has. */
  readonly at: number | undefined;
  readonly tooManyMissed: boolean;
  /** The next moment to come, in virtual ms; undefined when there is none. */
  readonly next: number | undefined;
}

/** Models k8s.io/kubernetes pkg/controller/cronjob/utils.go mostRecentScheduleTime and nextScheduleTime. */
export function dueMoment({ metadata, spec, status }: CronJob, now: number): DueMoment {
  const schedule = parseCronSchedule(spec.schedule);
  const offset = zoneOffsetMs(spec.timeZone ?? 'UTC') ?? 0;
  let since = parseRfc3339(status?.lastScheduleTime ?? metadata.creationTimestamp ?? '');
  if (spec.startingDeadlineSeconds !== undefined) {
    since = Math.max(since, now - spec.startingDeadlineSeconds * 1000);
  }
  let at: number | undefined;
  let missed = 0;
  let next = nextCronTime(schedule, since, offset);
  while (next !== undefined && next <= now) {
    at = next;
    missed++;
    if (missed > MANY_MISSED) at = lastBefore(schedule, now, offset) ?? at;
    next = nextCronTime(schedule, at, offset);
  }
  return { at, tooManyMissed: missed > MANY_MISSED, next };
}

/** The latest moment up to `now`, found from ever farther back. */
function lastBefore(
  schedule: ReturnType<typeof parseCronSchedule>,
  now: number,
  offset: number,
): number | undefined {
  for (let span = 60_000; span < 2 ** 50; span *= 4) {
    let found: number | undefined;
    let next = nextCronTime(schedule, now - span - 1, offset);
    while (next !== undefined && next <= now) {
      found = next;
      next = nextCronTime(schedule, next, offset);
    }
    if (found !== undefined) return found;
  }
  return undefined;
}
