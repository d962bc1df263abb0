import type { PodSecurityContext, PodSpec, SeccompProfile, SecurityContext } from '@podlab/api';
import type { FieldError, Path } from '@podlab/apimachinery';
import { invalid, notSupported, rangeMessage, required } from '@podlab/apimachinery';
import { validateDescendingPath } from './validation-path';

/** The largest id of a user or a group. Models apimachinery pkg/util/validation IsValidUserID. */
const MAXIMUM_ID = 2_147_483_647;
const CHANGE_POLICIES = ['Always', 'OnRootMismatch'];
const GROUP_POLICIES = ['Merge', 'Strict'];
const PROC_MOUNTS = ['Default', 'Unmasked'];
const SECCOMP_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];

/** Models pkg/apis/core/validation validatePodSpecSecurityContext. */
export function validatePodSecurity(spec: PodSpec, path: Path): FieldError[] {
  const context: PodSecurityContext = spec.securityContext ?? {};
  const errors = (['fsGroup', 'runAsUser', 'runAsGroup'] as const).flatMap((field) =>
    validateId(context[field], path.child(field)),
  );
  (context.supplementalGroups ?? []).forEach((group, index) =>
    errors.push(...validateId(group, path.child('supplementalGroups').index(index))),
  );
  if (spec.shareProcessNamespace && spec.hostPID) {
    const detail = 'ShareProcessNamespace and HostPID cannot both be enabled';
    errors.push(invalid(path.child('shareProcessNamespace'), true, detail));
  }
  return [
    ...errors,
    ...validateOneOf(context.fsGroupChangePolicy, CHANGE_POLICIES, path.child('fsGroupChangePolicy')),
    ...validateOneOf(
      context.supplementalGroupsPolicy,
      GROUP_POLICIES,
      path.child('supplementalGroupsPolicy'),
    ),
    ...validateSeccomp(context.seccompProfile, path.child('seccompProfile')),
  ];
}

/** Models pkg/apis/core/validation ValidateSecurityContext. */
export function validateContainerSecurity(context: SecurityContext | undefined, path: Path): FieldError[] {
  if (!context) return [];
  const errors = [
    ...validateId(context.runAsUser, path.child('runAsUser')),
    ...validateId(context.runAsGroup, path.child('runAsGroup')),
    ...validateOneOf(context.procMount, PROC_MOUNTS, path.child('procMount')),
    ...validateSeccomp(context.seccompProfile, path.child('seccompProfile')),
  ];
  if (context.allowPrivilegeEscalation !== false) return errors;
  const unable = (reason: string) =>
    invalid(path, internalContext(context), `cannot set \`allowPrivilegeEscalation\` to false and ${reason}`);
  if (context.privileged) errors.push(unable('`privileged` to true'));
  for (const capability of context.capabilities?.add ?? [])
    if (capability === 'CAP_SYS_ADMIN') errors.push(unable('`capabilities.Add` CAP_SYS_ADMIN'));
  return errors;
}

function validateId(id: number | undefined, path: Path): FieldError[] {
  if (id === undefined || (id >= 0 && id <= MAXIMUM_ID)) return [];
  return [invalid(path, id, rangeMessage(0, MAXIMUM_ID))];
}

function validateOneOf(value: string | undefined, choices: readonly string[], path: Path): FieldError[] {
  return value === undefined || choices.includes(value) ? [] : [notSupported(path, value, choices)];
}

/** Models validateSeccompProfileField. */
function validateSeccomp(profile: SeccompProfile | undefined, path: Path): FieldError[] {
  if (!profile) return [];
  const { type, localhostProfile } = profile;
  const at = path.child('localhostProfile');
  const errors: FieldError[] = [];
  if (!type) errors.push(required(path.child('type'), 'type is required when seccompProfile is set'));
  else errors.push(...validateOneOf(type, SECCOMP_TYPES, path.child('type')));
  if (type === 'Localhost') {
    if (localhostProfile === undefined)
      errors.push(required(at, 'must be set when seccomp type is Localhost'));
    else errors.push(...validateDescendingPath(localhostProfile, at));
  } else if (localhostProfile !== undefined) {
    const internal = { Type: type ?? '', LocalhostProfile: localhostProfile };
    errors.push(invalid(at, internal, 'can only be set when seccomp type is Localhost'));
  }
  return errors;
}

/** A container's context as upstream's internal type prints. */
function internalContext(context: SecurityContext): object {
  const { capabilities } = context;
  return {
    Capabilities: capabilities ? { Add: capabilities.add ?? null, Drop: capabilities.drop ?? null } : null,
    Privileged: context.privileged ?? null,
    SELinuxOptions: context.seLinuxOptions ?? null,
    WindowsOptions: context.windowsOptions ?? null,
    RunAsUser: context.runAsUser ?? null,
    RunAsGroup: context.runAsGroup ?? null,
    RunAsNonRoot: context.runAsNonRoot ?? null,
    ReadOnlyRootFilesystem: context.readOnlyRootFilesystem ?? null,
    AllowPrivilegeEscalation: context.allowPrivilegeEscalation ?? null,
    ProcMount: context.procMount ?? null,
    SeccompProfile: context.seccompProfile ?? null,
    AppArmorProfile: context.appArmorProfile ?? null,
  };
}
