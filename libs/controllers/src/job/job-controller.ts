import type { Job, JobCondition, JobStatus, Pod } from '@podlab/api';
import { controllerOf, isStatusError, objectKey } from '@podlab/apimachinery';
import type { StatusError } from '@podlab/apimachinery';
import type { ComponentContext, ComponentFactory, Informer, WorkQueue } from '@podlab/client';
import { equalJson } from '@podlab/kernel';
import { claim, ignoringNotFound } from '../ownership/claim';
import { changedBesideStatus, followPods } from '../ownership/dependents';
import { controlledBy, indexOwnership } from '../ownership/indexes';
import { isPodActive } from '../pods/pod-state';
import { podsToDelete } from '../replicaset/deletion-ranking';
import { slowStartBatch } from '../replicaset/slow-start';
import { finishedCondition, finishTime, jobCondition, newJobCondition, withCondition } from './conditions';
import { pendingIndexes } from './indexes';
import { indexOf, isIndexed, isTracked, newJobPod, TRACKING_FINALIZER } from './job-pod';
import {
  deadlineOf,
  failureOf,
  isComplete,
  lookAtJob,
  statusOf,
  wantedActive,
  type JobRound,
} from './job-round';
import { noteEnds, remainingBackoff, type PodBackoffs } from './pod-backoff';

const RESOURCE = 'jobs.batch';
const SOURCE = { component: 'job-controller' };
/** Changes of pods within this time are one reconcile, in virtual ms. Models syncJobBatchPeriod. */
const POD_CHANGE_DELAY_MS = 1_000;
/** Wait after a write that failed. Models DefaultJobApiBackOff and MaxJobApiBackOff. */
const FAILURE_DELAY_MS = { first: 1_000, longest: 60_000 };
/** Pods made in one reconcile. Models MaxPodCreateDeletePerSync. */
const PODS_PER_SYNC = 500;

/**
 * Runs the pods of each Job to their end, counts them, and removes what has lived on for long enough.
 * Models k8s.io/kubernetes pkg/controller/job/job_controller.go and pkg/controller/ttlafterfinished.
 */
export const jobController: ComponentFactory = (context) => new JobController(context);

class JobController {
  readonly name: string;
  private readonly jobs: Informer<Job>;
  private readonly pods: Informer<Pod>;
  private readonly queue: WorkQueue;
  private readonly orphans: WorkQueue;
  private readonly backoffs: PodBackoffs;

  constructor(private readonly context: ComponentContext) {
    this.name = context.name;
    this.jobs = context.informers.for<Job>(RESOURCE);
    this.pods = context.informers.for<Pod>('pods');
    this.backoffs = context.state('backoffs', () => ({ byJob: new Map() }));
    indexOwnership(this.pods);
    const options = { failureDelayMs: FAILURE_DELAY_MS };
    this.queue = context.workQueue('jobs', (key) => this.reconcile(key), options);
    this.orphans = context.workQueue('orphans', (key) => this.releaseOrphan(key), options);
    this.jobs.addHandlers({
      onAdd: (job) => this.queue.add(objectKey(job)),
      onUpdate: (job, previous) => {
        if (changedBesideStatus(job, previous)) this.queue.add(objectKey(job));
      },
      onDelete: (job) => this.jobDeleted(job),
    });
    const see = (pod: Pod) => {
      if (isTracked(pod) && !this.jobOf(pod)) this.orphans.add(objectKey(pod));
    };
    this.pods.addHandlers({ onAdd: see, onUpdate: see });
    followPods(this.pods, {
      kind: 'Job',
      owners: this.jobs,
      queue: this.queue,
      delayMs: POD_CHANGE_DELAY_MS,
      selectorOf: ({ spec }) => spec.selector,
    });
  }

  private jobOf(pod: Pod): Job | undefined {
    const owner = controllerOf(pod);
    if (owner?.kind !== 'Job') return undefined;
    const job = this.jobs.get(`${pod.metadata.namespace}/${owner.name}`);
    return job?.metadata.uid === owner.uid ? job : undefined;
  }

  private jobDeleted({ metadata: { uid = '' } }: Job): void {
    this.backoffs.byJob.delete(uid);
    for (const pod of controlledBy(this.pods, uid)) if (isTracked(pod)) this.orphans.add(objectKey(pod));
  }

  /** Models syncOrphanPod: nobody counts the pod any more. */
  private releaseOrphan(key: string): void {
    const pod = this.pods.get(key);
    if (pod && isTracked(pod) && !this.jobOf(pod)) this.release(pod);
  }

  private release(pod: Pod): void {
    const finalizers = pod.metadata.finalizers?.filter((each) => each !== TRACKING_FINALIZER);
    ignoringNotFound(() =>
      this.context.client.update('pods', { ...pod, metadata: { ...pod.metadata, finalizers } }),
    );
  }

  private reconcile(key: string): void {
    const job = this.jobs.get(key);
    if (!job) return;
    if (finishedCondition(job)) return this.afterTheEnd(key, job);
    const ports = { client: this.context.client, informer: this.pods, resource: 'pods' };
    const pods = claim(ports, job, job.spec.selector ?? {});
    const round = lookAtJob(job, pods);
    const newlySucceeded = round.ended.some(({ status }) => status?.phase === 'Succeeded');
    const now = this.context.now();
    noteEnds(this.backoffs, job.metadata.uid as string, newlySucceeded, round.newlyFailed, now);
    for (const pod of round.ended) this.release(pod);
    this.resume(key, round);
  }

  /** What follows once the ended pods are counted. */
  private resume(key: string, round: JobRound): void {
    const { job } = round;
    const failure = failureOf(round, this.context.now());
    const complete = !failure && isComplete(round);
    let conditions: JobCondition[] = [...(job.status?.conditions ?? [])];
    let error: StatusError | undefined;
    let { startTime } = job.status ?? {};
    if (failure || complete || job.metadata.deletionTimestamp) this.deletePods(job, round.active);
    else {
      conditions = this.suspension(job, conditions);
      if (job.spec.suspend) startTime = undefined;
      else startTime ??= this.context.timestamp();
      error = this.manage(key, round);
    }
    const after = this.livingPods(job);
    const at = this.context.timestamp();
    const add = (type: string, reason: string, message: string) => {
      const known = conditions.some((each) => each.type === type && each.status === 'True');
      if (!known) conditions = withCondition(conditions, newJobCondition(type, 'True', reason, message, at));
    };
    const over = after.active.length + after.terminating === 0;
    const reached = ['CompletionsReached', 'Reached expected number of succeeded pods'] as const;
    if (failure) {
      add('FailureTarget', failure.reason, failure.message);
      if (over) add('Failed', failure.reason, failure.message);
    } else if (complete) {
      add('SuccessCriteriaMet', ...reached);
      if (over) add('Complete', ...reached);
    }
    const completionTime = complete && over ? at : undefined;
    this.writeStatus(key, statusOf(round, after, conditions, { startTime, completionTime }));
    if (failure && over) this.tell(job, 'Warning', failure.reason, failure.message);
    else if (complete && over) this.tell(job, 'Normal', 'Completed', 'Job completed');
    this.awaitMoments(key);
    if (error) throw error;
  }

  /** Pods as they are after this round's writes. */
  private livingPods(job: Job): Pick<JobRound, 'active' | 'ready' | 'terminating'> {
    return lookAtJob(job, controlledBy(this.pods, job.metadata.uid as string));
  }

  /** Models syncJob: the condition that says whether the Job is suspended. */
  private suspension(job: Job, conditions: JobCondition[]): JobCondition[] {
    const current = jobCondition(job, 'Suspended')?.status;
    const at = this.context.timestamp();
    if (job.spec.suspend && current !== 'True') {
      this.tell(job, 'Normal', 'Suspended', 'Job suspended');
      return withCondition(
        conditions,
        newJobCondition('Suspended', 'True', 'JobSuspended', 'Job suspended', at),
      );
    }
    if (!job.spec.suspend && current === 'True') {
      this.tell(job, 'Normal', 'Resumed', 'Job resumed');
      return withCondition(
        conditions,
        newJobCondition('Suspended', 'False', 'JobResumed', 'Job resumed', at),
      );
    }
    return conditions;
  }

  /** Models manageJob: deletes what works too much, makes what is missing. */
  private manage(key: string, round: JobRound): StatusError | undefined {
    const { job, active, terminating } = round;
    if (job.spec.suspend) {
      this.takeBack(job, active);
      return undefined;
    }
    const wanted = wantedActive(round);
    const surplus = active.length - wanted;
    if (surplus > 0) {
      this.takeBack(job, podsToDelete(active, active, surplus, this.context.now()));
      return undefined;
    }
    const waiting = job.spec.podReplacementPolicy === 'Failed' ? terminating : 0;
    const missing = Math.min(-surplus - waiting, PODS_PER_SYNC);
    if (missing <= 0) return undefined;
    const remaining = remainingBackoff(this.backoffs, job.metadata.uid as string, this.context.now());
    if (remaining > 0) {
      this.queue.addAfter(key, remaining);
      return undefined;
    }
    return this.createPods(round, missing);
  }

  private createPods(round: JobRound, missing: number): StatusError | undefined {
    const { job, active, completedIndexes } = round;
    const { client, recorder } = this.context;
    const taken = new Set([...completedIndexes, ...active.map(indexOf)]);
    const indexes = isIndexed(job) ? pendingIndexes(job.spec.completions ?? 0, taken, missing) : undefined;
    const { error } = slowStartBatch(indexes?.length ?? missing, () => {
      const pod = client.create('pods', newJobPod(job, indexes?.shift()));
      recorder.event(job, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`, SOURCE);
    });
    if (error === undefined) return undefined;
    if (!isStatusError(error)) throw error;
    this.tell(job, 'Warning', 'FailedCreate', `Error creating: ${error.message}`);
    return error;
  }

  /** Deletes pods that are too many: what becomes of them counts no more. Models deleteJobPods. */
  private takeBack(job: Job, pods: readonly Pod[]): void {
    for (const pod of pods) this.release(pod);
    this.deletePods(job, pods);
  }

  private deletePods(job: Job, pods: readonly Pod[]): void {
    for (const pod of pods.filter(isPodActive)) {
      const { name, uid } = pod.metadata;
      ignoringNotFound(() => this.context.client.delete('pods', objectKey(pod), { preconditions: { uid } }));
      this.tell(job, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
    }
  }

  /** A Job that is over lets go its pods and goes when its time to live has passed. */
  private afterTheEnd(key: string, job: Job): void {
    const { uid = '' } = job.metadata;
    this.backoffs.byJob.delete(uid);
    for (const pod of controlledBy(this.pods, uid)) if (isTracked(pod)) this.release(pod);
    const seconds = job.spec.ttlSecondsAfterFinished;
    if (seconds === undefined || job.metadata.deletionTimestamp) return;
    const remaining = finishTime(job) + seconds * 1000 - this.context.now();
    if (remaining > 0) return this.queue.addAfter(key, remaining);
    const options = { propagationPolicy: 'Foreground', preconditions: { uid } } as const;
    ignoringNotFound(() => this.context.client.delete(RESOURCE, key, options));
  }

  private writeStatus(key: string, status: JobStatus): void {
    const job = this.jobs.get(key);
    if (!job || equalJson(status, job.status)) return;
    ignoringNotFound(() => this.context.client.updateStatus(RESOURCE, { ...job, status }));
  }

  /** Looks again when the deadline passes, or at what follows the end. */
  private awaitMoments(key: string): void {
    const job = this.jobs.get(key);
    if (!job) return;
    if (finishedCondition(job)) return this.queue.add(key);
    const deadline = deadlineOf(job);
    const remaining = (deadline ?? 0) - this.context.now();
    if (remaining > 0) this.queue.addAfter(key, remaining);
  }

  private tell(job: Job, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.context.recorder.event(job, type, reason, message, SOURCE);
  }
}
