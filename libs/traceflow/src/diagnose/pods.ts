import type { ContainerStatus, Pod, Probe } from '@podlab/api';
import { parseRfc3339 } from '@podlab/kernel';
import type { KubeObject } from '@podlab/apimachinery';
import { isReadyPod } from '../cluster-objects';
import { isLoopbackText } from './families';
import type { Failure, Finding, Fix } from './finding';
import { pointerSegment, replaceField } from './finding';

const STARTING_MS = 10_000;

/** Why a pod takes no requests; undefined when it is ready. */
export function diagnosePod(pod: Pod, failure: Failure): Finding | undefined {
  if (isReadyPod(pod)) return undefined;
  if (pod.metadata.deletionTimestamp) return { ...stateOf(pod, 'PodTerminating'), fix: advance() };
  return (
    scheduling(pod, failure) ??
    images(pod, failure) ??
    crashes(pod) ??
    readiness(pod, failure) ?? { ...stateOf(pod, 'PodStarting'), fix: advance() }
  );
}

function stateOf(pod: Pod, code: string): Finding {
  return {
    code,
    object: pod,
    field: 'status.phase',
    found: pod.status?.phase ?? 'Pending',
    expected: 'Running',
  };
}

const advance = (): Fix => ({ action: 'Advance', ms: STARTING_MS });

function scheduling(pod: Pod, { objects }: Failure): Finding | undefined {
  if (pod.spec.nodeName) return undefined;
  const condition = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (condition?.status !== 'False') return undefined;
  const finding = {
    code: 'PodNotScheduled',
    object: pod,
    field: 'spec.nodeName',
    params: { reason: condition.message ?? '' },
  };
  const owner = objects.templateOwner(pod);
  const spec = specPath(pod, owner);
  const selector = Object.entries(pod.spec.nodeSelector ?? {});
  const missing = selector.find(
    ([key, value]) => !objects.nodes.list().some(({ metadata }) => metadata.labels?.[key] === value),
  );
  if (missing && owner !== pod) {
    const path = `${spec}/nodeSelector/${pointerSegment(missing[0])}`;
    const fix: Fix = { action: 'Patch', object: reference(owner), patch: [{ op: 'remove', path }] };
    return { ...finding, field: 'spec.nodeSelector', found: pod.spec.nodeSelector, fix };
  }
  const greedy = pod.spec.containers.findIndex(({ resources }) => resources?.requests !== undefined);
  if (greedy < 0 || owner === pod || !/Insufficient/.test(condition.message ?? '')) return finding;
  const path = `${spec}/containers/${greedy}/resources/requests`;
  const fix: Fix = { action: 'Patch', object: reference(owner), patch: [{ op: 'remove', path }] };
  const field = `spec.containers[${greedy}].resources.requests`;
  return { ...finding, field, found: pod.spec.containers[greedy].resources?.requests, fix };
}

function reference({ apiVersion, kind, metadata: { namespace, name } }: KubeObject) {
  return { apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name };
}

/** Where the pod's spec stands in the object to change. */
function specPath(pod: Pod, owner: KubeObject): string {
  return owner === pod ? '/spec' : '/spec/template/spec';
}

const PULL_REASONS = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull'];

function images(pod: Pod, { objects, dependencies }: Failure): Finding | undefined {
  const failing = pod.status?.containerStatuses?.find(({ state }) =>
    PULL_REASONS.includes(state?.waiting?.reason ?? ''),
  );
  if (!failing) return undefined;
  const index = pod.spec.containers.findIndex(({ name }) => name === failing.name);
  const image = pod.spec.containers[index]?.image ?? failing.image;
  const near = nearImage(image, dependencies.nearestImage(image));
  const owner = objects.templateOwner(pod);
  const field = `spec.containers[${index}].image`;
  const finding = { code: 'ImagePullFailing', object: pod, field, found: image };
  if (near === undefined) return finding;
  const fix = replaceField(owner, `${specPath(pod, owner)}/containers/${index}/image`, near);
  return { ...finding, message: 'ImagePullFailing.NearMiss', expected: near, fix };
}

/** The near name with the tag that was asked for. */
function nearImage(image: string, near: string | undefined): string | undefined {
  if (near === undefined || near.includes(':')) return near;
  const tag = /:([^:/@]+)$/.exec(image)?.[1];
  return tag === undefined ? near : `${near}:${tag}`;
}

function crashes(pod: Pod): Finding | undefined {
  const crashing = pod.status?.containerStatuses?.find(isCrashing);
  if (!crashing) return undefined;
  const last = crashing.lastState?.terminated ?? crashing.state?.terminated;
  return {
    code: 'ContainerCrashing',
    object: pod,
    field: 'status.containerStatuses',
    found: crashing.state?.waiting?.reason ?? last?.reason ?? 'Error',
    expected: 'Running',
    params: {
      container: crashing.name,
      exit_code: last?.exitCode ?? 0,
      restarts: crashing.restartCount ?? 0,
    },
  };
}

function isCrashing({ state }: ContainerStatus): boolean {
  return state?.waiting?.reason === 'CrashLoopBackOff' || state?.terminated !== undefined;
}

function readiness(pod: Pod, { objects, dependencies }: Failure): Finding | undefined {
  const failing = pod.status?.containerStatuses?.find(
    ({ ready, state }) => !ready && state?.running !== undefined,
  );
  const index = pod.spec.containers.findIndex(({ name }) => name === failing?.name);
  const probe = pod.spec.containers[index]?.readinessProbe;
  if (!failing || !probe) return undefined;
  const kind = probe.httpGet ? 'httpGet' : probe.tcpSocket ? 'tcpSocket' : undefined;
  const port = kind && probe[kind]?.port;
  const finding = {
    code: 'ReadinessProbeFailing',
    object: pod,
    field: `spec.containers[${index}].readinessProbe`,
    params: { container: failing.name },
  };
  const waiting = firstProbeIn(failing, probe, dependencies.now());
  if (waiting > 0) {
    const params = { container: failing.name, seconds: Math.ceil(waiting / 1000) };
    return { ...finding, code: 'ReadinessProbePending', params, fix: { action: 'Advance', ms: waiting } };
  }
  if (kind === undefined || typeof port !== 'number') return finding;
  const listening = listeningPorts(`pod/${pod.metadata.uid}`, 'TCP', dependencies.network);
  if (listening.includes(port) || listening.length === 0) return { ...finding, found: port };
  const owner = objects.templateOwner(pod);
  const path = `${specPath(pod, owner)}/containers/${index}/readinessProbe/${kind}/port`;
  const field = `${finding.field}.${kind}.port`;
  return {
    ...finding,
    field,
    found: port,
    expected: listening[0],
    fix: replaceField(owner, path, listening[0]),
  };
}

/** Margin for the endpoint and the rules to follow a probe that succeeded, in ms. */
const AFTER_PROBE_MS = 2_000;

/** Virtual ms until a probe has run for the first time, and what follows is done; 0 when it has run. */
function firstProbeIn({ state, started }: ContainerStatus, probe: Probe, now: number): number {
  const began = parseRfc3339(state?.running?.startedAt ?? '');
  if (Number.isNaN(began) || started === false) return 0;
  // The status has seconds only, and the first probe comes a moment after its delay.
  const left = began + ((probe.initialDelaySeconds ?? 0) + 1) * 1000 - now;
  return left > 0 ? Math.ceil(left / 1000) * 1000 + AFTER_PROBE_MS : 0;
}

/** Ports on which somebody listens for the whole namespace, in ascending order. */
export function listeningPorts(
  namespace: string,
  protocol: string,
  network: Failure['dependencies']['network'],
): number[] {
  if (!network.hasNamespace(namespace)) return [];
  const open = network.listeners(namespace).filter((listener) => {
    return listener.protocol === protocol && !isLoopbackText(listener.address);
  });
  return [...new Set(open.map(({ port }) => port))].sort((a, b) => a - b);
}
