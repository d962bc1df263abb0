import type { Pod } from '@podlab/api';
import type { Strategy } from '@podlab/apiserver';
import { POD_COLUMNS } from './columns';
import { setPodDefaults } from './defaults';
import { ephemeralContainersRules } from './ephemeral-containers';
import { qualityOfService } from './quality-of-service';
import { validatePod } from './validation';
import { validatePodStatusUpdate, validatePodUpdate } from './validation-update';
import { podWarnings } from './warnings';

/** Models k8s.io/kubernetes pkg/registry/core/pod strategy. */
export const podStrategy: Strategy<Pod> = {
  group: '',
  version: 'v1',
  kind: 'Pod',
  resource: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  hasGeneration: true,
  columns: POD_COLUMNS,
  defaults: setPodDefaults,
  prepareForCreate(draft) {
    draft.status = { phase: 'Pending', qosClass: qualityOfService(draft) };
  },
  prepareForUpdate(draft, old) {
    draft.status = old.status;
  },
  validate: validatePod,
  validateUpdate: validatePodUpdate,
  warnings: podWarnings,
  status: {
    prepareForUpdate(draft, old) {
      if (draft.status) draft.status.qosClass = old.status?.qosClass;
    },
    validateUpdate: validatePodStatusUpdate,
  },
  ephemeralContainers: ephemeralContainersRules,
  selectableFields: ({ spec, status = {} }) => ({
    'spec.nodeName': spec.nodeName ?? '',
    'spec.restartPolicy': spec.restartPolicy ?? '',
    'spec.schedulerName': spec.schedulerName ?? '',
    'spec.serviceAccountName': spec.serviceAccountName ?? '',
    'spec.hostNetwork': String(spec.hostNetwork ?? false),
    'status.phase': status.phase ?? '',
    'status.podIP': status.podIPs?.[0]?.ip ?? status.podIP ?? '',
    'status.nominatedNodeName': status.nominatedNodeName ?? '',
  }),
  gracefulSeconds,
};

/** An unscheduled or finished pod goes at once. Models podStrategy CheckGracefulDelete. */
function gracefulSeconds({ spec, status }: Pod, requested: number | undefined): number {
  if (!spec.nodeName || status?.phase === 'Failed' || status?.phase === 'Succeeded') return 0;
  const period = requested ?? spec.terminationGracePeriodSeconds ?? 0;
  return period < 0 ? 1 : period;
}
