import type { Container, ContainerPort, PodSpec } from '@podlab/api';
import type { FieldError, Path } from '@podlab/apimachinery';
import {
  dns1123LabelErrors,
  duplicate,
  fieldNotFound,
  forbidden,
  invalid,
  notSupported,
  portNameErrors,
  required,
} from '@podlab/apimachinery';
import { PROTOCOLS, validatePortNumber } from '../../validation/ports';
import { validateEnv, validateEnvFrom } from './validation-environment';
import { validateDescendingPath } from './validation-path';
import { validateLifecycle, validateProbes } from './validation-probe';
import { validateResources } from './validation-resources';
import { validateContainerSecurity } from './validation-security';

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const TERMINATION_MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError'];

/** All containers of a spec. Models pkg/apis/core/validation validateContainers and validateInitContainers. */
export function validateContainers(spec: PodSpec, volumes: ReadonlySet<string>, path: Path): FieldError[] {
  const names = new Set<string>();
  return [
    ...validateMainContainers(spec, volumes, names, path.child('containers')),
    ...validateInitContainers(spec, volumes, names, path.child('initContainers')),
  ];
}

function validateMainContainers(
  { containers = [] }: PodSpec,
  volumes: ReadonlySet<string>,
  names: Set<string>,
  path: Path,
): FieldError[] {
  if (containers.length === 0) return [required(path)];
  const errors = containers.flatMap((container, index) => {
    const at = path.index(index);
    return [
      ...validateContainer(container, volumes, at),
      ...validateOwnName(container, names, at),
      ...validateLifecycle(container, at),
      ...validateProbes(container, at),
    ];
  });
  return [...errors, ...validateHostPorts(containers, path)];
}

function validateInitContainers(
  { initContainers = [] }: PodSpec,
  volumes: ReadonlySet<string>,
  names: Set<string>,
  path: Path,
): FieldError[] {
  return initContainers.flatMap((container, index) => {
    const at = path.index(index);
    return [
      ...validateContainer(container, volumes, at),
      ...validateRestarts(container, at),
      ...validateOwnName(container, names, at),
      ...validateHostPorts([container], path),
      ...(container.restartPolicy === 'Always'
        ? [...validateLifecycle(container, at), ...validateProbes(container, at)]
        : validateRunsOnce(container, at)),
    ];
  });
}

function validateOwnName({ name }: Container, names: Set<string>, path: Path): FieldError[] {
  if (names.has(name)) return [duplicate(path.child('name'), name)];
  if (name) names.add(name);
  return [];
}

/** Models pkg/apis/core/validation validateContainerCommon. */
export function validateContainer(
  container: Container,
  volumes: ReadonlySet<string>,
  path: Path,
): FieldError[] {
  const { name, image, terminationMessagePolicy: messages, imagePullPolicy: pull } = container;
  const errors: FieldError[] = [];
  if (!name) errors.push(required(path.child('name')));
  else errors.push(...dns1123LabelErrors(name).map((message) => invalid(path.child('name'), name, message)));
  if (!image) errors.push(required(path.child('image')));
  return [
    ...errors,
    ...validateChoice(messages, TERMINATION_MESSAGE_POLICIES, path.child('terminationMessagePolicy')),
    ...validatePorts(container.ports ?? [], path.child('ports')),
    ...validateEnv(container.env ?? [], path.child('env')),
    ...validateEnvFrom(container, path.child('envFrom')),
    ...validateMounts(container, volumes, path.child('volumeMounts')),
    ...validateChoice(pull, PULL_POLICIES, path.child('imagePullPolicy')),
    ...validateResources(container.resources ?? {}, path.child('resources')),
    ...validateContainerSecurity(container.securityContext, path.child('securityContext')),
  ];
}

/** Models validateInitContainerRestartPolicy. */
function validateRestarts({ restartPolicy }: Container, path: Path): FieldError[] {
  if (restartPolicy === undefined || restartPolicy === 'Always') return [];
  return [notSupported(path.child('restartPolicy'), restartPolicy, ['Always'])];
}

function validateRunsOnce(container: Container, path: Path): FieldError[] {
  const detail = 'may not be set for init containers without restartPolicy=Always';
  const fields = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;
  return fields.flatMap((field) => (container[field] ? [forbidden(path.child(field), detail)] : []));
}

/** Models pkg/apis/core/validation validateContainerPorts. */
function validatePorts(ports: readonly ContainerPort[], path: Path): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  ports.forEach(({ name, containerPort, hostPort, protocol }, index) => {
    const at = path.index(index);
    if (name) {
      const messages = portNameErrors(name);
      errors.push(...messages.map((message) => invalid(at.child('name'), name, message)));
      if (messages.length === 0 && names.has(name)) errors.push(duplicate(at.child('name'), name));
      if (messages.length === 0) names.add(name);
    }
    if (!containerPort) errors.push(required(at.child('containerPort')));
    else errors.push(...validatePortNumber(containerPort, at.child('containerPort')));
    if (hostPort) errors.push(...validatePortNumber(hostPort, at.child('hostPort')));
    errors.push(...validateChoice(protocol, PROTOCOLS, at.child('protocol')));
  });
  return errors;
}

/** Two containers can't hold one port of the host. Models checkHostPortConflicts. */
function validateHostPorts(containers: readonly Container[], path: Path): FieldError[] {
  const errors: FieldError[] = [];
  const taken = new Set<string>();
  containers.forEach(({ ports = [] }, container) => {
    ports.forEach(({ hostPort, hostIP = '', protocol }, index) => {
      if (!hostPort) return;
      const identity = `${protocol}/${hostIP}/${hostPort}`;
      const at = path.index(container).child('ports').index(index).child('hostPort');
      if (taken.has(identity)) errors.push(duplicate(at, identity));
      taken.add(identity);
    });
  });
  return errors;
}

/** Models pkg/apis/core/validation ValidateVolumeMounts. */
function validateMounts(
  { volumeMounts = [] }: Container,
  volumes: ReadonlySet<string>,
  path: Path,
): FieldError[] {
  const errors: FieldError[] = [];
  const taken = new Set<string>();
  volumeMounts.forEach(({ name = '', mountPath, subPath }, index) => {
    const at = path.index(index);
    if (!name) errors.push(required(at.child('name')));
    if (!volumes.has(name)) errors.push(fieldNotFound(at.child('name'), name));
    if (!mountPath) errors.push(required(at.child('mountPath')));
    if (taken.has(mountPath)) errors.push(invalid(at.child('mountPath'), mountPath, 'must be unique'));
    taken.add(mountPath);
    if (subPath) errors.push(...validateDescendingPath(subPath, path.child('subPath')));
  });
  return errors;
}

/** A value that must be one of a few; `choices` stand in the order that upstream prints. */
export function validateChoice(
  value: string | undefined,
  choices: readonly string[],
  path: Path,
): FieldError[] {
  if (!value) return [required(path)];
  return choices.includes(value) ? [] : [notSupported(path, value, choices)];
}
