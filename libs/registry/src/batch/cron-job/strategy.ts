import type { CronJob, JobSpec } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import {
  CronScheduleError,
  Path,
  formatLabelSelector,
  invalid,
  notSupported,
  parseCronSchedule,
  required,
  zoneOffsetMs,
} from '@podlab/apimachinery';
import type { PrinterColumn, Strategy } from '@podlab/apiserver';
import { SELECTOR_DESCRIPTION } from '../../apps/pod-template/columns';
import { AGE_COLUMN, NAME_COLUMN, countColumn, since, textColumn, wideColumn } from '../../printing/cells';
import { validateNonNegative } from '../../validation/ports';
import { setTemplateDefaults } from '../job/strategy';
import { validateJobSpec } from '../job/validation';
import { cronJobWarnings } from '../job/warnings';

const SPEC = Path.of('spec');
/** A Job's name is its CronJob's, a dash and ten digits. Models pkg/apis/batch/validation ValidateCronJobCreate. */
const MAXIMUM_NAME_LENGTH = 52;
const CONCURRENCY_POLICIES = ['Allow', 'Forbid', 'Replace'];

const containersOf = ({ spec }: CronJob) => spec.jobTemplate.spec?.template.spec?.containers ?? [];

/** Models pkg/printers/internalversion printCronJob. */
const COLUMNS: readonly PrinterColumn<CronJob>[] = [
  NAME_COLUMN,
  textColumn(
    'Schedule',
    'The schedule in Cron format, see https://en.wikipedia.org/wiki/Cron.',
    ({ spec }) => spec.schedule,
  ),
  textColumn(
    'Timezone',
    'The time zone name for the given schedule, see https://en.wikipedia.org/wiki/List_of_tz_database_time_zones.',
    ({ spec }) => spec.timeZone ?? '<none>',
  ),
  {
    name: 'Suspend',
    type: 'boolean',
    description:
      'This flag tells the controller to suspend subsequent executions, it does not apply to already started executions.  Defaults to false.',
    priority: 0,
    value: ({ spec }) => (spec.suspend ? 'True' : 'False'),
  },
  countColumn(
    'Active',
    'A list of pointers to currently running jobs.',
    ({ status }) => status?.active?.length ?? 0,
  ),
  textColumn(
    'Last Schedule',
    'Information when was the last time the job was successfully scheduled.',
    ({ status }, now) => (status?.lastScheduleTime ? since(status.lastScheduleTime, now) : '<none>'),
  ),
  AGE_COLUMN,
  wideColumn('Containers', 'Names of each container in the template.', (cronJob) =>
    containersOf(cronJob)
      .map(({ name }) => name)
      .join(','),
  ),
  wideColumn('Images', 'Images referenced by each container in the template.', (cronJob) =>
    containersOf(cronJob)
      .map(({ image = '' }) => image)
      .join(','),
  ),
  wideColumn('Selector', SELECTOR_DESCRIPTION, ({ spec }) =>
    formatLabelSelector(spec.jobTemplate.spec?.selector),
  ),
];

/** Models k8s.io/kubernetes pkg/registry/batch/cronjob strategy. */
export const cronJobStrategy: Strategy<CronJob> = {
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  resource: 'cronjobs',
  singular: 'cronjob',
  shortNames: ['cj'],
  categories: ['all'],
  namespaced: true,
  hasGeneration: true,
  columns: COLUMNS,
  defaults(draft) {
    draft.spec ??= {} as CronJob['spec'];
    const { spec } = draft;
    spec.concurrencyPolicy ||= 'Allow';
    spec.suspend ??= false;
    spec.successfulJobsHistoryLimit ??= 3;
    spec.failedJobsHistoryLimit ??= 1;
    spec.jobTemplate ??= {};
    spec.jobTemplate.spec ??= {} as JobSpec;
    setTemplateDefaults(spec.jobTemplate.spec);
  },
  prepareForCreate(draft) {
    draft.status = {};
  },
  prepareForUpdate(draft, old) {
    draft.status = old.status;
  },
  validate(draft) {
    const { name } = draft.metadata;
    const detail = `must be no more than ${MAXIMUM_NAME_LENGTH} characters`;
    const tooLong = name.length > MAXIMUM_NAME_LENGTH;
    return [
      ...validateCronJob(draft),
      ...(tooLong ? [invalid(Path.of('metadata', 'name'), name, detail)] : []),
    ];
  },
  validateUpdate: (draft) => validateCronJob(draft),
  warnings: cronJobWarnings,
  status: {},
};

/** Models pkg/apis/batch/validation validateCronJobSpec. */
function validateCronJob({ spec }: CronJob): FieldError[] {
  const template = SPEC.child('jobTemplate', 'spec');
  const job = spec.jobTemplate.spec as JobSpec;
  const errors = [
    ...validateSchedule(spec.schedule ?? '', spec.timeZone, SPEC.child('schedule')),
    ...validateNonNegative(spec.startingDeadlineSeconds, SPEC.child('startingDeadlineSeconds')),
    ...validateTimeZone(spec.timeZone, SPEC.child('timeZone')),
    ...validateConcurrency(spec.concurrencyPolicy ?? '', SPEC.child('concurrencyPolicy')),
    ...validateJobSpec(job, template),
  ];
  if (job.selector)
    errors.push(invalid(template.child('selector'), job.selector, '`selector` will be auto-generated'));
  if (job.manualSelector) {
    errors.push(notSupported(template.child('manualSelector'), job.manualSelector, ['nil', 'false']));
  }
  return [
    ...errors,
    ...validateNonNegative(spec.successfulJobsHistoryLimit, SPEC.child('successfulJobsHistoryLimit')),
    ...validateNonNegative(spec.failedJobsHistoryLimit, SPEC.child('failedJobsHistoryLimit')),
  ];
}

function validateConcurrency(policy: string, path: Path): FieldError[] {
  if (policy === '') return [required(path)];
  return CONCURRENCY_POLICIES.includes(policy) ? [] : [notSupported(path, policy, CONCURRENCY_POLICIES)];
}

function validateSchedule(schedule: string, timeZone: string | undefined, path: Path): FieldError[] {
  if (schedule === '') return [required(path)];
  if (schedule.includes('TZ')) {
    const detail =
      timeZone === undefined
        ? 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'
        : 'cannot use both timeZone field and TZ or CRON_TZ in schedule';
    return [invalid(path, schedule, detail)];
  }
  try {
    parseCronSchedule(schedule);
    return [];
  } catch (error) {
    if (!(error instanceof CronScheduleError)) throw error;
    return [invalid(path, schedule, error.message)];
  }
}

/** A zone that is unknown here is refused as one that a server's own time zone data do not have. */
function validateTimeZone(zone: string | undefined, path: Path): FieldError[] {
  if (zone === undefined) return [];
  if (zone === '') return [invalid(path, zone, 'must be nil or non-empty string')];
  if (zone.toLowerCase() === 'local') {
    const detail = 'must be an explicit time zone as defined in https://www.iana.org/time-zones';
    return [invalid(path, zone, detail)];
  }
  return zoneOffsetMs(zone) === undefined ? [invalid(path, zone, `unknown time zone ${zone}`)] : [];
}
