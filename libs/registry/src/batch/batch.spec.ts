import type { CronJob, Job } from '@podlab/api';
import { cells, create, refusals, update } from '../testing/strategy-context';
import { cronJobStrategy } from './cron-job/strategy';
import { jobStrategy } from './job/strategy';

const UID = '1a2b3c';
const METADATA = { name: 'pi', uid: UID };
const POD = { restartPolicy: 'Never', containers: [{ name: 'pi', image: 'perl:5.34' }] };
const LABELS = {
  'batch.kubernetes.io/controller-uid': UID,
  'batch.kubernetes.io/job-name': 'pi',
  'controller-uid': UID,
  'job-name': 'pi',
};
const job = (spec: object = {}) => ({ metadata: METADATA, spec: { template: { spec: POD }, ...spec } });
const cronJob = (spec: object = {}) => ({
  metadata: { name: 'hello' },
  spec: { schedule: '* * * * *', jobTemplate: { spec: { template: { spec: POD } } }, ...spec },
});
const ofJob = (spec: object) => refusals(jobStrategy, job(spec));
const ofCronJob = (spec: object) => refusals(cronJobStrategy, cronJob(spec));
const policy = (...rules: object[]) => ({ podFailurePolicy: { rules } });
const RULE = 'spec.podFailurePolicy.rules[0]';

// Cases of k8s.io/kubernetes pkg/apis/batch/v1/defaults_test.go TestSetDefaultJob and TestSetDefaultCronJob.
test.each<[object, Partial<Job['spec']>]>([
  [{}, { completions: 1, parallelism: 1, backoffLimit: 6 }],
  [{ parallelism: 0 }, { parallelism: 0 }],
  [{ parallelism: 2 }, { parallelism: 2 }],
  [{ completions: 2 }, { completions: 2, parallelism: 1 }],
  [
    policy({ action: 'Ignore', onPodConditions: [{ type: 'Foo' }] }),
    { completions: 1, podReplacementPolicy: 'Failed' },
  ],
])('%j becomes %j', (given, expected) => {
  const { spec } = create(jobStrategy, job(given));
  expect(spec).toMatchObject(expected);
  expect('completions' in spec).toBe('completions' in expected);
});

test('what every Job gets: a selector of its own and labels for its pods', () => {
  const { spec, status } = create(jobStrategy, job());
  expect(spec).toMatchObject({
    completionMode: 'NonIndexed',
    suspend: false,
    manualSelector: false,
    podReplacementPolicy: 'TerminatingOrFailed',
    selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': UID } },
  });
  expect(spec.template.metadata?.labels).toEqual(LABELS);
  expect(status).toEqual({});
});

test('what a CronJob gets by default', () => {
  expect(create(cronJobStrategy, cronJob()).spec).toMatchObject({
    concurrencyPolicy: 'Allow',
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
  });
});

const withPolicy = (policyOf: string | undefined) => ({
  template: { spec: { ...POD, restartPolicy: policyOf } },
});

// Cases of k8s.io/kubernetes pkg/apis/batch/validation/validation_test.go TestValidateJob and TestValidateCronJob.
describe('refused', () => {
  test.each<[string, string[], string[]]>([
    [
      'parallelism below 0',
      ofJob({ parallelism: -1 }),
      ['spec.parallelism: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      'a back-off limit below 0',
      ofJob({ backoffLimit: -1 }),
      ['spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      'a deadline below 0',
      ofJob({ activeDeadlineSeconds: -1 }),
      ['spec.activeDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      'a time to live below 0',
      ofJob({ ttlSecondsAfterFinished: -1 }),
      ['spec.ttlSecondsAfterFinished: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      'pods that restart by default',
      ofJob(withPolicy(undefined)),
      ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    ],
    [
      'a selector that a client made',
      ofJob({ selector: { matchLabels: { a: 'b' } } }),
      [
        'spec.selector: Invalid value: {"matchLabels":{"a":"b","batch.kubernetes.io/controller-uid":"1a2b3c"}}: `selector` not auto-generated',
        'spec.template.metadata.labels: Invalid value: {"batch.kubernetes.io/controller-uid":"1a2b3c","batch.kubernetes.io/job-name":"pi","controller-uid":"1a2b3c","job-name":"pi"}: `selector` does not match template `labels`',
      ],
    ],
    ['a manual selector that is missing', ofJob({ manualSelector: true }), ['spec.selector: Required value']],
    [
      'a mode of its own',
      ofJob({ completionMode: 'foo' }),
      ['spec.completionMode: Unsupported value: "foo": supported values: "Indexed", "NonIndexed"'],
    ],
    [
      'Indexed without completions',
      ofJob({ completionMode: 'Indexed', parallelism: 2 }),
      ['spec.completions: Required value: when completion mode is Indexed'],
    ],
    [
      'Indexed with too many pods at once',
      ofJob({ completionMode: 'Indexed', completions: 5, parallelism: 100_001 }),
      [
        'spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed',
      ],
    ],
    [
      'a replacement policy of its own',
      ofJob({ podReplacementPolicy: 'foo' }),
      [
        'spec.podReplacementPolicy: Unsupported value: "foo": supported values: "Failed", "TerminatingOrFailed"',
      ],
    ],
    [
      'a failure policy for pods that restart',
      ofJob({
        ...policy({ action: 'FailJob', onExitCodes: { operator: 'In', values: [1] } }),
        ...withPolicy('OnFailure'),
      }),
      [
        'spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified',
      ],
    ],
    [
      'a rule without an action',
      ofJob(policy({ onExitCodes: { operator: 'In', values: [1] } })),
      [`${RULE}.action: Required value: valid values: "Count", "FailIndex", "FailJob", "Ignore"`],
    ],
    [
      'a rule of nothing',
      ofJob(policy({ action: 'FailJob' })),
      [
        `${RULE}: Invalid value: {"action":"FailJob"}: specifying one of OnExitCodes and OnPodConditions is required`,
      ],
    ],
    [
      'exit code 0',
      ofJob(policy({ action: 'FailJob', onExitCodes: { operator: 'In', values: [0, 1] } })),
      [`${RULE}.onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator`],
    ],
    [
      'exit codes out of order',
      ofJob(policy({ action: 'FailJob', onExitCodes: { operator: 'In', values: [13, 12] } })),
      [`${RULE}.onExitCodes.values: Invalid value: [13,12]: must be ordered`],
    ],
    [
      'no exit code',
      ofJob(policy({ action: 'FailJob', onExitCodes: { operator: 'In', values: [] } })),
      [`${RULE}.onExitCodes.values: Invalid value: []: at least one value is required`],
    ],
    [
      'an exit code twice',
      ofJob(policy({ action: 'FailJob', onExitCodes: { operator: 'In', values: [11, 11] } })),
      [`${RULE}.onExitCodes.values[1]: Duplicate value: 11`],
    ],
    [
      'a container that is not there',
      ofJob(
        policy({ action: 'FailJob', onExitCodes: { containerName: 'xyz', operator: 'In', values: [1] } }),
      ),
      [
        `${RULE}.onExitCodes.containerName: Invalid value: "xyz": must be one of the container or initContainer names in the pod template`,
      ],
    ],
    [
      'what is left out, by name',
      ofJob({
        completionMode: 'Indexed',
        completions: 2,
        backoffLimitPerIndex: 1,
        successPolicy: { rules: [] },
      }),
      ['backoffLimitPerIndex', 'successPolicy'].map(
        (field) => `spec.${field}: Forbidden: is left out of this simulation`,
      ),
    ],
    ['no schedule', ofCronJob({ schedule: '' }), ['spec.schedule: Required value']],
    [
      'a schedule that is none',
      ofCronJob({ schedule: 'error' }),
      ['spec.schedule: Invalid value: "error": expected exactly 5 fields, found 1: [error]'],
    ],
    [
      'a zone in the schedule',
      ofCronJob({ schedule: 'TZ=UTC 0 * * * *' }),
      [
        'spec.schedule: Invalid value: "TZ=UTC 0 * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
      ],
    ],
    [
      'a zone that nobody knows',
      ofCronJob({ timeZone: 'Mars/Olympus' }),
      ['spec.timeZone: Invalid value: "Mars/Olympus": unknown time zone Mars/Olympus'],
    ],
    [
      'a policy of its own',
      ofCronJob({ concurrencyPolicy: 'foo' }),
      ['spec.concurrencyPolicy: Unsupported value: "foo": supported values: "Allow", "Forbid", "Replace"'],
    ],
    [
      'a selector in the template',
      ofCronJob({
        jobTemplate: { spec: { selector: { matchLabels: { a: 'b' } }, template: { spec: POD } } },
      }),
      [
        'spec.jobTemplate.spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: `selector` will be auto-generated',
      ],
    ],
    [
      'a name without room for the moment',
      refusals(cronJobStrategy, { ...cronJob(), metadata: { name: 'a'.repeat(53) } }),
      [`metadata.name: Invalid value: "${'a'.repeat(53)}": must be no more than 52 characters`],
    ],
  ])('%s', (_title, errors, messages) => {
    expect(errors).toEqual(messages);
  });
});

// Cases of validation_test.go TestValidateJobUpdate.
test.each<[string, object, (draft: Job) => void, string[]]>([
  ['parallelism', {}, (draft) => (draft.spec.parallelism = 2), []],
  ['suspend', {}, (draft) => (draft.spec.suspend = true), []],
  [
    'completions',
    {},
    (draft) => (draft.spec.completions = 2),
    ['spec.completions: Invalid value: 2: field is immutable'],
  ],
  [
    'completions of an Indexed Job with its parallelism',
    { completionMode: 'Indexed', completions: 1 },
    (draft) => Object.assign(draft.spec, { completions: 2, parallelism: 2 }),
    [],
  ],
  [
    'where pods go while it is suspended',
    { suspend: true },
    (draft) => Object.assign(draft.spec.template.spec ?? {}, { nodeSelector: { disk: 'ssd' } }),
    [],
  ],
])('a change of %s', (_title, given, change, expected) => {
  expect(update(jobStrategy, create(jobStrategy, job(given)), change).refusals).toEqual(expected);
});

test('a template that is at work stays as it is', () => {
  const { refusals: errors } = update(jobStrategy, create(jobStrategy, job()), (draft) =>
    Object.assign(draft.spec.template.spec ?? {}, { nodeSelector: { disk: 'ssd' } }),
  );
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatch(/^spec\.template: Invalid value: .*: field is immutable$/);
});

const NOW = '2026-11-18T11:04:40Z';
const condition = (type: string) => ({ conditions: [{ type, status: 'True' }] });

// Cases of pkg/printers/internalversion/printers_test.go TestPrintJob.
test.each<[object, Job['status'], object]>([
  [{ completions: 2 }, { succeeded: 1 }, { Status: 'Running', Completions: '1/2', Duration: '' }],
  [{ parallelism: 2 }, { succeeded: 1 }, { Completions: '1/1 of 2' }],
  [{ parallelism: 1, completions: undefined }, {}, { Completions: '0/1' }],
  [
    {},
    { startTime: NOW, ...condition('Complete'), completionTime: '2026-11-18T11:15:11Z' },
    { Status: 'Complete', Duration: '10m' },
  ],
  [{}, condition('Failed'), { Status: 'Failed' }],
  [{}, condition('Suspended'), { Status: 'Suspended' }],
  [{}, condition('FailureTarget'), { Status: 'FailureTarget' }],
  [{}, condition('SuccessCriteriaMet'), { Status: 'SuccessCriteriaMet' }],
])('the cells of a Job %j %j', (spec, status, expected) => {
  const object = { ...create(jobStrategy, job(spec)), status };
  expect(cells(jobStrategy, object)).toMatchObject({
    Name: 'pi',
    Containers: 'pi',
    Images: 'perl:5.34',
    Selector: `batch.kubernetes.io/controller-uid=${UID}`,
    ...expected,
  });
});

test('the cells of a CronJob', () => {
  const made: CronJob = create(cronJobStrategy, cronJob({ timeZone: 'Asia/Seoul', suspend: true }));
  const object = { ...made, status: { active: [{ name: 'a' }], lastScheduleTime: NOW } };
  expect(cells(cronJobStrategy, object)).toMatchObject({
    Name: 'hello',
    Schedule: '* * * * *',
    Timezone: 'Asia/Seoul',
    Suspend: 'True',
    Active: 1,
    'Last Schedule': '2m',
    Containers: 'pi',
    Selector: '<none>',
  });
});
