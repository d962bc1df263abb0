import type { LabelSelector, PodTemplateSpec } from '@podlab/api';
import type { FieldError, Path } from '@podlab/apimachinery';
import {
  forbidden,
  intOrPercentNumber,
  invalid,
  matchesLabels,
  notSupported,
  percentErrors,
  required,
  selectorFromLabelSelector,
  validateAnnotations,
  validateLabelSelector,
  validateLabels,
} from '@podlab/apimachinery';
import { validatePodSpec } from '../../core/pod/validation';
import { validateNonNegative } from '../../validation/ports';

/** Models pkg/apis/core/validation ValidatePodTemplateSpec. */
export function validatePodTemplate({ metadata = {}, spec }: PodTemplateSpec, path: Path): FieldError[] {
  const ephemeral = (spec?.ephemeralContainers ?? []).length > 0;
  const detail = 'ephemeral containers not allowed in pod template';
  return [
    ...validateLabels(metadata.labels, path.child('labels')),
    ...validateAnnotations(metadata.annotations, path.child('annotations')),
    ...validatePodSpec(spec ?? { containers: [] }, path.child('spec')),
    ...(ephemeral ? [forbidden(path.child('spec', 'ephemeralContainers'), detail)] : []),
  ];
}

/** A selector of a workload and its template, which must fit. Models pkg/apis/apps/validation. */
export function validateSelectorAndTemplate(
  selector: LabelSelector | undefined,
  template: PodTemplateSpec | undefined,
  path: Path,
): FieldError[] {
  const at = path.child('selector');
  if (!selector) return [required(at)];
  const errors = validateLabelSelector(selector, at);
  const empty =
    Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0;
  if (empty) errors.push(invalid(at, selector, 'empty selector is invalid for deployment'));
  if (errors.length > 0 || !template) return errors;
  if (!matchesLabels(selectorFromLabelSelector(selector), template.metadata?.labels)) {
    const labels = template.metadata?.labels ?? {};
    const detail = '`selector` does not match template `labels`';
    errors.push(invalid(path.child('template', 'metadata', 'labels'), labels, detail));
  }
  return errors;
}

/** Pods that a workload keeps alive restart always. */
export function validateAlwaysRestarts(template: PodTemplateSpec, path: Path): FieldError[] {
  const policy = template.spec?.restartPolicy;
  if (policy === undefined || policy === 'Always') return [];
  return [notSupported(path.child('spec', 'restartPolicy'), policy, ['Always'])];
}

/** A selector that must select something. */
export function validateSelector(selector: LabelSelector, path: Path, kind: string): FieldError[] {
  const errors = validateLabelSelector(selector, path);
  const empty =
    Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0;
  if (empty) errors.push(invalid(path, selector, `empty selector is invalid for ${kind}`));
  return errors;
}

/** A template that its selector does not select; a selector that is malformed is told elsewhere. */
export function validateTemplateLabels(
  selector: LabelSelector | undefined,
  template: PodTemplateSpec | undefined,
  path: Path,
): FieldError[] {
  if (selector && validateLabelSelector(selector, path).length > 0) return [];
  const labels = template?.metadata?.labels ?? {};
  if (matchesLabels(selectorFromLabelSelector(selector), labels)) return [];
  return [invalid(path.child('metadata', 'labels'), labels, '`selector` does not match template `labels`')];
}

/** What a pod that lives on may not ask for. */
export function validateKeptAlive(template: PodTemplateSpec, path: Path, kind: string): FieldError[] {
  const errors = validateAlwaysRestarts(template, path);
  if (template.spec?.activeDeadlineSeconds === undefined) return errors;
  const detail = `activeDeadlineSeconds in ${kind} is not Supported`;
  return [...errors, forbidden(path.child('spec', 'activeDeadlineSeconds'), detail)];
}

/** Models pkg/apis/apps/validation ValidatePositiveIntOrPercent. */
export function validateIntOrPercent(value: number | string, path: Path): FieldError[] {
  if (typeof value === 'number') return validateNonNegative(value, path);
  return percentErrors(value).map((message) => invalid(path, value, message));
}

/** Models pkg/apis/apps/validation IsNotMoreThan100Percent. */
export function validateNotMoreThanAll(value: number | string, path: Path): FieldError[] {
  const share = intOrPercentNumber(value);
  return share?.percent && share.number > 100 ? [invalid(path, value, 'must not be greater than 100%')] : [];
}
