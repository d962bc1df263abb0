import type { StatefulSet } from '@podlab/api';
import {
  Path,
  formatSelector,
  forbidden,
  nameIsDnsLabel,
  selectorFromLabelSelector,
} from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { equalJson } from '@podlab/kernel';
import { defaultPodSpec } from '../../core/pod/defaults';
import { AGE_COLUMN, NAME_COLUMN, textColumn } from '../../printing/cells';
import { CONTAINER_COLUMNS } from '../pod-template/columns';
import { validateStatefulSet } from './validation';
import { statefulSetWarnings } from './warnings';

const MUTABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const;
const IMMUTABLE =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

/** Models k8s.io/kubernetes pkg/registry/apps/statefulset strategy. */
export const statefulSetStrategy: Strategy<StatefulSet> = {
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  resource: 'statefulsets',
  singular: 'statefulset',
  shortNames: ['sts'],
  categories: ['all'],
  namespaced: true,
  hasGeneration: true,
  validateName: nameIsDnsLabel,
  columns: [
    NAME_COLUMN,
    textColumn(
      'Ready',
      'Number of the pod with ready state',
      ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
    ),
    AGE_COLUMN,
    ...CONTAINER_COLUMNS,
  ],
  defaults: setStatefulSetDefaults,
  prepareForCreate(draft) {
    draft.status = { replicas: 0, availableReplicas: 0 };
  },
  prepareForUpdate(draft, old) {
    draft.status = old.status;
  },
  validate: validateStatefulSet,
  validateUpdate(draft, old) {
    const errors = validateStatefulSet(draft);
    if (!equalJson(fixedPart(draft), fixedPart(old))) errors.push(forbidden(Path.of('spec'), IMMUTABLE));
    return errors;
  },
  warnings: statefulSetWarnings,
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

/** Models pkg/apis/apps/v1 SetDefaults_StatefulSet. */
function setStatefulSetDefaults(draft: StatefulSet): void {
  draft.spec ??= {} as StatefulSet['spec'];
  const { spec } = draft;
  spec.podManagementPolicy ||= 'OrderedReady';
  const strategy = (spec.updateStrategy ??= {});
  strategy.type ||= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') {
    strategy.rollingUpdate ??= {};
    strategy.rollingUpdate.partition ??= 0;
  }
  const retention = (spec.persistentVolumeClaimRetentionPolicy ??= {});
  retention.whenDeleted ||= 'Retain';
  retention.whenScaled ||= 'Retain';
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
  spec.template ??= {};
  spec.template.spec = defaultPodSpec(spec.template.spec);
  for (const claim of spec.volumeClaimTemplates ?? []) {
    claim.apiVersion = 'v1';
    claim.kind = 'PersistentVolumeClaim';
    claim.spec ??= {} as typeof claim.spec;
    claim.spec.volumeMode ||= 'Filesystem';
    claim.status ??= {};
    claim.status.phase ||= 'Pending';
  }
}

/** The spec without what an update may change. */
function fixedPart({ spec }: StatefulSet): object {
  const mutable: ReadonlySet<string> = new Set(MUTABLE);
  return Object.fromEntries(
    Object.entries(spec).filter(([name, value]) => value !== undefined && !mutable.has(name)),
  );
}
