import { NOT_NEGATIVE } from './messages';
import { accepted, refused, updateAccepted, updateRefused, type Table } from './table';

const SOURCE = 'pkg/apis/batch/validation/validation_test.go';
const TEMPLATE = {
  spec: {
    restartPolicy: 'OnFailure',
    containers: [{ name: 'abc', image: 'image', imagePullPolicy: 'IfNotPresent' }],
  },
};
const spec = (fields: object) => ({ spec: fields });
const job = (fields: object) => spec({ jobTemplate: { spec: fields } });
const NEGATIVE = (field: string) => `spec.${field}: Invalid value: -1: ${NOT_NEGATIVE}`;

export const JOB: Table = {
  source: SOURCE,
  url: '/apis/batch/v1/namespaces/default/jobs',
  good: {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'myjob', namespace: 'default' },
    spec: { template: TEMPLATE },
  },
  rows: [
    refused(
      'TestValidateJob "spec.parallelism:must be greater than or equal to 0"',
      spec({ parallelism: -1 }),
      NEGATIVE('parallelism'),
    ),
    refused(
      'TestValidateJob "spec.completions:must be greater than or equal to 0"',
      spec({ completions: -1 }),
      NEGATIVE('completions'),
    ),
    refused(
      'TestValidateJob "spec.activeDeadlineSeconds:must be greater than or equal to 0"',
      spec({ activeDeadlineSeconds: -1 }),
      NEGATIVE('activeDeadlineSeconds'),
    ),
    refused(
      'TestValidateJob "spec.backoffLimit:must be greater than or equal to 0"',
      spec({ backoffLimit: -1 }),
      NEGATIVE('backoffLimit'),
    ),
    refused(
      'TestValidateJob "spec.ttlSecondsAfterFinished:must be greater than or equal to 0"',
      spec({ ttlSecondsAfterFinished: -1 }),
      NEGATIVE('ttlSecondsAfterFinished'),
    ),
    refused(
      'TestValidateJob "spec.completions: Required value: when completion mode is Indexed"',
      spec({ completionMode: 'Indexed', parallelism: 2 }),
      'spec.completions: Required value: when completion mode is Indexed',
    ),
    refused(
      'TestValidateJob "spec.parallelism: must be less than or equal to 100000 when completion mode is Indexed"',
      spec({ completionMode: 'Indexed', completions: 100_000, parallelism: 100_001 }),
      'spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed',
    ),
    refused(
      'TestValidateJob "spec.template.spec.restartPolicy: Required value"',
      spec({ template: { spec: { restartPolicy: 'Always' } } }),
      'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ),
    refused(
      'TestValidateJob "spec.template.spec.restartPolicy: Unsupported value"',
      spec({ template: { spec: { restartPolicy: 'Invalid' } } }),
      'spec.template.spec.restartPolicy: Unsupported value: "Invalid": supported values: "Always", "OnFailure", "Never"',
      'spec.template.spec.restartPolicy: Unsupported value: "Invalid": supported values: "OnFailure", "Never"',
    ),
    refused(
      'TestValidateJob "invalid completion mode"',
      spec({ completionMode: 'Sometimes' }),
      'spec.completionMode: Unsupported value: "Sometimes": supported values: "Indexed", "NonIndexed"',
    ),
    accepted(
      'TestValidateJob "valid success": what it gets by default',
      {},
      {
        spec: {
          parallelism: 1,
          completions: 1,
          backoffLimit: 6,
          completionMode: 'NonIndexed',
          suspend: false,
        },
      },
    ),
    updateRefused(
      'TestValidateJobUpdate "immutable completions for non-indexed jobs"',
      {},
      spec({ completions: 2 }),
      'spec.completions: Invalid value: 2: field is immutable',
    ),
    updateRefused(
      'TestValidateJobUpdate "immutable completionMode"',
      spec({ completions: 2 }),
      spec({ completionMode: 'Indexed' }),
      'spec.completionMode: Invalid value: "Indexed": field is immutable',
    ),
    updateAccepted(
      'TestValidateJobUpdate "mutable fields"',
      {},
      spec({ parallelism: 4, activeDeadlineSeconds: 40 }),
      { spec: { parallelism: 4, activeDeadlineSeconds: 40 } },
    ),
  ],
};

export const CRON_JOB: Table = {
  source: SOURCE,
  url: '/apis/batch/v1/namespaces/default/cronjobs',
  good: {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'mycronjob', namespace: 'default' },
    spec: {
      schedule: '5 * * * ?',
      concurrencyPolicy: 'Allow',
      jobTemplate: { spec: { template: TEMPLATE } },
    },
  },
  rows: [
    refused(
      'TestValidateCronJob "spec.schedule: Invalid value"',
      spec({ schedule: 'error' }),
      'spec.schedule: Invalid value: "error": expected exactly 5 fields, found 1: [error]',
    ),
    refused(
      'TestValidateCronJob "spec.schedule: Required value"',
      spec({ schedule: '' }),
      'spec.schedule: Required value',
    ),
    refused(
      'TestValidateCronJob "spec.schedule: cannot use both timeZone field and TZ or CRON_TZ in schedule"',
      spec({ schedule: 'TZ=UTC 0 * * * *', timeZone: 'UTC' }),
      'spec.schedule: Invalid value: "TZ=UTC 0 * * * *": cannot use both timeZone field and TZ or CRON_TZ in schedule',
    ),
    refused(
      'TestValidateCronJob "spec.schedule: cannot use TZ or CRON_TZ in schedule, use timeZone field instead"',
      spec({ schedule: 'CRON_TZ=UTC 0 * * * *' }),
      'spec.schedule: Invalid value: "CRON_TZ=UTC 0 * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
    ),
    refused(
      'TestValidateCronJob "spec.timeZone: timeZone must be nil or non-empty string"',
      spec({ timeZone: '' }),
      'spec.timeZone: Invalid value: "": must be nil or non-empty string',
    ),
    refused(
      'TestValidateCronJob "spec.timeZone: timeZone cannot be Local"',
      spec({ timeZone: 'Local' }),
      'spec.timeZone: Invalid value: "Local": must be an explicit time zone as defined in https://www.iana.org/time-zones',
    ),
    refused(
      'TestValidateCronJob "spec.timeZone: Invalid timezone"',
      spec({ timeZone: 'amErica/New_york' }),
      'spec.timeZone: Invalid value: "amErica/New_york": unknown time zone amErica/New_york',
    ),
    refused(
      'TestValidateCronJob "spec.startingDeadlineSeconds:must be greater than or equal to 0"',
      spec({ startingDeadlineSeconds: -1 }),
      NEGATIVE('startingDeadlineSeconds'),
    ),
    refused(
      'TestValidateCronJob "spec.successfulJobsHistoryLimit: must be greater than or equal to 0"',
      spec({ successfulJobsHistoryLimit: -1 }),
      NEGATIVE('successfulJobsHistoryLimit'),
    ),
    refused(
      'TestValidateCronJob "spec.failedJobsHistoryLimit: must be greater than or equal to 0"',
      spec({ failedJobsHistoryLimit: -1 }),
      NEGATIVE('failedJobsHistoryLimit'),
    ),
    refused(
      'validation.go validateConcurrencyPolicy: a policy that is none',
      spec({ concurrencyPolicy: 'Sometimes' }),
      'spec.concurrencyPolicy: Unsupported value: "Sometimes": supported values: "Allow", "Forbid", "Replace"',
    ),
    refused(
      'TestValidateCronJob "spec.jobTemplate.spec.parallelism:must be greater than or equal to 0"',
      job({ parallelism: -1 }),
      NEGATIVE('jobTemplate.spec.parallelism'),
    ),
    refused(
      'TestValidateCronJob "spec.jobTemplate.spec.manualSelector: Unsupported value"',
      job({ manualSelector: true }),
      'spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"',
    ),
    refused(
      'TestValidateCronJob "spec.jobTemplate.spec.template.spec.restartPolicy: Required value"',
      job({ template: { spec: { restartPolicy: 'Always' } } }),
      'spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ),
    refused(
      'TestValidateCronJob "metadata.name: must be no more than 52 characters"',
      { metadata: { name: 'a'.repeat(53) } },
      `metadata.name: Invalid value: "${'a'.repeat(53)}": must be no more than 52 characters`,
    ),
  ],
};
