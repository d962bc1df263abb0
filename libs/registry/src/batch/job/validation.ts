import type { Job, JobSpec } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import {
  Path,
  forbidden,
  invalid,
  matchesLabels,
  notSupported,
  required,
  selectorFromLabelSelector,
  validateLabelSelector,
} from '@podlab/apimachinery';
import { equalJson } from '@podlab/kernel';
import { validatePodTemplate } from '../../apps/pod-template/validation';
import { validateNonNegative } from '../../validation/ports';
import { JOB_NAME_LABELS, JOB_UID_LABELS } from './selector';
import { validatePodFailurePolicy } from './validation-failure-policy';

const SPEC = Path.of('spec');
/** The most pods of an Indexed Job. Models pkg/apis/batch/validation maxParallelismForIndexedJob. */
const MAXIMUM_INDEXES = 100_000;
const COMPLETION_MODES = ['Indexed', 'NonIndexed'];
const REPLACEMENT_POLICIES = ['Failed', 'TerminatingOrFailed'];
const OWN_MANAGER = 'kubernetes.io/job-controller';
const LEFT_OUT = 'is left out of this simulation';

/** Models pkg/apis/batch/validation ValidateJob. */
export function validateJob(job: Job): FieldError[] {
  const { selector, template } = job.spec;
  const errors = [...validateGeneratedSelector(job), ...validateJobSpec(job.spec, SPEC)];
  if (!selector) return [...errors, required(SPEC.child('selector'))];
  const malformed = validateLabelSelector(selector, SPEC.child('selector'));
  errors.push(...malformed);
  const labels = template?.metadata?.labels ?? {};
  if (malformed.length === 0 && !matchesLabels(selectorFromLabelSelector(selector), labels)) {
    const detail = '`selector` does not match template `labels`';
    errors.push(invalid(SPEC.child('template', 'metadata', 'labels'), labels, detail));
  }
  return errors;
}

/** Labels and selector that the server made have to be its own. Models ValidateGeneratedSelector. */
function validateGeneratedSelector({ metadata, spec }: Job): FieldError[] {
  if (spec.manualSelector || !spec.selector) return [];
  const { name, uid = '' } = metadata;
  const labels = spec.template?.metadata?.labels ?? {};
  const path = SPEC.child('template', 'metadata', 'labels');
  const expected = [
    ...JOB_UID_LABELS.map((key) => [key, uid] as const),
    ...JOB_NAME_LABELS.map((key) => [key, name] as const),
  ];
  const errors: FieldError[] = [];
  for (const [key, value] of expected) {
    if (!Object.hasOwn(labels, key)) errors.push(required(path.key(key), `must be '${value}'`));
    else if (labels[key] !== value) errors.push(invalid(path.key(key), labels, `must be '${value}'`));
  }
  const own = JOB_UID_LABELS.some((key) => equalJson(spec.selector?.matchLabels ?? {}, { [key]: uid }));
  if (!own || (spec.selector.matchExpressions ?? []).length > 0) {
    errors.push(invalid(SPEC.child('selector'), spec.selector, '`selector` not auto-generated'));
  }
  return errors;
}

/** What Jobs and templates of Jobs have in common. Models validateJobSpec, in its order. */
export function validateJobSpec(spec: JobSpec, path: Path): FieldError[] {
  const errors = [
    ...validateNonNegative(spec.parallelism, path.child('parallelism')),
    ...validateNonNegative(spec.completions, path.child('completions')),
    ...validateNonNegative(spec.activeDeadlineSeconds, path.child('activeDeadlineSeconds')),
    ...validateNonNegative(spec.backoffLimit, path.child('backoffLimit')),
    ...validateNonNegative(spec.ttlSecondsAfterFinished, path.child('ttlSecondsAfterFinished')),
    ...validateLeftOut(spec, path),
    ...validateCompletionMode(spec, path),
  ];
  if (spec.podFailurePolicy) {
    errors.push(...validatePodFailurePolicy(spec, path.child('podFailurePolicy')));
  }
  const replacement = spec.podReplacementPolicy;
  if (replacement !== undefined) {
    const at = path.child('podReplacementPolicy');
    if (spec.podFailurePolicy && replacement !== 'Failed')
      errors.push(notSupported(at, replacement, ['Failed']));
    else if (!REPLACEMENT_POLICIES.includes(replacement)) {
      errors.push(notSupported(at, replacement, REPLACEMENT_POLICIES));
    }
  }
  const template = path.child('template');
  return [
    ...errors,
    ...validatePodTemplate(spec.template ?? {}, template),
    ...validateRestartPolicy(spec, template.child('spec', 'restartPolicy')),
  ];
}

/** What upstream has and no controller here does: refused by name. */
function validateLeftOut(spec: JobSpec, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes', 'successPolicy'] as const) {
    if (spec[field] !== undefined) errors.push(forbidden(path.child(field), LEFT_OUT));
  }
  if (spec.managedBy !== undefined && spec.managedBy !== OWN_MANAGER) {
    errors.push(forbidden(path.child('managedBy'), `a controller other than ${OWN_MANAGER} ${LEFT_OUT}`));
  }
  return errors;
}

function validateCompletionMode(spec: JobSpec, path: Path): FieldError[] {
  const mode = spec.completionMode;
  if (mode === undefined) return [];
  if (!COMPLETION_MODES.includes(mode)) {
    return [notSupported(path.child('completionMode'), mode, COMPLETION_MODES)];
  }
  if (mode !== 'Indexed') return [];
  const errors: FieldError[] = [];
  if (spec.completions === undefined) {
    errors.push(required(path.child('completions'), `when completion mode is ${mode}`));
  }
  if ((spec.parallelism ?? 0) > MAXIMUM_INDEXES) {
    const detail = `must be less than or equal to ${MAXIMUM_INDEXES} when completion mode is ${mode}`;
    errors.push(invalid(path.child('parallelism'), spec.parallelism, detail));
  }
  return errors;
}

function validateRestartPolicy({ template, podFailurePolicy }: JobSpec, path: Path): FieldError[] {
  const policy = template?.spec?.restartPolicy ?? '';
  if (policy === 'Always' || policy === '') return [required(path, 'valid values: "OnFailure", "Never"')];
  if (policy === 'Never') return [];
  if (policy !== 'OnFailure') return [notSupported(path, policy, ['OnFailure', 'Never'])];
  if (!podFailurePolicy) return [];
  return [invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified')];
}
