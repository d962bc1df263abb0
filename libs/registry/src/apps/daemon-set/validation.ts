import type { DaemonSet, DaemonSetUpdateStrategy } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import { Path, intOrPercentNumber, invalid, notSupported, required } from '@podlab/apimachinery';
import { validateNonNegative } from '../../validation/ports';
import {
  validateIntOrPercent,
  validateKeptAlive,
  validateNotMoreThanAll,
  validatePodTemplate,
  validateSelector,
  validateTemplateLabels,
} from '../pod-template/validation';

const SPEC = Path.of('spec');

/** Models pkg/apis/apps/validation ValidateDaemonSetSpec, in its order. */
export function validateDaemonSet({ spec }: DaemonSet): FieldError[] {
  const template = SPEC.child('template');
  return [
    ...(spec.selector ? validateSelector(spec.selector, SPEC.child('selector'), 'daemonset') : []),
    ...validateTemplateLabels(spec.selector, spec.template, template),
    ...validatePodTemplate(spec.template, template),
    ...validateKeptAlive(spec.template, template, 'DaemonSet'),
    ...validateNonNegative(spec.minReadySeconds, SPEC.child('minReadySeconds')),
    ...validateUpdateStrategy(spec.updateStrategy ?? {}, SPEC.child('updateStrategy')),
    ...validateNonNegative(spec.revisionHistoryLimit, SPEC.child('revisionHistoryLimit')),
  ];
}

function validateUpdateStrategy(
  { type = '', rollingUpdate }: DaemonSetUpdateStrategy,
  path: Path,
): FieldError[] {
  if (type === 'OnDelete') return [];
  if (type !== 'RollingUpdate')
    return [notSupported(path.child('type'), type, ['OnDelete', 'RollingUpdate'])];
  const at = path.child('rollingUpdate');
  if (!rollingUpdate) return [required(at)];
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate;
  const errors = [
    ...validateIntOrPercent(maxUnavailable, at.child('maxUnavailable')),
    ...validateIntOrPercent(maxSurge, at.child('maxSurge')),
  ];
  const unavailable = intOrPercentNumber(maxUnavailable)?.number ?? 0;
  const surge = intOrPercentNumber(maxSurge)?.number ?? 0;
  if (unavailable !== 0 && surge !== 0) {
    errors.push(invalid(at.child('maxSurge'), maxSurge, 'may not be set when maxUnavailable is non-zero'));
  }
  if (unavailable === 0 && surge === 0) {
    errors.push(required(at.child('maxUnavailable'), 'cannot be 0 when maxSurge is 0'));
  }
  return [
    ...errors,
    ...validateNotMoreThanAll(maxUnavailable, at.child('maxUnavailable')),
    ...validateNotMoreThanAll(maxSurge, at.child('maxSurge')),
  ];
}
