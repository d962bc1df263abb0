import type { CronJob, Job, JobSpec } from '@podlab/api';
import { zoneOffsetMs } from '@podlab/apimachinery';
import { rfc3339 } from '@podlab/kernel';
import { controllerReference } from '../ownership/claim';

const SCHEDULED_TIMESTAMP = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/** One Job for one moment: its name is the moment in minutes, so that there is never a second one. Models getJobName. */
export function jobName(cronJob: CronJob, scheduledAt: number): string {
  return `${cronJob.metadata.name}-${Math.floor(scheduledAt / 60_000)}`;
}

/** Models k8s.io/kubernetes pkg/controller/cronjob/utils.go getJobFromTemplate2. */
export function jobFromTemplate(cronJob: CronJob, scheduledAt: number): Job {
  const { metadata = {}, spec } = cronJob.spec.jobTemplate;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(cronJob, scheduledAt),
      namespace: cronJob.metadata.namespace,
      ...(metadata.labels && { labels: metadata.labels }),
      annotations: {
        ...metadata.annotations,
        [SCHEDULED_TIMESTAMP]: inZone(scheduledAt, cronJob.spec.timeZone),
      },
      ownerReferences: [controllerReference(cronJob)],
    },
    spec: spec as JobSpec,
  };
}

/** The moment as clocks of the zone show it, with the zone's distance from UTC. */
function inZone(at: number, zone: string | undefined): string {
  const offset = zoneOffsetMs(zone ?? 'UTC') ?? 0;
  if (offset === 0) return rfc3339(at);
  const minutes = Math.abs(offset) / 60_000;
  const two = (value: number) => String(value).padStart(2, '0');
  const distance = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return rfc3339(at + offset).replace('Z', `${offset < 0 ? '-' : '+'}${distance}`);
}
