import type { RollingUpdateStatefulSetStrategy, StatefulSet, StatefulSetUpdateStrategy } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import {
  Path,
  dns1123LabelErrors,
  intOrPercentNumber,
  invalid,
  notSupported,
  required,
  validateAnnotations,
  validateLabels,
} from '@podlab/apimachinery';
import { validateNonNegative } from '../../validation/ports';
import {
  validateIntOrPercent,
  validateKeptAlive,
  validateNotMoreThanAll,
  validateSelector,
  validateTemplateLabels,
} from '../pod-template/validation';

type Rolling = Omit<RollingUpdateStatefulSetStrategy, 'maxUnavailable'> & {
  maxUnavailable?: number | string | null;
};

const SPEC = Path.of('spec');
const RETENTION_POLICIES = ['Delete', 'Retain'];

/**
 * Models pkg/apis/apps/validation ValidateStatefulSetSpec, in its order. As there, the template's pod is judged when it is
 * made: only then its volumes are known.
 */
export function validateStatefulSet({ spec }: StatefulSet): FieldError[] {
  const template = SPEC.child('template');
  const { metadata = {} } = spec.template ?? {};
  const retention = SPEC.child('persistentVolumeClaimRetentionPolicy');
  const { whenDeleted = '', whenScaled = '' } = spec.persistentVolumeClaimRetentionPolicy ?? {};
  return [
    ...validatePodManagement(spec.podManagementPolicy ?? '', SPEC.child('podManagementPolicy')),
    ...validateUpdateStrategy(spec.updateStrategy ?? {}, SPEC.child('updateStrategy')),
    ...validateRetention(whenDeleted, retention.child('whenDeleted')),
    ...validateRetention(whenScaled, retention.child('whenScaled')),
    ...validateNonNegative(spec.replicas, SPEC.child('replicas')),
    ...validateNonNegative(spec.minReadySeconds, SPEC.child('minReadySeconds')),
    ...validateNonNegative(spec.ordinals?.start, SPEC.child('ordinals', 'start')),
    ...validateNonNegative(spec.revisionHistoryLimit, SPEC.child('revisionHistoryLimit')),
    ...(spec.serviceName ? dns1123LabelErrors(spec.serviceName) : []).map((message) =>
      invalid(SPEC.child('serviceName'), spec.serviceName, message),
    ),
    ...(spec.selector
      ? validateSelector(spec.selector, SPEC.child('selector'), 'statefulset')
      : [required(SPEC.child('selector'))]),
    ...validateTemplateLabels(spec.selector, spec.template, template),
    ...validateLabels(metadata.labels, template.child('labels')),
    ...validateAnnotations(metadata.annotations, template.child('annotations')),
    ...validateKeptAlive(spec.template, template, 'StatefulSet'),
  ];
}

function validatePodManagement(policy: string, path: Path): FieldError[] {
  if (policy === '') return [required(path)];
  if (policy === 'OrderedReady' || policy === 'Parallel') return [];
  return [invalid(path, policy, "must be 'OrderedReady' or 'Parallel'")];
}

function validateRetention(policy: string, path: Path): FieldError[] {
  return RETENTION_POLICIES.includes(policy) ? [] : [notSupported(path, policy, RETENTION_POLICIES)];
}

function validateUpdateStrategy(
  { type = '', rollingUpdate }: StatefulSetUpdateStrategy,
  path: Path,
): FieldError[] {
  const at = path.child('rollingUpdate');
  if (type === '') return [required(path)];
  if (type === 'OnDelete') {
    const detail = "only allowed for updateStrategy 'RollingUpdate'";
    return rollingUpdate ? [invalid(at, internalRollingUpdate(rollingUpdate), detail)] : [];
  }
  if (type !== 'RollingUpdate') {
    const internal = {
      Type: type,
      RollingUpdate: rollingUpdate ? internalRollingUpdate(rollingUpdate) : null,
    };
    return [invalid(path, internal, "must be 'RollingUpdate' or 'OnDelete'")];
  }
  const errors = validateNonNegative(rollingUpdate?.partition, at.child('partition'));
  const maximum = rollingUpdate?.maxUnavailable;
  if (maximum === undefined) return errors;
  const field = at.child('maxUnavailable');
  errors.push(...validateIntOrPercent(maximum, field));
  if (intOrPercentNumber(maximum)?.number === 0) errors.push(invalid(field, maximum, 'cannot be 0'));
  return [...errors, ...validateNotMoreThanAll(maximum, field)];
}

/** As upstream's internal type prints. */
function internalRollingUpdate({ partition = 0, maxUnavailable = null }: Rolling): object {
  return { Partition: partition, MaxUnavailable: maxUnavailable };
}
