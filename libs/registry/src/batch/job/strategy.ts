import type { Job, JobSpec, PodTemplateSpec } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import { Path, immutable } from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { cloneJson, equalJson } from '@podlab/kernel';
import { defaultPodSpec } from '../../core/pod/defaults';
import { JOB_COLUMNS } from './columns';
import { generateSelector } from './selector';
import { validateJob } from './validation';
import { jobWarnings } from './warnings';

const SPEC = Path.of('spec');
const DEFAULT_BACKOFF_LIMIT = 6;

/** Models k8s.io/kubernetes pkg/registry/batch/job strategy. */
export const jobStrategy: Strategy<Job> = {
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  resource: 'jobs',
  singular: 'job',
  categories: ['all'],
  namespaced: true,
  hasGeneration: true,
  columns: JOB_COLUMNS,
  defaults: setJobDefaults,
  prepareForCreate(draft) {
    if (!draft.spec.manualSelector) generateSelector(draft);
    draft.status = {};
  },
  prepareForUpdate(draft, old) {
    draft.status = old.status;
  },
  validate: validateJob,
  validateUpdate(draft, old) {
    return [...validateJob(draft), ...validateFixed(draft, old)];
  },
  warnings: jobWarnings,
  status: {},
  selectableFields: ({ status }) => ({ 'status.successful': String(status?.succeeded ?? 0) }),
  defaultPropagation: 'Orphan',
};

/** Models pkg/apis/batch/v1 SetDefaults_Job. */
function setJobDefaults(draft: Job): void {
  draft.spec ??= {} as JobSpec;
  const { spec } = draft;
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= DEFAULT_BACKOFF_LIMIT;
  const labels = spec.template?.metadata?.labels;
  if (labels && Object.keys(draft.metadata.labels ?? {}).length === 0) draft.metadata.labels = { ...labels };
  spec.completionMode ||= 'NonIndexed';
  spec.suspend ??= false;
  spec.manualSelector ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
  setTemplateDefaults(spec);
}

/** What a Job and a template of Jobs get alike. */
export function setTemplateDefaults(spec: JobSpec): void {
  spec.template ??= {};
  spec.template.spec = defaultPodSpec(spec.template.spec);
  for (const { onPodConditions } of spec.podFailurePolicy?.rules ?? []) {
    for (const pattern of onPodConditions ?? []) pattern.status ||= 'True';
  }
}

/** Models pkg/apis/batch/validation ValidateJobSpecUpdate. */
function validateFixed({ spec }: Job, old: Job): FieldError[] {
  const fixed = ['selector', 'completionMode', 'podFailurePolicy', 'managedBy'] as const;
  const errors: FieldError[] = [];
  if (!mayResize(spec, old.spec)) errors.push(immutable(SPEC.child('completions'), spec.completions));
  for (const field of fixed) {
    if (!equalJson(spec[field] ?? null, old.spec[field] ?? null)) {
      errors.push(immutable(SPEC.child(field), spec[field]));
    }
  }
  const comparable = maySteer(old) ? withSteering(spec.template, old.spec.template) : spec.template;
  if (!equalJson(comparable, old.spec.template)) {
    errors.push(immutable(SPEC.child('template'), spec.template));
  }
  return errors;
}

/** Completions are fixed, but of an Indexed Job together with its parallelism. Models validateCompletions. */
function mayResize(spec: JobSpec, old: JobSpec): boolean {
  if (spec.completions === old.completions) return true;
  return (
    spec.completionMode === 'Indexed' &&
    spec.completions !== undefined &&
    spec.completions === spec.parallelism
  );
}

/** Where its pods go may change while a Job is suspended and has not begun. Models validatePodTemplateUpdate. */
function maySteer({ spec, status }: Job): boolean {
  return !!spec.suspend && status?.startTime === undefined;
}

function withSteering(template: PodTemplateSpec, old: PodTemplateSpec): PodTemplateSpec {
  const masked = cloneJson(template);
  if (old.metadata) masked.metadata = cloneJson(old.metadata);
  for (const field of ['nodeSelector', 'tolerations', 'affinity', 'schedulingGates'] as const) {
    const { spec } = masked;
    if (!spec) continue;
    if (old.spec?.[field] === undefined) delete spec[field];
    else Object.assign(spec, { [field]: cloneJson(old.spec[field]) });
  }
  return masked;
}
