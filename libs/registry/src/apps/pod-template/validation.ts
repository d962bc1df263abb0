import type { LabelSelector, PodTemplateSpec } from '@podlab/api';
import type { FieldError, Path } from '@podlab/apimachinery';
import {
  forbidden,
  invalid,
  matchesLabels,
  notSupported,
  required,
  selectorFromLabelSelector,
  validateAnnotations,
  validateLabelSelector,
  validateLabels,
} from '@podlab/apimachinery';
import { validatePodSpec } from '../../core/pod/validation';

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
