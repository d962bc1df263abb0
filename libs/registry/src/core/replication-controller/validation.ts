import type { ReplicationController } from '@podlab/api';
import { Path, required, type FieldError } from '@podlab/apimachinery';
import {
  validateKeptAlive,
  validatePodTemplate,
  validateTemplateLabels,
} from '../../apps/pod-template/validation';
import { validateNonNegative } from '../../validation/ports';

const SPEC = Path.of('spec');

/** Models pkg/apis/core/validation ValidateReplicationControllerSpec. */
export function validateReplicationController({ spec }: ReplicationController): FieldError[] {
  const selector = spec.selector ?? {};
  const path = SPEC.child('template');
  const errors = validateNonNegative(spec.minReadySeconds, SPEC.child('minReadySeconds'));
  const selects = Object.keys(selector).length > 0;
  if (!selects) errors.push(required(SPEC.child('selector')));
  errors.push(...validateNonNegative(spec.replicas, SPEC.child('replicas')));
  if (!spec.template) return [...errors, required(path)];
  return [
    ...errors,
    ...(selects ? validateTemplateLabels({ matchLabels: selector }, spec.template, path) : []),
    ...validatePodTemplate(spec.template, path),
    ...validateKeptAlive(spec.template, path, 'ReplicationController'),
  ];
}
