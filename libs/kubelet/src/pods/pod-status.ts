import type {
  Container,
  ContainerState,
  ContainerStatus,
  Pod,
  PodCondition,
  PodStatus,
  VolumeMount,
} from '@podlab/api';
import { deepFreeze, rfc3339 } from '@podlab/kernel';
import { ephemeralContainers } from './kubelet-core';
import type { Rejection } from './pod-admission';
import {
  firstReason,
  isSidecar,
  newContainerRecord,
  podIps,
  type ContainerRecord,
  type PodRecord,
  type TerminatedState,
} from './pod-record';

/**
 * The status that a pod's record and spec amount to. Changes the record's transition times and nothing else.
 * Models pkg/kubelet/kubelet_pods.go generateAPIPodStatus and pkg/kubelet/status/generate.go.
 */
export function buildPodStatus(
  pod: Pod,
  record: PodRecord,
  hostIps: readonly string[],
  now: number,
): PodStatus {
  if (record.rejection) return rejectedStatus(pod, record, record.rejection);
  const phase = podPhase(pod, record);
  const inits = pod.spec.initContainers ?? [];
  const ephemeral = ephemeralContainers(pod);
  return {
    ...pod.status,
    observedGeneration: pod.metadata.generation,
    phase,
    conditions: conditions(pod, record, phase, now),
    hostIP: hostIps[0],
    hostIPs: hostIps.map((ip) => ({ ip })),
    ...(record.ip && { podIP: record.ip, podIPs: podIps(record).map((ip) => ({ ip })) }),
    startTime: rfc3339(record.start_time),
    ...(inits.length > 0 && { initContainerStatuses: inits.map((each) => initStatus(pod, each, record)) }),
    containerStatuses: pod.spec.containers.map((each) => containerStatus(pod, each, record)),
    ...(ephemeral.length > 0 && {
      ephemeralContainerStatuses: ephemeral.map((each) => ephemeralStatus(pod, each, record)),
    }),
  };
}

/** Nothing of a pod that was not taken is told but that. Models pkg/kubelet/kubelet.go rejectPod. */
function rejectedStatus(pod: Pod, record: PodRecord, { reason, message }: Rejection): PodStatus {
  return {
    ...pod.status,
    observedGeneration: pod.metadata.generation,
    phase: 'Failed',
    reason,
    message: `Pod was rejected: ${message}`,
    startTime: rfc3339(record.start_time),
  };
}

/** Models pkg/kubelet/kubelet_pods.go getPhase. */
export function podPhase(pod: Pod, record: PodRecord): string {
  const inits = (pod.spec.initContainers ?? []).filter((each) => !isSidecar(each));
  if (inits.some((each) => !succeeded(recordOf(record, each)))) {
    const failed = inits.some((each) => recordOf(record, each).terminated?.exit_code);
    return failed && pod.spec.restartPolicy === 'Never' ? 'Failed' : 'Pending';
  }
  const main = pod.spec.containers.map((each) => recordOf(record, each));
  if (main.some(({ state, runs }) => state === 'Waiting' && runs === 0)) return 'Pending';
  if (record.stage === 'Finished' || pod.spec.restartPolicy !== 'Always') {
    const over = main.every(({ state }) => state === 'Terminated');
    if (over && main.every(succeeded)) return 'Succeeded';
    if (over && (pod.spec.restartPolicy === 'Never' || record.stage === 'Finished')) return 'Failed';
  }
  return 'Running';
}

const succeeded = ({ state, terminated }: ContainerRecord) =>
  state === 'Terminated' && terminated?.exit_code === 0;
const recordOf = (record: PodRecord, { name }: Container) => record.containers.get(name) as ContainerRecord;

type Fact = Pick<PodCondition, 'status' | 'reason' | 'message'>;

function conditions(pod: Pod, record: PodRecord, phase: string, now: number): PodCondition[] {
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  const others = (pod.status?.conditions ?? []).filter(({ type }) => !OWN_CONDITIONS.has(type));
  const sandbox = record.stage === 'Sandbox' || record.stage === 'Running' || record.stage === 'Terminating';
  const facts: [string, Fact][] = [
    ['PodReadyToStartContainers', { status: sandbox ? 'True' : 'False' }],
    ['Initialized', initialized(pod, record, phase)],
    ['Ready', gated(pod, ready(pod, record, phase))],
    ['ContainersReady', ready(pod, record, phase)],
  ];
  const own = facts.map(([type, fact]) => ({
    type,
    ...fact,
    observedGeneration: pod.metadata.generation,
    lastProbeTime: null as unknown as string,
    lastTransitionTime: rfc3339(transition(record, type, fact.status, now)),
  }));
  return [...own, ...(scheduled ? [scheduled] : []), ...others];
}

/** The conditions that the kubelet and the scheduler keep; all others belong to whoever set them. */
const OWN_CONDITIONS: ReadonlySet<string> = new Set([
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
]);

/** A pod whose containers are ready may wait for conditions that others set. Models GeneratePodReadyCondition. */
function gated(pod: Pod, fact: Fact): Fact {
  if (fact.status !== 'True') return fact;
  const unmet = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = pod.status?.conditions?.find(({ type }) => type === conditionType);
    if (condition?.status === 'True') return [];
    const state = condition
      ? `status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`
      : `corresponding condition of pod readiness gate "${conditionType}" does not exist.`;
    return [state];
  });
  if (unmet.length === 0) return fact;
  return { status: 'False', reason: 'ReadinessGatesNotReady', message: unmet.join(', ') };
}

function transition(record: PodRecord, type: string, status: string, now: number): number {
  const known = record.transitions.get(type);
  if (known?.status === status) return known.at;
  record.transitions.set(type, { status, at: now });
  return now;
}

function initialized(pod: Pod, record: PodRecord, phase: string): Fact {
  const inits = pod.spec.initContainers ?? [];
  const waiting = inits.filter((each) => {
    const container = recordOf(record, each);
    return isSidecar(each) ? !container.started : !succeeded(container);
  });
  if (waiting.length === 0)
    return phase === 'Succeeded' ? { status: 'True', reason: 'PodCompleted' } : { status: 'True' };
  const message = `containers with incomplete status: [${waiting.map(({ name }) => name).join(' ')}]`;
  return { status: 'False', reason: 'ContainersNotInitialized', message };
}

function ready(pod: Pod, record: PodRecord, phase: string): Fact {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  const sidecars = (pod.spec.initContainers ?? []).filter(isSidecar);
  const unready = [...sidecars, ...pod.spec.containers].filter((each) => !recordOf(record, each).ready);
  if (unready.length === 0) return { status: 'True' };
  const message = `containers with unready status: [${unready.map(({ name }) => name).join(' ')}]`;
  return { status: 'False', reason: 'ContainersNotReady', message };
}

/** An init container that has done its work counts as ready. */
function initStatus(pod: Pod, container: Container, record: PodRecord): ContainerStatus {
  const status = containerStatus(pod, container, record);
  return isSidecar(container) ? status : { ...status, ready: succeeded(recordOf(record, container)) };
}

/** Nobody asks whether an ephemeral container is ready or has started. */
function ephemeralStatus(pod: Pod, container: Container, record: PodRecord): ContainerStatus {
  const own = record.containers.get(container.name) ?? newContainerRecord(container, firstReason(pod));
  const { started: _, ...status } = statusOf(pod, container, own);
  return { ...status, ready: false };
}

const containerStatus = (pod: Pod, container: Container, record: PodRecord): ContainerStatus =>
  statusOf(pod, container, recordOf(record, container));

function statusOf(pod: Pod, container: Container, own: ContainerRecord): ContainerStatus {
  return {
    name: container.name,
    state: containerState(own),
    lastState: own.last ? { terminated: terminatedState(own.last) } : {},
    ready: own.ready,
    restartCount: own.restarts,
    image: own.image_reference,
    imageID: own.image_id,
    ...(own.container_id && { containerID: own.container_id }),
    started: own.state === 'Running' && own.started,
    ...(own.runs > 0 && runtimeStatus(pod, container, own)),
  };
}

type Made = Pick<ContainerStatus, 'allocatedResources' | 'resources' | 'volumeMounts' | 'user'>;

/** What is told of a container once the runtime has made it. Models pkg/kubelet/kubelet_pods.go convertToAPIContainerStatuses. */
function runtimeStatus(
  pod: Pod,
  { resources = {}, volumeMounts, securityContext }: Container,
  own: ContainerRecord,
): Made {
  const { runAsUser, runAsGroup, fsGroup, supplementalGroups = [] } = pod.spec.securityContext ?? {};
  const uid = securityContext?.runAsUser ?? runAsUser ?? own.image_uid ?? 0;
  const gid = securityContext?.runAsGroup ?? runAsGroup ?? 0;
  const groups = new Set([gid, ...(fsGroup === undefined ? [] : [fsGroup]), ...supplementalGroups]);
  const isRoot = uid === 0 && gid === 0 && groups.size === 1;
  return {
    ...(resources.requests && { allocatedResources: resources.requests }),
    resources,
    ...(volumeMounts?.length && { volumeMounts: volumeMounts.map(mountStatus) }),
    user: isRoot ? ROOT : { linux: { uid, gid, supplementalGroups: [...groups].sort((a, b) => a - b) } },
  };
}

const ROOT: ContainerStatus['user'] = deepFreeze({ linux: { uid: 0, gid: 0, supplementalGroups: [0] } });

const mountStatus = ({ name, mountPath, readOnly }: VolumeMount) => ({
  name,
  mountPath,
  ...(readOnly && { readOnly: true, recursiveReadOnly: 'Disabled' }),
});

function containerState(own: ContainerRecord): ContainerState {
  if (own.state === 'Running') return { running: { startedAt: rfc3339(own.started_at) } };
  if (own.state === 'Terminated' && own.terminated) return { terminated: terminatedState(own.terminated) };
  return { waiting: { reason: own.reason, ...(own.message && { message: own.message }) } };
}

function terminatedState(state: TerminatedState) {
  return {
    exitCode: state.exit_code,
    reason: state.reason,
    ...(state.message && { message: state.message }),
    startedAt: rfc3339(state.started_at),
    finishedAt: rfc3339(state.finished_at),
    containerID: state.container_id,
  };
}
