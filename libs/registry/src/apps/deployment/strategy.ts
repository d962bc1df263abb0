import type { Deployment } from '@podlab/api';
import { Path, formatSelector, immutable, selectorFromLabelSelector } from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { equalJson } from '@podlab/kernel';
import { AGE_COLUMN, NAME_COLUMN, countColumn, textColumn } from '../../printing/cells';
import { TEMPLATE_COLUMNS } from '../pod-template/columns';
import { namedTemplateWarnings } from '../pod-template/warnings';
import { setDeploymentDefaults } from './defaults';
import { validateDeployment } from './validation';

/** Models k8s.io/kubernetes pkg/registry/apps/deployment strategy. */
export const deploymentStrategy: Strategy<Deployment> = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  resource: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  hasGeneration: true,
  columns: [
    NAME_COLUMN,
    textColumn(
      'Ready',
      'Number of the pod with ready state',
      ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
    ),
    countColumn(
      'Up-to-date',
      'Total number of non-terminating pods targeted by this deployment that have the desired template spec.',
      ({ status }) => status?.updatedReplicas ?? 0,
    ),
    countColumn(
      'Available',
      'Total number of available non-terminating pods (ready for at least minReadySeconds) targeted by this deployment.',
      ({ status }) => status?.availableReplicas ?? 0,
    ),
    AGE_COLUMN,
    ...TEMPLATE_COLUMNS,
  ],
  defaults: setDeploymentDefaults,
  prepareForCreate(draft) {
    draft.status = {};
  },
  prepareForUpdate(draft, old) {
    draft.status = old.status;
  },
  validate: validateDeployment,
  validateUpdate(draft, old) {
    const errors = validateDeployment(draft);
    if (!equalJson(draft.spec.selector, old.spec.selector)) {
      errors.push(immutable(Path.of('spec', 'selector'), draft.spec.selector));
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
};
