import type { Pod, PodSpec } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import {
  Path,
  dns1123LabelErrors,
  dns1123SubdomainErrors,
  duplicate,
  forbidden,
  invalid,
  qualifiedNameErrors,
  rangeMessage,
  validateLabels,
} from '@podlab/apimachinery';
import { validateAffinity } from './validation-affinity';
import { validateChoice, validateContainers } from './validation-container';
import { validateDnsConfig, validateHostAliases } from './validation-dns';
import { validateEphemeralContainers } from './validation-ephemeral';
import { validateSpread, validateTolerations } from './validation-scheduling';
import { validatePodSecurity } from './validation-security';
import { validateVolumes } from './validation-volume';

/** Models pkg/apis/core/validation ValidatePodCreate. */
export function validatePod(pod: Pod): FieldError[] {
  const { spec } = pod;
  const path = Path.of('spec');
  const errors = validateStoredPod(pod);
  if ((spec.ephemeralContainers ?? []).length > 0) {
    errors.push(forbidden(path.child('ephemeralContainers'), 'cannot be set on create'));
  }
  if (spec.nodeName && (spec.schedulingGates ?? []).length > 0) {
    errors.push(
      forbidden(path.child('nodeName'), 'cannot be set until all schedulingGates have been cleared'),
    );
  }
  return errors;
}

/** What holds for a pod whatever is written of it. Models pkg/apis/core/validation validatePodMetadataAndSpec. */
export function validateStoredPod({ spec }: Pod): FieldError[] {
  const path = Path.of('spec');
  return [...validatePodSpec(spec, path), ...validateImages(spec, path)];
}

/** Models pkg/apis/core/validation ValidatePodSpec, in its order. */
export function validatePodSpec(spec: PodSpec, path: Path): FieldError[] {
  const volumes = validateVolumes(spec.volumes ?? [], path.child('volumes'));
  return [
    ...volumes.errors,
    ...validateContainers(spec, volumes.names, path),
    ...validateEphemeralContainers(spec, volumes.names, path.child('ephemeralContainers')),
    ...validateHostNetwork(spec, path.child('containers')),
    ...validateChoice(spec.restartPolicy, RESTART_POLICIES, path.child('restartPolicy')),
    ...validateChoice(spec.dnsPolicy, DNS_POLICIES, path.child('dnsPolicy')),
    ...validateLabels(spec.nodeSelector, path.child('nodeSelector')),
    ...validatePodSecurity(spec, path.child('securityContext')),
    ...(spec.affinity ? validateAffinity(spec.affinity, path.child('affinity')) : []),
    ...validateDnsConfig(spec, path.child('dnsConfig')),
    ...validateGates(spec, path),
    ...validateSpread(spec.topologySpreadConstraints ?? [], path.child('topologySpreadConstraints')),
    ...named(spec.serviceAccountName, path.child('serviceAccountName'), dns1123SubdomainErrors),
    ...named(spec.nodeName, path.child('nodeName'), dns1123SubdomainErrors),
    ...validateDeadline(spec.activeDeadlineSeconds, path.child('activeDeadlineSeconds')),
    ...named(spec.hostname, path.child('hostname'), dns1123LabelErrors),
    ...named(spec.subdomain, path.child('subdomain'), dns1123LabelErrors),
    ...validateTolerations(spec.tolerations ?? [], path.child('tolerations')),
    ...validateHostAliases(spec, path.child('hostAliases')),
    ...named(spec.priorityClassName, path.child('priorityClassName'), dns1123SubdomainErrors),
  ];
}

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
/** The most seconds of a deadline: the largest int32. */
const MAXIMUM_SECONDS = 2_147_483_647;

function named(value: string | undefined, path: Path, rule: (value: string) => string[]): FieldError[] {
  return value ? rule(value).map((message) => invalid(path, value, message)) : [];
}

function validateDeadline(seconds: number | undefined, path: Path): FieldError[] {
  if (seconds === undefined || (seconds >= 1 && seconds <= MAXIMUM_SECONDS)) return [];
  return [invalid(path, seconds, rangeMessage(1, MAXIMUM_SECONDS))];
}

/** Models validateContainersOnlyForPod: a template may still have blanks around an image. */
function validateImages(spec: PodSpec, path: Path): FieldError[] {
  const detail = 'must not have leading or trailing whitespace';
  return (['containers', 'initContainers', 'ephemeralContainers'] as const).flatMap((list) =>
    (spec[list] ?? []).flatMap(({ image = '' }, index) =>
      image === image.trim() ? [] : [invalid(path.child(list).index(index).child('image'), image, detail)],
    ),
  );
}

/** Models validatePodHostNetworkDeps. */
function validateHostNetwork({ hostNetwork, containers = [] }: PodSpec, path: Path): FieldError[] {
  if (!hostNetwork) return [];
  const detail = 'must match `containerPort` when `hostNetwork` is true';
  return containers.flatMap(({ ports = [] }, container) =>
    ports.flatMap(({ hostPort, containerPort }, index) => {
      if (!hostPort || hostPort === containerPort) return [];
      return [invalid(path.index(container).child('ports').index(index).child('hostPort'), hostPort, detail)];
    }),
  );
}

/** Models validateReadinessGates and validateSchedulingGates. */
function validateGates({ readinessGates = [], schedulingGates = [] }: PodSpec, path: Path): FieldError[] {
  const seen = new Set<string>();
  return [
    ...readinessGates.flatMap(({ conditionType }, index) =>
      named(
        conditionType,
        path.child('readinessGates').index(index).child('conditionType'),
        qualifiedNameErrors,
      ),
    ),
    ...schedulingGates.flatMap(({ name }, index) => {
      const at = path.child('schedulingGates').index(index);
      const errors = qualifiedNameErrors(name).map((message) => invalid(at, name, message));
      if (seen.has(name)) errors.push(duplicate(at, name));
      seen.add(name);
      return errors;
    }),
  ];
}
