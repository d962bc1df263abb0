import type { ReplicaSet } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import { Path, formatSelector, immutable, required, selectorFromLabelSelector } from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { equalJson } from '@podlab/kernel';
import { defaultPodSpec } from '../../core/pod/defaults';
import { AGE_COLUMN, NAME_COLUMN, countColumn } from '../../printing/cells';
import { validateNonNegative } from '../../validation/ports';
import { TEMPLATE_COLUMNS } from '../pod-template/columns';
import {
  validateAlwaysRestarts,
  validatePodTemplate,
  validateSelectorAndTemplate,
} from '../pod-template/validation';
import { namedTemplateWarnings } from '../pod-template/warnings';

const SPEC = Path.of('spec');

/** Models k8s.io/kubernetes pkg/registry/apps/replicaset strategy. */
export const replicaSetStrategy: Strategy<ReplicaSet> = {
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  resource: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  hasGeneration: true,
  columns: [
    NAME_COLUMN,
    countColumn('Desired', 'Replicas is the number of desired pods.', ({ spec }) => spec.replicas ?? 0),
    countColumn(
      'Current',
      'Replicas is the most recently observed number of non-terminating pods.',
      ({ status }) => status?.replicas ?? 0,
    ),
    countColumn(
      'Ready',
      'The number of non-terminating pods targeted by this ReplicaSet with a Ready Condition.',
      ({ status }) => status?.readyReplicas ?? 0,
    ),
    AGE_COLUMN,
    ...TEMPLATE_COLUMNS,
  ],
  defaults(draft) {
    draft.spec ??= {} as ReplicaSet['spec'];
    draft.spec.replicas ??= 1;
    if (draft.spec.template) draft.spec.template.spec = defaultPodSpec(draft.spec.template.spec);
  },
  prepareForCreate(draft) {
    draft.status = { replicas: 0 };
  },
  prepareForUpdate(draft, old) {
    draft.status = old.status;
  },
  validate: validateReplicaSet,
  validateUpdate(draft, old) {
    const errors = validateReplicaSet(draft);
    if (!equalJson(draft.spec.selector, old.spec.selector)) {
      errors.push(immutable(SPEC.child('selector'), draft.spec.selector));
    }
    return errors;
  },
  warnings: namedTemplateWarnings,
  status: {},
  scale: {
    replicas: ({ spec, status }) => ({
      spec: spec.replicas ?? 0,
      status: status?.replicas ?? 0,
      selector: formatSelector(selectorFromLabelSelector(spec.selector)),
    }),
    setReplicas(draft, replicas) {
      draft.spec.replicas = replicas;
    },
  },
  selectableFields: ({ status }) => ({ 'status.replicas': String(status?.replicas ?? 0) }),
};

/** Models pkg/apis/apps/validation ValidateReplicaSetSpec. */
function validateReplicaSet({ spec }: ReplicaSet): FieldError[] {
  const path = SPEC.child('template');
  return [
    ...validateNonNegative(spec.replicas, SPEC.child('replicas')),
    ...validateNonNegative(spec.minReadySeconds, SPEC.child('minReadySeconds')),
    ...validateSelectorAndTemplate(spec.selector, spec.template, SPEC),
    ...(spec.template
      ? [...validatePodTemplate(spec.template, path), ...validateAlwaysRestarts(spec.template, path)]
      : [required(path)]),
  ];
}
