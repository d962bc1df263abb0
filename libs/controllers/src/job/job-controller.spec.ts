import type { Job, Pod } from '@podlab/api';
import { newForbidden, objectKey } from '@podlab/apimachinery';
import { ComponentHarness, readyStatus } from '@podlab/testkit';
import type { ComponentFactory } from '@podlab/client';
import { rfc3339 } from '@podlab/kernel';
import { TRACKING_FINALIZER } from './job-pod';
import { jobController } from './job-controller';

type Outcome = 'Succeeded' | number | 'Runs';

/** Runs each pod for two seconds; then it succeeds, fails with an exit code, or runs on. A deleted pod goes at once. */
function runner(outcomeOf: (pod: Pod, made: number) => Outcome): ComponentFactory {
  return (context) => {
    const pods = context.informers.for<Pod>('pods');
    const state = context.state('count', () => ({ made: 0, outcomes: new Map<string, Outcome>() }));
    const runs = context.workQueue('run', (key) => {
      const pod = pods.get(key);
      if (!pod || pod.metadata.deletionTimestamp) return;
      context.client.updateStatus('pods', {
        ...pod,
        status: readyStatus(pod, '10.0.0.1', context.timestamp()),
      });
      ends.addAfter(key, 2_000);
    });
    const ends = context.workQueue('end', (key) => {
      const pod = pods.get(key);
      const outcome = state.outcomes.get(key);
      if (!pod || pod.metadata.deletionTimestamp || outcome === 'Runs' || outcome === undefined) return;
      const exitCode = outcome === 'Succeeded' ? 0 : outcome;
      const phase = exitCode === 0 ? 'Succeeded' : 'Failed';
      const terminated = { exitCode, finishedAt: rfc3339(context.now()) };
      const containerStatuses = pod.status?.containerStatuses?.map((status) => ({
        ...status,
        ready: false,
        state: { terminated },
      }));
      context.client.updateStatus('pods', { ...pod, status: { phase, containerStatuses } });
    });
    const stops = context.workQueue('stop', (key) => {
      if (pods.get(key)?.metadata.deletionTimestamp)
        context.client.delete('pods', key, { gracePeriodSeconds: 0 });
    });
    pods.addHandlers({
      onAdd: (pod) => {
        state.outcomes.set(objectKey(pod), outcomeOf(pod, state.made++));
        runs.add(objectKey(pod));
      },
      onUpdate: (pod, previous) => {
        if (pod.metadata.deletionTimestamp !== previous.metadata.deletionTimestamp) stops.add(objectKey(pod));
      },
    });
    return { name: context.name };
  };
}

function start(
  spec: Partial<Job['spec']> = {},
  outcomeOf: (pod: Pod, made: number) => Outcome = () => 'Succeeded',
  controller = jobController,
) {
  const cluster = new ComponentHarness({ job: controller, node: runner(outcomeOf) });
  const labels = { 'job-name': 'pi' };
  cluster.client.create<Job>('jobs.batch', {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'pi', namespace: 'lab06' },
    spec: {
      parallelism: 1,
      completions: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      suspend: false,
      podReplacementPolicy: 'TerminatingOrFailed',
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { restartPolicy: 'Never', containers: [{ name: 'pi', image: 'busybox' }] },
      },
      ...spec,
    },
  });
  return cluster;
}

const job = (cluster: ComponentHarness) => cluster.get<Job>('jobs.batch', 'lab06/pi');
const pods = (cluster: ComponentHarness) => cluster.list<Pod>('pods');
const conditions = (cluster: ComponentHarness) =>
  (job(cluster).status?.conditions ?? []).map(({ type, status, reason }) => `${type}=${status} ${reason}`);
const eventsOf = (cluster: ComponentHarness, ...reasons: string[]) =>
  cluster.eventLines().filter((line) => reasons.some((reason) => line.includes(` ${reason} `)));

// Cases of k8s.io/kubernetes pkg/controller/job/job_controller_test.go TestControllerSyncJob.
test.each([
  ['one pod', {}, 1],
  ['three pods, two at a time', { completions: 3, parallelism: 2 }, 3],
  ['a work queue of two', { completions: undefined, parallelism: 2 }, 2],
])('%s: runs to its end and is counted', (_title, spec, made) => {
  const cluster = start(spec);
  cluster.settle();
  expect(job(cluster).status).toMatchObject({ succeeded: made, ready: 0, terminating: 0 });
  expect(conditions(cluster)).toEqual([
    'SuccessCriteriaMet=True CompletionsReached',
    'Complete=True CompletionsReached',
  ]);
  expect(pods(cluster)).toHaveLength(made);
  expect(eventsOf(cluster, 'Completed')).toEqual(['Normal Completed Job/pi: Job completed']);
  expect(pods(cluster).flatMap(({ metadata }) => metadata.finalizers ?? [])).toEqual([]);
});

test('never more pods work than parallelism says', () => {
  const cluster = start({ completions: 5, parallelism: 2 });
  let most = 0;
  for (let step = 0; step < 200; step++) {
    cluster.advance(100);
    most = Math.max(most, job(cluster).status?.active ?? 0);
  }
  expect(most).toBe(2);
  expect(job(cluster).status?.succeeded).toBe(5);
});

test('an Indexed Job gives each pod its index', () => {
  const cluster = start({ completionMode: 'Indexed', completions: 3, parallelism: 3 }, (_pod, made) =>
    made === 1 ? 1 : 'Succeeded',
  );
  cluster.settle();
  expect(job(cluster).status).toMatchObject({ completedIndexes: '0-2', succeeded: 3, failed: 1 });
  const [first] = pods(cluster);
  expect(first.metadata.generateName).toBe('pi-0-');
  expect(first.spec.hostname).toBe('pi-0');
  expect(first.metadata.labels?.['batch.kubernetes.io/job-completion-index']).toBe('0');
  expect(first.spec.containers[0].env?.[0].name).toBe('JOB_COMPLETION_INDEX');
});

// Cases of job_controller_test.go TestJobBackoff and TestJobBackoffForOnFailure.
describe('pods that fail', () => {
  test('are made anew after ten seconds, twenty seconds …, until the limit', () => {
    const cluster = start({ backoffLimit: 2 }, () => 3);
    cluster.settle();
    expect(job(cluster).status).toMatchObject({ failed: 3 });
    expect(job(cluster).status?.succeeded).toBeUndefined();
    expect(conditions(cluster)).toEqual([
      'FailureTarget=True BackoffLimitExceeded',
      'Failed=True BackoffLimitExceeded',
    ]);
    expect(eventsOf(cluster, 'BackoffLimitExceeded')).toEqual([
      'Warning BackoffLimitExceeded Job/pi: Job has reached the specified backoff limit',
    ]);
    const created = pods(cluster).map(({ metadata }) => Date.parse(metadata.creationTimestamp as string));
    const gaps = created.sort((a, b) => a - b).map((at, index) => (at - created[0]) / 1000 - index);
    expect(gaps[1]).toBeGreaterThan(9);
    expect(gaps[2] - gaps[1]).toBeGreaterThan(19);
  });

  test('end the Job at once with FailJob', () => {
    const rule = { action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } };
    const cluster = start({ podFailurePolicy: { rules: [rule] } }, () => 42);
    cluster.settle();
    const [pod] = pods(cluster);
    expect(eventsOf(cluster, 'PodFailurePolicy')).toEqual([
      `Warning PodFailurePolicy Job/pi: Container pi for pod lab06/${pod.metadata.name} failed with exit code 42 matching FailJob rule at index 0`,
    ]);
    expect(conditions(cluster)).toEqual([
      'FailureTarget=True PodFailurePolicy',
      'Failed=True PodFailurePolicy',
    ]);
  });

  test('do not count with Ignore', () => {
    const rule = { action: 'Ignore', onExitCodes: { operator: 'In', values: [7] } };
    const cluster = start({ backoffLimit: 0, podFailurePolicy: { rules: [rule] } }, (_pod, made) =>
      made < 2 ? 7 : 'Succeeded',
    );
    cluster.settle();
    expect(job(cluster).status).toMatchObject({ succeeded: 1 });
    expect(job(cluster).status?.failed).toBeUndefined();
  });
});

// Case of job_controller_test.go TestSyncJobPastDeadline.
test('a Job that is active for too long fails, and its pods go', () => {
  const cluster = start({ activeDeadlineSeconds: 30, completions: 2, parallelism: 2 }, () => 'Runs');
  cluster.settle();
  expect(conditions(cluster)).toEqual([
    'FailureTarget=True DeadlineExceeded',
    'Failed=True DeadlineExceeded',
  ]);
  expect(eventsOf(cluster, 'DeadlineExceeded')).toEqual([
    'Warning DeadlineExceeded Job/pi: Job was active longer than specified deadline',
  ]);
  expect(pods(cluster)).toEqual([]);
  expect(job(cluster).status).toMatchObject({ failed: 2, terminating: 0 });
});

// Case of test/integration/job/job_test.go TestSuspendJob.
test('a suspended Job has no pods, and goes on when it is resumed', () => {
  const cluster = start({ completions: 2, parallelism: 2 }, (_pod, made) =>
    made < 2 ? 'Runs' : 'Succeeded',
  );
  cluster.settle();
  const suspend = (wanted: boolean) =>
    cluster.edit<Job>('jobs.batch', 'lab06/pi', (each) => ({
      ...each,
      spec: { ...each.spec, suspend: wanted },
    }));
  suspend(true);
  cluster.settle();
  expect(pods(cluster)).toEqual([]);
  expect(conditions(cluster)).toEqual(['Suspended=True JobSuspended']);
  expect(job(cluster).status?.startTime).toBeUndefined();
  expect(job(cluster).status?.failed).toBeUndefined();
  suspend(false);
  cluster.settle();
  expect(conditions(cluster)[0]).toBe('Suspended=False JobResumed');
  expect(job(cluster).status).toMatchObject({ succeeded: 2 });
  expect(eventsOf(cluster, 'Suspended', 'Resumed')).toEqual([
    'Normal Suspended Job/pi: Job suspended',
    'Normal Resumed Job/pi: Job resumed',
  ]);
});

test('a pod that is deleted is made anew and counted as failed', () => {
  const cluster = start({}, (_pod, made) => (made === 0 ? 'Runs' : 'Succeeded'));
  cluster.advance(1_000);
  cluster.client.delete('pods', objectKey(pods(cluster)[0]));
  cluster.settle();
  expect(job(cluster).status).toMatchObject({ succeeded: 1, failed: 1 });
});

// Case of k8s.io/kubernetes pkg/controller/ttlafterfinished/ttlafterfinished_controller_test.go TestTimeLeft.
test('a finished Job goes when its time to live has passed', () => {
  const cluster = start({ ttlSecondsAfterFinished: 60 });
  cluster.advance(30_000);
  expect(job(cluster).status?.completionTime).toBeDefined();
  cluster.settle();
  expect(cluster.list<Job>('jobs.batch').filter(({ metadata }) => !metadata.deletionTimestamp)).toEqual([]);
});

test('pods whose Job has gone are let go', () => {
  const cluster = start({}, () => 'Runs');
  cluster.advance(1_000);
  expect(pods(cluster)[0].metadata.finalizers).toEqual([TRACKING_FINALIZER]);
  cluster.client.delete('jobs.batch', 'lab06/pi');
  cluster.settle();
  expect(pods(cluster)[0].metadata.finalizers).toEqual([]);
});

test('what cannot be created is tried again after a second, then ever more rarely, at least once a minute', () => {
  const tried: number[] = [];
  const refused: ComponentFactory = (context) => {
    const { client } = context;
    const create: typeof client.create = (resource, object) => {
      if (resource !== 'pods') return client.create(resource, object);
      tried.push(context.now());
      throw newForbidden('pods', 'pi-', 'exceeded quota');
    };
    const refusedClient = Object.assign(Object.create(client) as typeof client, { create });
    return jobController({ ...context, client: refusedClient });
  };
  const cluster = start({}, undefined, refused);
  cluster.advance(200_000);
  const waits = tried.slice(1).map((at, index) => Math.round((at - tried[index]) / 1_000));
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  expect(eventsOf(cluster, 'FailedCreate')).toEqual([
    'Warning FailedCreate Job/pi: Error creating: pods "pi-" is forbidden: exceeded quota (x9)',
  ]);
});
