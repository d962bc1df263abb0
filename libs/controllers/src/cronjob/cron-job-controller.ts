import type { CronJob, CronJobStatus, Job } from '@podlab/api';
import { controllerOf, isStatusError, objectKey } from '@podlab/apimachinery';
import type { ComponentContext, ComponentFactory, Informer, WorkQueue } from '@podlab/client';
import { equalJson, parseRfc3339, rfc3339 } from '@podlab/kernel';
import type { QueueEntry } from '@podlab/kernel';
import { finishedCondition } from '../job/conditions';
import { ignoringNotFound } from '../ownership/claim';
import { changedBesideStatus } from '../ownership/dependents';
import { controlledBy, indexOwnership } from '../ownership/indexes';
import { dueMoment } from './cron-job-schedule';
import { jobFromTemplate, jobName } from './job-from-template';

const RESOURCE = 'cronjobs.batch';
const JOBS = 'jobs.batch';
const SOURCE = { component: 'cronjob-controller' };
/** A moment is looked at this long after it came, in virtual ms. Models nextScheduleDelta. */
const AFTER_MOMENT_MS = 100;

interface Ticks {
  /** When each CronJob is looked at next: periodic, so that a cluster with one can be settled. */
  next: Map<string, QueueEntry>;
}

/**
 * Makes a Job at each moment of a CronJob's schedule.
 * Models k8s.io/kubernetes pkg/controller/cronjob/cronjob_controllerv2.go ControllerV2.
 */
export const cronJobController: ComponentFactory = (context) => new CronJobController(context);

class CronJobController {
  readonly name: string;
  private readonly cronJobs: Informer<CronJob>;
  private readonly jobs: Informer<Job>;
  private readonly queue: WorkQueue;
  private readonly ticks: Ticks;

  constructor(private readonly context: ComponentContext) {
    this.name = context.name;
    this.cronJobs = context.informers.for<CronJob>(RESOURCE);
    this.jobs = context.informers.for<Job>(JOBS);
    this.ticks = context.state('ticks', () => ({ next: new Map() }));
    indexOwnership(this.jobs);
    this.queue = context.workQueue('cronjobs', (key) => this.reconcile(key));
    this.cronJobs.addHandlers({
      onAdd: (cronJob) => this.queue.add(objectKey(cronJob)),
      onUpdate: (cronJob, previous) => {
        if (changedBesideStatus(cronJob, previous)) this.queue.add(objectKey(cronJob));
      },
      onDelete: (cronJob) => this.cancelTick(objectKey(cronJob)),
    });
    const see = (job: Job) => {
      const owner = controllerOf(job);
      if (owner?.kind === 'CronJob') this.queue.add(`${job.metadata.namespace}/${owner.name}`);
    };
    this.jobs.addHandlers({ onAdd: see, onUpdate: see, onDelete: see });
  }

  handle(_kind: string, [key]: QueueEntry['args']): void {
    this.ticks.next.delete(key as string);
    this.queue.add(key as string);
  }

  private cancelTick(key: string): void {
    const entry = this.ticks.next.get(key);
    if (entry) this.context.cancel(entry);
    this.ticks.next.delete(key);
  }

  private reconcile(key: string): void {
    const cronJob = this.cronJobs.get(key);
    this.cancelTick(key);
    if (!cronJob) return;
    const jobs = controlledBy(this.jobs, cronJob.metadata.uid as string);
    const status = this.countActive(cronJob, jobs);
    const { deletionTimestamp } = cronJob.metadata;
    try {
      if (!deletionTimestamp && !cronJob.spec.suspend) this.startDue(key, cronJob, status);
    } finally {
      this.writeStatus(key, status);
    }
    this.cleanUp(cronJob, jobs);
  }

  /** Takes out of the active list what is over or gone. Models syncCronJob's first half. */
  private countActive(cronJob: CronJob, jobs: readonly Job[]): CronJobStatus {
    const status: CronJobStatus = { ...cronJob.status, active: [...(cronJob.status?.active ?? [])] };
    const isActive = ({ metadata }: Job) => !!status.active?.some(({ uid }) => uid === metadata.uid);
    for (const job of jobs) {
      const { name, uid } = job.metadata;
      const finished = finishedCondition(job);
      if (!finished) {
        if (isActive(job)) continue;
        const message = `Saw a job that the controller did not create or forgot: ${name}`;
        this.tell(cronJob, 'Warning', 'UnexpectedJob', message);
      } else if (isActive(job)) {
        status.active = status.active?.filter((each) => each.uid !== uid);
        this.tell(
          cronJob,
          'Normal',
          'SawCompletedJob',
          `Saw completed job: ${name}, condition: ${finished.type}`,
        );
      }
      const { completionTime } = job.status ?? {};
      const latest = parseRfc3339(status.lastSuccessfulTime ?? '') || 0;
      if (finished?.type === 'Complete' && completionTime && parseRfc3339(completionTime) > latest) {
        status.lastSuccessfulTime = completionTime;
      }
    }
    const known = new Set(jobs.map(({ metadata }) => metadata.uid));
    for (const { uid, name } of [...(status.active ?? [])]) {
      if (known.has(uid)) continue;
      status.active = status.active?.filter((each) => each.uid !== uid);
      this.tell(cronJob, 'Normal', 'MissingJob', `Active job went missing: ${name}`);
    }
    return status;
  }

  /** Makes the Job of the moment that has come, unless a rule forbids it. Models syncCronJob's second half. */
  private startDue(key: string, cronJob: CronJob, status: CronJobStatus): void {
    const now = this.context.now();
    const { at, next, tooManyMissed } = dueMoment(cronJob, now);
    if (next !== undefined) {
      const entry = this.context.schedule(next + AFTER_MOMENT_MS - now, 'tick', [key], { periodic: true });
      this.ticks.next.set(key, entry);
    }
    if (at === undefined) return;
    if (tooManyMissed) {
      const advice = 'Set or decrease .spec.startingDeadlineSeconds or check clock skew';
      this.tell(cronJob, 'Warning', 'TooManyMissedTimes', `too many missed start times. ${advice}`);
    }
    const deadline = cronJob.spec.startingDeadlineSeconds;
    if (deadline !== undefined && at + deadline * 1000 < now) {
      this.tell(cronJob, 'Warning', 'MissSchedule', `Missed scheduled time to start a job: ${rfc3339(at)}`);
      return;
    }
    const name = jobName(cronJob, at);
    const started = status.active?.some((each) => each.name === name);
    if (started || status.lastScheduleTime === rfc3339(at)) return;
    if (this.isForbidden(cronJob, status)) return;
    this.createJob(cronJob, status, at);
  }

  private isForbidden(cronJob: CronJob, status: CronJobStatus): boolean {
    const active = status.active ?? [];
    if (cronJob.spec.concurrencyPolicy === 'Forbid' && active.length > 0) {
      const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
      this.tell(cronJob, 'Normal', 'JobAlreadyActive', message);
      return true;
    }
    if (cronJob.spec.concurrencyPolicy === 'Replace') {
      for (const { namespace, name = '' } of active) this.deleteJob(cronJob, `${namespace}/${name}`);
      status.active = [];
    }
    return false;
  }

  private createJob(cronJob: CronJob, status: CronJobStatus, at: number): void {
    const { client } = this.context;
    try {
      const job = client.create(JOBS, jobFromTemplate(cronJob, at));
      const { name, namespace, uid, resourceVersion } = job.metadata;
      this.tell(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${name}`);
      const reference = { kind: 'Job', apiVersion: 'batch/v1', namespace, name, uid, resourceVersion };
      status.active = [...(status.active ?? []), reference];
      status.lastScheduleTime = rfc3339(at);
    } catch (error) {
      // Whoever made it before has told so.
      if (isStatusError(error, 'AlreadyExists')) return;
      if (!isStatusError(error)) throw error;
      this.tell(cronJob, 'Warning', 'FailedCreate', `Error creating job: ${error.message}`);
      throw error;
    }
  }

  /** Keeps as many finished Jobs as the limits say, the latest. Models cleanupFinishedJobs. */
  private cleanUp(cronJob: CronJob, jobs: readonly Job[]): void {
    const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = cronJob.spec;
    const limits = [
      ['Complete', successfulJobsHistoryLimit],
      ['Failed', failedJobsHistoryLimit],
    ] as const;
    for (const [type, limit] of limits) {
      if (limit === undefined) continue;
      const finished = jobs.filter((job) => finishedCondition(job)?.type === type).sort(byStart);
      for (const job of finished.slice(0, Math.max(0, finished.length - limit))) {
        this.deleteJob(cronJob, objectKey(job));
      }
    }
  }

  private deleteJob(cronJob: CronJob, key: string): void {
    const name = key.slice(key.indexOf('/') + 1);
    ignoringNotFound(() => this.context.client.delete(JOBS, key, { propagationPolicy: 'Background' }));
    this.tell(cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${name}`);
  }

  private writeStatus(key: string, status: CronJobStatus): void {
    const cronJob = this.cronJobs.get(key);
    if (!cronJob) return;
    const { active = [], ...rest } = status;
    const written = { ...(active.length > 0 && { active }), ...rest };
    if (equalJson(written, cronJob.status)) return;
    ignoringNotFound(() => this.context.client.updateStatus(RESOURCE, { ...cronJob, status: written }));
  }

  private tell(cronJob: CronJob, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.context.recorder.event(cronJob, type, reason, message, SOURCE);
  }
}

/** Models byJobStartTime: what has not started comes last. */
function byStart(a: Job, b: Job): number {
  const start = ({ status }: Job) => (status?.startTime ? parseRfc3339(status.startTime) : Infinity);
  const [first, second] = [start(a), start(b)];
  if (first !== second) return first - second;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}
