import type { CronJob, Job, JobSpec } from '@podlab/api';
import { Path } from '@podlab/apimachinery';
import { isNews, podsNameWarnings } from '../../apps/pod-template/warnings';
import { podTemplateWarnings } from '../../core/pod/warnings';

/** Beyond both, the indexes that failed may be too many to be kept. Models pkg/api/job warnings.go. */
const MANY_COMPLETIONS = 100_000;
const MANY_AT_ONCE = 10_000;

/** Models jobStrategy WarningsOnCreate and WarningsOnUpdate. */
export function jobWarnings(job: Job, old?: Job): string[] {
  return [
    ...podsNameWarnings(job, old),
    ...(isNews(job, old) ? jobSpecWarnings(job.spec, Path.of('spec')) : []),
  ];
}

/** Models cronJobStrategy WarningsOnCreate and WarningsOnUpdate. */
export function cronJobWarnings({ metadata, spec: { jobTemplate } }: CronJob, old?: CronJob): string[] {
  const path = Path.of('spec', 'jobTemplate', 'spec');
  return [
    ...podsNameWarnings({ metadata }, old && { metadata: old.metadata }),
    ...(isNews({ metadata }, old && { metadata: old.metadata }) && jobTemplate.spec
      ? jobSpecWarnings(jobTemplate.spec, path)
      : []),
  ];
}

/** Models pkg/api/job WarningsForJobSpec. */
function jobSpecWarnings(spec: JobSpec, path: Path): string[] {
  const { completionMode, completions = 0, parallelism = 0, template } = spec;
  const tooMany =
    completionMode === 'Indexed' && completions > MANY_COMPLETIONS && parallelism > MANY_AT_ONCE;
  return [
    ...(tooMany
      ? [
          `${path.toString()}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`,
        ]
      : []),
    ...podTemplateWarnings(template, path.child('template')),
  ];
}
