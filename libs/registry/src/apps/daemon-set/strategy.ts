import type { DaemonSet } from '@podlab/api';
import { Path, immutable } from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { equalJson } from '@podlab/kernel';
import { defaultPodSpec } from '../../core/pod/defaults';
import { AGE_COLUMN, NAME_COLUMN, countColumn, formatLabels, textColumn } from '../../printing/cells';
import { TEMPLATE_COLUMNS } from '../pod-template/columns';
import { templateWarnings } from '../pod-template/warnings';
import { validateDaemonSet } from './validation';

/** The template's generation, which upstream keeps in a field that apps/v1 shows as this annotation. */
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

const count = (name: string, description: string, field: keyof NonNullable<DaemonSet['status']>) =>
  countColumn<DaemonSet>(name, description, ({ status }) => Number(status?.[field] ?? 0));

/** Models k8s.io/kubernetes pkg/registry/apps/daemonset strategy. */
export const daemonSetStrategy: Strategy<DaemonSet> = {
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  resource: 'daemonsets',
  singular: 'daemonset',
  shortNames: ['ds'],
  categories: ['all'],
  namespaced: true,
  hasGeneration: true,
  columns: [
    NAME_COLUMN,
    count(
      'Desired',
      'The total number of nodes that should be running the daemon pod (including nodes correctly running the daemon pod). More info: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/',
      'desiredNumberScheduled',
    ),
    count(
      'Current',
      'The number of nodes that are running at least 1 daemon pod and are supposed to run the daemon pod. More info: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/',
      'currentNumberScheduled',
    ),
    count(
      'Ready',
      'numberReady is the number of nodes that should be running the daemon pod and have one or more of the daemon pod running with a Ready Condition.',
      'numberReady',
    ),
    count(
      'Up-to-date',
      'The total number of nodes that are running updated daemon pod',
      'updatedNumberScheduled',
    ),
    count(
      'Available',
      'The number of nodes that should be running the daemon pod and have one or more of the daemon pod running and available (ready for at least spec.minReadySeconds)',
      'numberAvailable',
    ),
    textColumn('Node Selector', 'A selector which must be true for the pod to fit on a node.', ({ spec }) =>
      formatLabels(spec.template.spec?.nodeSelector),
    ),
    AGE_COLUMN,
    ...TEMPLATE_COLUMNS,
  ],
  defaults: setDaemonSetDefaults,
  prepareForCreate(draft) {
    draft.status = {
      currentNumberScheduled: 0,
      desiredNumberScheduled: 0,
      numberMisscheduled: 0,
      numberReady: 0,
    };
    setTemplateGeneration(draft, Math.max(1, templateGeneration(draft)));
  },
  prepareForUpdate(draft, old) {
    draft.status = old.status;
    const changed = !equalJson(draft.spec.template, old.spec.template);
    setTemplateGeneration(draft, templateGeneration(old) + (changed ? 1 : 0));
  },
  validate: validateDaemonSet,
  validateUpdate(draft, old) {
    const errors = validateDaemonSet(draft);
    if (!equalJson(draft.spec.selector, old.spec.selector)) {
      errors.push(immutable(Path.of('spec', 'selector'), draft.spec.selector));
    }
    return errors;
  },
  warnings: templateWarnings,
  status: {},
};

function templateGeneration({ metadata }: DaemonSet): number {
  return Number(metadata.annotations?.[TEMPLATE_GENERATION] ?? 0) || 0;
}

function setTemplateGeneration(draft: DaemonSet, generation: number): void {
  draft.metadata.annotations = { ...draft.metadata.annotations, [TEMPLATE_GENERATION]: String(generation) };
}

/** Models pkg/apis/apps/v1 SetDefaults_DaemonSet. */
function setDaemonSetDefaults(draft: DaemonSet): void {
  draft.spec ??= {} as DaemonSet['spec'];
  const { spec } = draft;
  const strategy = (spec.updateStrategy ??= {});
  strategy.type ||= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') {
    const rolling = (strategy.rollingUpdate ??= {});
    rolling.maxUnavailable ??= 1;
    rolling.maxSurge ??= 0;
  }
  spec.revisionHistoryLimit ??= 10;
  spec.template ??= {};
  spec.template.spec = defaultPodSpec(spec.template.spec);
}
