import type { CronJob, Job } from '@podlab/api';
import { ComponentHarness } from '@podlab/testkit';
import { rfc3339 } from '@podlab/kernel';
import { cronJobController } from './cron-job-controller';

/** The harness' time begins at 2026-03-02T09:00:00Z. */
function start(spec: Partial<CronJob['spec']> = {}): ComponentHarness {
  const cluster = new ComponentHarness({ cronjob: cronJobController });
  cluster.client.create<CronJob>('cronjobs.batch', {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'hello', namespace: 'lab06' },
    spec: {
      schedule: '* * * * *',
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
      jobTemplate: {
        metadata: { labels: { app: 'hello' } },
        spec: { template: { spec: { containers: [{ name: 'hello', image: 'busybox' }] } } },
      },
      ...spec,
    },
  });
  return cluster;
}

const MINUTE_MS = 60_000;
const FIRST_MINUTE = 1_772_442_000 / 60;
const hello = (cluster: ComponentHarness) => cluster.get<CronJob>('cronjobs.batch', 'lab06/hello');
const jobs = (cluster: ComponentHarness) => cluster.list<Job>('jobs.batch');
const names = (cluster: ComponentHarness) => jobs(cluster).map(({ metadata }) => metadata.name);
const named = (...minutes: number[]) => minutes.map((minute) => `hello-${FIRST_MINUTE + minute}`);

function finish(cluster: ComponentHarness, name: string, type: 'Complete' | 'Failed' = 'Complete'): void {
  const job = cluster.get<Job>('jobs.batch', `lab06/${name}`);
  const at = rfc3339(cluster.now);
  const conditions = [{ type, status: 'True', lastTransitionTime: at }];
  const status = { startTime: at, conditions, ...(type === 'Complete' && { completionTime: at }) };
  cluster.client.updateStatus('jobs.batch', { ...job, status });
}

function edit(cluster: ComponentHarness, spec: Partial<CronJob['spec']>): void {
  cluster.edit<CronJob>('cronjobs.batch', 'lab06/hello', (each) => ({
    ...each,
    spec: { ...each.spec, ...spec },
  }));
}

// Cases of k8s.io/kubernetes pkg/controller/cronjob/cronjob_controllerv2_test.go TestControllerV2SyncCronJob.
test('a Job comes at each moment of the schedule, with the moment in its name', () => {
  const cluster = start();
  cluster.advance(MINUTE_MS - 1);
  expect(names(cluster)).toEqual([]);
  cluster.advance(2 * MINUTE_MS);
  expect(names(cluster)).toEqual(named(1, 2));
  const [{ metadata }] = jobs(cluster);
  expect(metadata.annotations).toEqual({
    'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-03-02T09:01:00Z',
  });
  expect(metadata.labels).toEqual({ app: 'hello' });
  expect(metadata.ownerReferences).toMatchObject([{ kind: 'CronJob', name: 'hello', controller: true }]);
  expect(hello(cluster).status?.lastScheduleTime).toBe('2026-03-02T09:02:00Z');
  expect(hello(cluster).status?.active?.map(({ name }) => name)).toEqual(named(1, 2));
});

test('a cluster with a CronJob can be settled', () => {
  expect(start().settle(1_000)).toBe(true);
});

test('a finished Job leaves the active ones', () => {
  const cluster = start({ schedule: '1 * * * *' });
  cluster.advance(2 * MINUTE_MS);
  finish(cluster, named(1)[0]);
  cluster.settle(1_000);
  expect(hello(cluster).status).toEqual({
    lastScheduleTime: '2026-03-02T09:01:00Z',
    lastSuccessfulTime: '2026-03-02T09:02:00Z',
  });
  expect(cluster.eventLines()).toEqual([
    `Normal SuccessfulCreate CronJob/hello: Created job ${named(1)[0]}`,
    `Normal SawCompletedJob CronJob/hello: Saw completed job: ${named(1)[0]}, condition: Complete`,
  ]);
});

test.each<[string, number[], string[]]>([
  ['Allow', [1, 2, 3], []],
  [
    'Forbid',
    [1],
    [
      'Normal JobAlreadyActive CronJob/hello: Not starting job because prior execution is running and concurrency policy is Forbid (x2)',
    ],
  ],
  ['Replace', [3], named(1, 2).map((name) => `Normal SuccessfulDelete CronJob/hello: Deleted job ${name}`)],
])('%s: what happens while an earlier Job runs', (concurrencyPolicy, minutes, told) => {
  const cluster = start({ concurrencyPolicy });
  cluster.advance(3 * MINUTE_MS + 1_000);
  expect(names(cluster)).toEqual(named(...minutes));
  expect(cluster.eventLines().filter((line) => !line.includes('SuccessfulCreate'))).toEqual(told);
});

test('nothing comes while it is suspended, and then only the latest moment', () => {
  const cluster = start({ suspend: true });
  cluster.advance(5 * MINUTE_MS);
  expect(names(cluster)).toEqual([]);
  edit(cluster, { suspend: false });
  cluster.settle(1_000);
  expect(names(cluster)).toEqual(named(5));
});

test('a moment that is too long ago is missed', () => {
  const cluster = start({ schedule: '0 * * * *', suspend: true, startingDeadlineSeconds: 30 });
  cluster.advance(61 * MINUTE_MS);
  edit(cluster, { suspend: false });
  cluster.settle(1_000);
  expect(names(cluster)).toEqual([]);
});

test('too many moments that nobody saw are told, and the latest is started', () => {
  const cluster = start({ suspend: true });
  cluster.advance(200 * MINUTE_MS);
  edit(cluster, { suspend: false });
  cluster.settle(1_000);
  expect(names(cluster)).toEqual(named(200));
  expect(cluster.eventLines()[0]).toBe(
    'Warning TooManyMissedTimes CronJob/hello: too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
  );
});

test('the clock of a zone decides, and the annotation shows it', () => {
  const cluster = start({ schedule: '0 19 * * *', timeZone: 'Asia/Seoul' });
  cluster.advance(61 * MINUTE_MS);
  expect(jobs(cluster)[0].metadata.annotations).toEqual({
    'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-03-02T19:00:00+09:00',
  });
});

// Case of cronjob_controllerv2_test.go TestControllerV2CleanupFinishedJobs.
test('as many finished Jobs stay as the limits say, the latest', () => {
  const cluster = start({ successfulJobsHistoryLimit: 2, failedJobsHistoryLimit: 1 });
  for (let minute = 1; minute <= 6; minute++) {
    cluster.advance(MINUTE_MS + 200);
    finish(cluster, named(minute)[0], minute % 3 === 0 ? 'Failed' : 'Complete');
  }
  cluster.settle(1_000);
  expect(names(cluster)).toEqual(named(4, 5, 6));
});

test('a Job that somebody else made of it is told', () => {
  const cluster = start({ schedule: '0 0 1 1 *' });
  const { uid = '' } = hello(cluster).metadata;
  const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'hello', uid, controller: true };
  cluster.client.create<Job>('jobs.batch', {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'by-hand', namespace: 'lab06', ownerReferences: [owner] },
    spec: { template: {} },
  });
  cluster.settle(1_000);
  expect(cluster.eventLines()).toEqual([
    'Warning UnexpectedJob CronJob/hello: Saw a job that the controller did not create or forgot: by-hand',
  ]);
});
