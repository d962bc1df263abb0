import type { Container, Pod } from '@podlab/api';
import type { QueueEntry } from '@podlab/kernel';
import type { Rejection } from './pod-admission';

/** How far a pod has come on its node. The order is the lesson's: bound, sandbox with its address, then containers. */
export type PodStage = 'Bound' | 'Sandbox' | 'Running' | 'Terminating' | 'Finished';

export interface TerminatedState {
  exit_code: number;
  reason: string;
  message?: string;
  started_at: number;
  finished_at: number;
  container_id: string;
}

export interface ProbeRecord {
  /** Results in a row that agree with `last`. */
  streak: number;
  last?: boolean;
  /** The result stands and nothing of the pod has changed since: nothing is scheduled. */
  resting?: boolean;
}

/** One container of a pod: plain data. */
export interface ContainerRecord {
  state: 'Waiting' | 'Running' | 'Terminated';
  /** Of Waiting: PodInitializing, ContainerCreating, ErrImagePull, ImagePullBackOff, CrashLoopBackOff … */
  reason: string;
  message?: string;
  started_at: number;
  terminated?: TerminatedState;
  last?: TerminatedState;
  /** Starts so far; the number of the run that is going on is `runs - 1`. */
  runs: number;
  restarts: number;
  image_reference: string;
  image_id: string;
  container_id: string;
  /** The next restart's delay in ms; it doubles up to five minutes and starts anew after ten well minutes. */
  backoff_ms: number;
  pull_backoff_ms: number;
  ready: boolean;
  started: boolean;
  probes: Partial<Record<ProbeKind, ProbeRecord>>;
  /** It is being stopped: the SIGKILL at the end of its grace period. */
  kill?: QueueEntry;
  /** It starts again with this end, whatever its exit status: a failed probe, another image. */
  restart_wanted?: boolean;
  /** What its image runs as; absent for root. */
  image_uid?: number;
  /** The image of the spec that it was started with. */
  spec_image?: string;
}

export type ProbeKind = 'startup' | 'liveness' | 'readiness';

/** One pod on a node: plain data. */
export interface PodRecord {
  readonly key: string;
  readonly uid: string;
  readonly node: string;
  stage: PodStage;
  ip?: string;
  /** Its address of the cluster's second family. */
  secondary_ip?: string;
  /** Virtual ms since the Unix epoch. */
  readonly start_time: number;
  /** An ephemeral container is here from the moment that the kubelet starts it. */
  containers: Map<string, ContainerRecord>;
  /** How often its volumes could not be mounted. */
  mount_failures: number;
  /** When its volumes are written anew, since something that they show has changed; virtual ms since the Unix epoch. */
  volumes_due?: number;
  /** Why the kubelet did not take the pod. */
  rejection?: Rejection;
  /** When the condition of this type last changed its status. */
  transitions: Map<string, { status: string; at: number }>;
}

export function newContainerRecord(container: Container, reason: string): ContainerRecord {
  return {
    state: 'Waiting',
    reason,
    started_at: 0,
    runs: 0,
    restarts: 0,
    image_reference: container.image ?? '',
    image_id: '',
    container_id: '',
    backoff_ms: 0,
    pull_backoff_ms: 0,
    ready: false,
    started: false,
    probes: {},
  };
}

export function newPodRecord(pod: Pod, key: string, now: number): PodRecord {
  const record: PodRecord = {
    key,
    uid: pod.metadata.uid as string,
    node: pod.spec.nodeName as string,
    stage: 'Bound',
    start_time: now,
    containers: new Map(),
    mount_failures: 0,
    transitions: new Map(),
  };
  const waiting = firstReason(pod);
  for (const each of pod.spec.initContainers ?? [])
    record.containers.set(each.name, newContainerRecord(each, waiting));
  for (const each of pod.spec.containers) record.containers.set(each.name, newContainerRecord(each, waiting));
  return record;
}

/** Why a container of the pod waits at first. Models convertToAPIContainerStatuses. */
export const firstReason = (pod: Pod): string =>
  pod.spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating';

/** A pod's addresses, the first family's first; none before its sandbox. */
export function podIps({ ip, secondary_ip }: PodRecord): string[] {
  return [ip, secondary_ip].filter((address) => address !== undefined);
}

/** An init container that goes on beside the others. Models types IsRestartableInitContainer. */
export const isSidecar = (container: Container): boolean => container.restartPolicy === 'Always';
