import type { ReplicationController } from '@podlab/api';
import type { Strategy } from '@podlab/apiserver';
import { CONTAINER_COLUMNS, SELECTOR_DESCRIPTION } from '../../apps/pod-template/columns';
import { namedTemplateWarnings } from '../../apps/pod-template/warnings';
import { AGE_COLUMN, countColumn, formatLabels, NAME_COLUMN, wideColumn } from '../../printing/cells';
import { defaultPodSpec } from '../pod/defaults';
import { validateReplicationController } from './validation';

/** Models k8s.io/kubernetes pkg/registry/core/replicationcontroller strategy. */
export const replicationControllerStrategy: Strategy<ReplicationController> = {
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  resource: 'replicationcontrollers',
  singular: 'replicationcontroller',
  shortNames: ['rc'],
  categories: ['all'],
  namespaced: true,
  hasGeneration: true,
  columns: [
    NAME_COLUMN,
    countColumn('Desired', 'Replicas is the number of desired replicas.', ({ spec }) => spec.replicas ?? 0),
    countColumn(
      'Current',
      'Replicas is the most recently observed number of replicas.',
      ({ status }) => status?.replicas ?? 0,
    ),
    countColumn(
      'Ready',
      'The number of ready replicas for this replication controller.',
      ({ status }) => status?.readyReplicas ?? 0,
    ),
    AGE_COLUMN,
    ...CONTAINER_COLUMNS,
    wideColumn('Selector', SELECTOR_DESCRIPTION, ({ spec }) => formatLabels(spec.selector)),
  ],
  defaults,
  prepareForCreate(draft) {
    draft.status = { replicas: 0 };
  },
  prepareForUpdate(draft, old) {
    draft.status = old.status;
  },
  validate: validateReplicationController,
  validateUpdate: validateReplicationController,
  warnings: namedTemplateWarnings,
  status: {},
  scale: {
    replicas: ({ spec, status }) => ({
      spec: spec.replicas ?? 0,
      status: status?.replicas ?? 0,
      selector: formatLabels(spec.selector),
    }),
    setReplicas(draft, replicas) {
      draft.spec.replicas = replicas;
    },
  },
  selectableFields: ({ status }) => ({ 'status.replicas': String(status?.replicas ?? 0) }),
  defaultPropagation: 'Orphan',
};

/** Selector and labels follow those of the template. Models pkg/apis/core/v1 SetDefaults_ReplicationController. */
function defaults(draft: ReplicationController): void {
  draft.spec ??= {};
  const { spec } = draft;
  const labels = spec.template?.metadata?.labels;
  if (labels) {
    if (Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...labels };
    if (Object.keys(draft.metadata.labels ?? {}).length === 0) draft.metadata.labels = { ...labels };
  }
  spec.replicas ??= 1;
  if (spec.template) spec.template.spec = defaultPodSpec(spec.template.spec);
}
