import type { Container, ContainerStatus, Pod } from '@podlab/api';
import type { Failure, Finding } from './finding';
import { changeSpec, changeTemplate } from './pod-template';

/** A container with its status and its place in the pod's spec. */
export interface ContainerAt {
  readonly container: Container;
  readonly status: ContainerStatus;
  readonly list: 'containers' | 'initContainers';
  readonly index: number;
}

/** Containers that have a status: the first ones (init containers) first. */
export function containersOf({ spec, status }: Pod): ContainerAt[] {
  const place = (list: ContainerAt['list'], statuses: readonly ContainerStatus[] = []) =>
    (spec[list] ?? []).flatMap((container, index) => {
      const own = statuses.find(({ name }) => name === container.name);
      return own ? [{ container, status: own, list, index }] : [];
    });
  return [
    ...place('initContainers', status?.initContainerStatuses),
    ...place('containers', status?.containerStatuses),
  ];
}

export const fieldOf = ({ list, index }: ContainerAt, field: string): string =>
  `spec.${list}[${index}].${field}`;
export const pointerOf = (spec: string, { list, index }: ContainerAt, field: string): string =>
  `${spec}/${list}/${index}/${field}`;

const PULL_REASONS = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull'];
const CONFIG_REASONS = ['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError'];
/** Exit codes by which a container says that what it should run is not there. */
const NOT_FOUND_CODES: ReadonlySet<number> = new Set([126, 127, 128]);

/** Why a container of a pod does not run. */
export function containers(pod: Pod, failure: Failure): Finding | undefined {
  const all = containersOf(pod);
  return images(pod, all, failure) ?? configuration(pod, all, failure) ?? crashes(pod, all, failure);
}

/** What the kubelet waits for, where that is not there. */
export function missingParts(pod: Pod, { objects }: Failure): Finding | undefined {
  const mount = objects.lastEvent(pod, 'FailedMount');
  if (mount === undefined || pod.status?.phase !== 'Pending') return undefined;
  const volumes = pod.spec.volumes ?? [];
  const index = volumes.findIndex(({ name }) => mount.includes(`volume "${name}"`));
  return {
    code: 'VolumeNotMounted',
    object: pod,
    field: index < 0 ? 'spec.volumes' : `spec.volumes[${index}]`,
    found: volumes[index]?.name,
    params: { reason: mount },
  };
}

/** The main containers wait for a first one that has not ended. */
export function firstContainerRuns(pod: Pod): Finding | undefined {
  const waiting = containersOf(pod).find(
    ({ list, status, container }) =>
      list === 'initContainers' &&
      status.state?.running !== undefined &&
      container.restartPolicy !== 'Always',
  );
  if (!waiting) return undefined;
  return {
    code: 'InitContainerNotFinished',
    object: pod,
    field: `spec.initContainers[${waiting.index}]`,
    found: 'Running',
    expected: 'Completed',
    params: { container: waiting.container.name },
  };
}

function images(pod: Pod, all: readonly ContainerAt[], failure: Failure): Finding | undefined {
  const { objects, dependencies } = failure;
  const failing = all.find(({ status }) => PULL_REASONS.includes(status.state?.waiting?.reason ?? ''));
  if (!failing) return undefined;
  const image = failing.container.image ?? failing.status.image;
  const near = nearImage(image, dependencies.nearestImage(image));
  const finding = {
    code: 'ImagePullFailing',
    object: pod,
    field: fieldOf(failing, 'image'),
    found: image,
  };
  if (near === undefined) return finding;
  const fix = changeSpec(pod, objects, (spec) => {
    return { op: 'replace', path: pointerOf(spec, failing, 'image'), value: near };
  });
  return { ...finding, message: 'ImagePullFailing.NearMiss', expected: near, fix };
}

/** The near name with the tag that was asked for. */
function nearImage(image: string, near: string | undefined): string | undefined {
  if (near === undefined || near.includes(':')) return near;
  const tag = /:([^:/@]+)$/.exec(image)?.[1];
  return tag === undefined ? near : `${near}:${tag}`;
}

/** A variable or a command that can't be made: of a ConfigMap or Secret that is not there. */
function configuration(pod: Pod, all: readonly ContainerAt[], { objects }: Failure): Finding | undefined {
  const failing = all.find(({ status }) => CONFIG_REASONS.includes(status.state?.waiting?.reason ?? ''));
  if (!failing) return undefined;
  const { reason = '', message } = failing.status.state?.waiting ?? {};
  const missing = /^(configmap|secret) "([^"]+)" not found$/.exec(message ?? '');
  const env = failing.container.env ?? [];
  const index = env.findIndex(({ valueFrom }) => {
    const from = valueFrom?.configMapKeyRef ?? valueFrom?.secretKeyRef;
    return missing !== null && from?.name === missing[2];
  });
  const fix =
    index < 0
      ? undefined
      : changeTemplate(pod, objects, (spec) => ({
          op: 'add',
          path: `${pointerOf(spec, failing, 'env')}/${index}/valueFrom/${env[index].valueFrom?.configMapKeyRef ? 'configMapKeyRef' : 'secretKeyRef'}/optional`,
          value: true,
        }));
  return {
    code: 'ContainerNotConfigured',
    object: pod,
    field: index < 0 ? fieldOf(failing, 'env') : fieldOf(failing, `env[${index}].valueFrom`),
    found: message ?? reason,
    params: { container: failing.container.name },
    ...(fix && { fix }),
  };
}

function crashes(pod: Pod, all: readonly ContainerAt[], failure: Failure): Finding | undefined {
  const crashing = all.find(isCrashing);
  if (!crashing) return undefined;
  const { status, container } = crashing;
  const last = status.lastState?.terminated ?? status.state?.terminated;
  const exit_code = last?.exitCode ?? 0;
  const finding = {
    object: pod,
    params: { container: container.name, exit_code, restarts: status.restartCount ?? 0 },
  };
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') {
    const { phase } = pod.status;
    return { ...finding, code: 'PodFinished', field: 'status.phase', found: phase, expected: 'Running' };
  }
  const command = container.command?.[0];
  if (command !== undefined && NOT_FOUND_CODES.has(exit_code)) {
    const fix = changeTemplate(pod, failure.objects, (spec) => {
      return { op: 'remove', path: pointerOf(spec, crashing, 'command') };
    });
    const found = container.command;
    const field = fieldOf(crashing, 'command');
    return { ...finding, code: 'ContainerCommandNotFound', field, found, ...(fix && { fix }) };
  }
  return {
    ...finding,
    code: 'ContainerCrashing',
    field: crashing.list === 'containers' ? 'status.containerStatuses' : 'status.initContainerStatuses',
    found: status.state?.waiting?.reason ?? last?.reason ?? 'Error',
    expected: crashing.list === 'containers' ? 'Running' : 'Completed',
  };
}

/** A first container has to end: only one that fails is a crash. */
function isCrashing({ list, status: { state } }: ContainerAt): boolean {
  if (state?.waiting?.reason === 'CrashLoopBackOff') return true;
  if (state?.terminated === undefined) return false;
  return list === 'containers' || state.terminated.exitCode !== 0;
}
