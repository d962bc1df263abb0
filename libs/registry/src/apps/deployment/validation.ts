import type { Deployment, DeploymentStrategy, RollingUpdateDeployment } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import { Path, forbidden, intOrPercentNumber, invalid, notSupported, required } from '@podlab/apimachinery';
import { validateNonNegative } from '../../validation/ports';
import {
  validateAlwaysRestarts,
  validateIntOrPercent,
  validateNotMoreThanAll,
  validatePodTemplate,
  validateSelectorAndTemplate,
} from '../pod-template/validation';

const SPEC = Path.of('spec');

/** Models pkg/apis/apps/validation ValidateDeployment. */
export function validateDeployment({ spec }: Deployment): FieldError[] {
  const template = SPEC.child('template');
  const errors = [
    ...validateNonNegative(spec.replicas, SPEC.child('replicas')),
    ...validateSelectorAndTemplate(spec.selector, spec.template, SPEC),
    ...validatePodTemplate(spec.template, template),
    ...validateAlwaysRestarts(spec.template, template),
    ...validateStrategy(spec.strategy ?? {}, SPEC.child('strategy')),
    ...validateNonNegative(spec.minReadySeconds, SPEC.child('minReadySeconds')),
    ...validateNonNegative(spec.revisionHistoryLimit, SPEC.child('revisionHistoryLimit')),
  ];
  const deadline = spec.progressDeadlineSeconds;
  if (deadline !== undefined) {
    const path = SPEC.child('progressDeadlineSeconds');
    errors.push(...validateNonNegative(deadline, path));
    if (deadline <= (spec.minReadySeconds ?? 0)) {
      errors.push(invalid(path, deadline, 'must be greater than minReadySeconds'));
    }
  }
  return errors;
}

function validateStrategy({ type, rollingUpdate }: DeploymentStrategy, path: Path): FieldError[] {
  if (type === 'Recreate') {
    const detail = "may not be specified when strategy `type` is 'Recreate'";
    return rollingUpdate ? [forbidden(path.child('rollingUpdate'), detail)] : [];
  }
  if (type !== 'RollingUpdate')
    return [notSupported(path.child('type'), type ?? '', ['Recreate', 'RollingUpdate'])];
  if (!rollingUpdate)
    return [required(path.child('rollingUpdate'), 'this should be defaulted and never be nil')];
  return validateRollingUpdate(rollingUpdate, path.child('rollingUpdate'));
}

function validateRollingUpdate(rolling: RollingUpdateDeployment, path: Path): FieldError[] {
  const { maxUnavailable = 0, maxSurge = 0 } = rolling;
  const errors = [
    ...validateIntOrPercent(maxUnavailable, path.child('maxUnavailable')),
    ...validateIntOrPercent(maxSurge, path.child('maxSurge')),
  ];
  if (intOrPercentNumber(maxUnavailable)?.number === 0 && intOrPercentNumber(maxSurge)?.number === 0) {
    errors.push(invalid(path.child('maxUnavailable'), maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  return [...errors, ...validateNotMoreThanAll(maxUnavailable, path.child('maxUnavailable'))];
}
