import type { Container, ContainerPort, EnvVar, PodSpec, ResourceRequirements } from '@podlab/api';
import type { FieldError, Path } from '@podlab/apimachinery';
import {
  canonicalQuantity,
  compareQuantities,
  configMapKeyErrors,
  dns1123LabelErrors,
  duplicate,
  environmentVariableNameErrors,
  fieldNotFound,
  forbidden,
  invalid,
  notSupported,
  parseQuantity,
  portNameErrors,
  qualifiedNameErrors,
  required,
} from '@podlab/apimachinery';
import { validateIP } from '../../validation/addresses';
import { PROTOCOLS, validatePortNumber } from '../../validation/ports';
import { validateLifecycle, validateProbes } from './validation-probe';

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const TERMINATION_MESSAGE_POLICIES = ['FallbackToLogsOnError', 'File'];

/** All containers of a spec. Models pkg/apis/core/validation validateContainers and validateInitContainers. */
export function validateContainers(spec: PodSpec, volumes: ReadonlySet<string>, path: Path): FieldError[] {
  const { containers = [], initContainers = [] } = spec;
  const errors: FieldError[] = [];
  const names = new Set<string>();
  if (containers.length === 0) errors.push(required(path.child('containers')));
  for (const [list, field] of [
    [containers, 'containers'],
    [initContainers, 'initContainers'],
  ] as const) {
    list.forEach((container, index) => {
      const at = path.child(field).index(index);
      errors.push(...validateContainer(container, volumes, at));
      if (container.name && names.has(container.name))
        errors.push(duplicate(at.child('name'), container.name));
      names.add(container.name);
      if (field === 'containers') errors.push(...validateMain(container, spec.restartPolicy, at));
      else errors.push(...validateInit(container, at));
    });
  }
  errors.push(...validateHostPorts(containers, path.child('containers')));
  return errors;
}

function validateContainer(container: Container, volumes: ReadonlySet<string>, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  if (!container.name) errors.push(required(path.child('name')));
  else
    errors.push(
      ...dns1123LabelErrors(container.name).map((text) => invalid(path.child('name'), container.name, text)),
    );
  if (!container.image) errors.push(required(path.child('image')));
  else if (container.image !== container.image.trim()) {
    errors.push(
      invalid(path.child('image'), container.image, 'must not have leading or trailing whitespace'),
    );
  }
  const messages = container.terminationMessagePolicy;
  if (messages && !TERMINATION_MESSAGE_POLICIES.includes(messages)) {
    errors.push(notSupported(path.child('terminationMessagePolicy'), messages, TERMINATION_MESSAGE_POLICIES));
  }
  const pull = container.imagePullPolicy;
  if (!pull) errors.push(required(path.child('imagePullPolicy')));
  else if (!PULL_POLICIES.includes(pull))
    errors.push(notSupported(path.child('imagePullPolicy'), pull, PULL_POLICIES));
  errors.push(
    ...validatePorts(container.ports ?? [], path.child('ports')),
    ...validateEnv(container.env ?? [], path.child('env')),
    ...validateEnvFrom(container, path.child('envFrom')),
    ...validateMounts(container, volumes, path.child('volumeMounts')),
    ...validateResources(container.resources ?? {}, path.child('resources')),
  );
  return errors;
}

function validateMain(container: Container, podPolicy: string | undefined, path: Path): FieldError[] {
  const grace = podPolicy === 'Always' || podPolicy === 'OnFailure' || podPolicy === 'Never';
  return grace ? [...validateLifecycle(container, path), ...validateProbes(container, path)] : [];
}

function validateInit(container: Container, path: Path): FieldError[] {
  if (container.restartPolicy === 'Always')
    return [...validateLifecycle(container, path), ...validateProbes(container, path)];
  const errors: FieldError[] = [];
  if (container.restartPolicy !== undefined) {
    errors.push(notSupported(path.child('restartPolicy'), container.restartPolicy, ['Always']));
  }
  for (const field of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    if (container[field]) {
      errors.push(
        forbidden(path.child(field), 'may not be set for init containers without restartPolicy=Always'),
      );
    }
  }
  return errors;
}

/** Models pkg/apis/core/validation validateContainerPorts. */
function validatePorts(ports: readonly ContainerPort[], path: Path): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  ports.forEach(({ name, containerPort, hostPort, hostIP, protocol }, index) => {
    const at = path.index(index);
    if (name) {
      const messages = portNameErrors(name);
      errors.push(...messages.map((message) => invalid(at.child('name'), name, message)));
      if (messages.length === 0 && names.has(name)) errors.push(duplicate(at.child('name'), name));
      names.add(name);
    }
    if (!containerPort) errors.push(required(at.child('containerPort')));
    else errors.push(...validatePortNumber(containerPort, at.child('containerPort')));
    if (hostPort) errors.push(...validatePortNumber(hostPort, at.child('hostPort')));
    if (!protocol) errors.push(required(at.child('protocol')));
    else if (!PROTOCOLS.includes(protocol))
      errors.push(notSupported(at.child('protocol'), protocol, PROTOCOLS));
    if (hostIP) errors.push(...validateIP(hostIP, at.child('hostIP')));
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

/** Models pkg/apis/core/validation ValidateEnv. */
function validateEnv(variables: readonly EnvVar[], path: Path): FieldError[] {
  return variables.flatMap(({ name = '', value, valueFrom }, index) => {
    const at = path.index(index);
    const errors = name
      ? environmentVariableNameErrors(name).map((message) => invalid(at.child('name'), name, message))
      : [required(at.child('name'))];
    if (!valueFrom) return errors;
    const from = at.child('valueFrom');
    const sources = Object.keys(valueFrom).length;
    if (sources === 0) {
      const detail =
        'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
      errors.push(invalid(from, '', detail));
    } else if (value) errors.push(invalid(from, '', 'may not be specified when `value` is not empty'));
    else if (sources > 1)
      errors.push(invalid(from, '', 'may not have more than one field specified at a time'));
    return [...errors, ...validateValueFrom(valueFrom, from)];
  });
}

const FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

function validateValueFrom(
  { fieldRef, configMapKeyRef, secretKeyRef }: NonNullable<EnvVar['valueFrom']>,
  path: Path,
): FieldError[] {
  const errors: FieldError[] = [];
  if (fieldRef) {
    const at = path.child('fieldRef', 'fieldPath');
    const known =
      FIELDS.includes(fieldRef.fieldPath) ||
      /^metadata\.(labels|annotations)\['.+'\]$/.test(fieldRef.fieldPath);
    if (!fieldRef.fieldPath) errors.push(required(at));
    else if (!known) errors.push(notSupported(at, fieldRef.fieldPath, FIELDS));
  }
  for (const [field, ref] of [
    ['configMapKeyRef', configMapKeyRef],
    ['secretKeyRef', secretKeyRef],
  ] as const) {
    if (!ref) continue;
    if (!ref.name) errors.push(required(path.child(field, 'name')));
    if (!ref.key) errors.push(required(path.child(field, 'key')));
    else
      for (const message of configMapKeyErrors(ref.key))
        errors.push(invalid(path.child(field, 'key'), ref.key, message));
  }
  return errors;
}

function validateEnvFrom({ envFrom = [] }: Container, path: Path): FieldError[] {
  return envFrom.flatMap(({ configMapRef, secretRef }, index) => {
    const at = path.index(index);
    if (!configMapRef && !secretRef)
      return [invalid(at, '', 'must specify one of: `configMapRef` or `secretRef`')];
    if (configMapRef && secretRef)
      return [invalid(at, '', 'may not have more than one field specified at a time')];
    const [field, ref] = configMapRef ? ['configMapRef', configMapRef] : ['secretRef', secretRef];
    return ref?.name ? [] : [required(at.child(field as string, 'name'))];
  });
}

/** Models pkg/apis/core/validation ValidateVolumeMounts. */
function validateMounts(
  { volumeMounts = [] }: Container,
  volumes: ReadonlySet<string>,
  path: Path,
): FieldError[] {
  const errors: FieldError[] = [];
  const taken = new Set<string>();
  volumeMounts.forEach(({ name, mountPath, subPath }, index) => {
    const at = path.index(index);
    if (!name) errors.push(required(at.child('name')));
    else if (!volumes.has(name)) errors.push(fieldNotFound(at.child('name'), name));
    if (!mountPath) errors.push(required(at.child('mountPath')));
    else if (taken.has(mountPath)) errors.push(invalid(at.child('mountPath'), mountPath, 'must be unique'));
    taken.add(mountPath);
    if (subPath?.startsWith('/'))
      errors.push(invalid(at.child('subPath'), subPath, 'must be a relative path'));
    if (subPath?.split('/').includes('..'))
      errors.push(invalid(at.child('subPath'), subPath, "must not contain '..'"));
  });
  return errors;
}

const WHOLE_RESOURCES: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);

/** Models pkg/apis/core/validation ValidateResourceRequirements. */
export function validateResources(
  { limits = {}, requests = {} }: ResourceRequirements,
  path: Path,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const [field, amounts] of [
    ['limits', limits],
    ['requests', requests],
  ] as const) {
    for (const name of Object.keys(amounts).sort()) {
      const at = path.child(field).key(name);
      errors.push(...validateResourceName(name, path.child(field)));
      const canonical = canonicalQuantity(amounts[name]);
      if (canonical?.startsWith('-'))
        errors.push(invalid(at, canonical, 'must be greater than or equal to 0'));
    }
  }
  for (const name of Object.keys(requests).sort()) {
    if (limits[name] === undefined) continue;
    const [request, limit] = [parseQuantity(requests[name]), parseQuantity(limits[name])];
    if (compareQuantities(request, limit) > 0) {
      const detail = `must be less than or equal to ${name} limit of ${canonicalQuantity(limits[name])}`;
      errors.push(invalid(path.child('requests'), canonicalQuantity(requests[name]), detail));
    }
  }
  return errors;
}

function validateResourceName(name: string, path: Path): FieldError[] {
  const errors = qualifiedNameErrors(name).map((message) => invalid(path, name, message));
  if (errors.length > 0 || name.includes('/')) return errors;
  if (WHOLE_RESOURCES.has(name) || name.startsWith('hugepages-')) return [];
  return [invalid(path, name, 'must be a standard resource type or fully qualified')];
}
