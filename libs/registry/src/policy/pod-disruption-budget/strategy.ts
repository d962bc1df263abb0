import type { PodDisruptionBudget } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import { invalid, notSupported, Path, validateLabelSelector } from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { validateIntOrPercent, validateNotMoreThanAll } from '../../apps/pod-template/validation';
import { AGE_COLUMN, countColumn, NAME_COLUMN, textColumn } from '../../printing/cells';

const SPEC = Path.of('spec');
const EVICTION_POLICIES = ['AlwaysAllow', 'IfHealthyBudget'];

const bound = (value: number | string | undefined): string => (value === undefined ? 'N/A' : String(value));

/** Models k8s.io/kubernetes pkg/registry/policy/poddisruptionbudget strategy. */
export const podDisruptionBudgetStrategy: Strategy<PodDisruptionBudget> = {
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  resource: 'poddisruptionbudgets',
  singular: 'poddisruptionbudget',
  shortNames: ['pdb'],
  namespaced: true,
  hasGeneration: true,
  columns: [
    NAME_COLUMN,
    textColumn('Min Available', 'The minimum number of pods that must be available.', ({ spec }) =>
      bound(spec.minAvailable),
    ),
    textColumn('Max Unavailable', 'The maximum number of pods that may be unavailable.', ({ spec }) =>
      bound(spec.maxUnavailable),
    ),
    countColumn(
      'Allowed Disruptions',
      'Calculated number of pods that may be disrupted at this time.',
      ({ status }) => status?.disruptionsAllowed ?? 0,
    ),
    AGE_COLUMN,
  ],
  defaults(draft) {
    draft.spec ??= {};
  },
  prepareForCreate(draft) {
    draft.status = emptyStatus();
  },
  prepareForUpdate(draft, old) {
    draft.status = old.status;
  },
  validate: validateBudget,
  validateUpdate: validateBudget,
  status: {},
};

const emptyStatus = () => ({
  disruptionsAllowed: 0,
  currentHealthy: 0,
  desiredHealthy: 0,
  expectedPods: 0,
});

/** Models pkg/apis/policy/validation ValidatePodDisruptionBudgetSpec. */
function validateBudget({ spec }: PodDisruptionBudget): FieldError[] {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = spec;
  const errors: FieldError[] = [];
  if (minAvailable !== undefined && maxUnavailable !== undefined)
    errors.push(invalid(SPEC, internalSpec(spec), 'minAvailable and maxUnavailable cannot be both set'));
  if (minAvailable !== undefined) errors.push(...boundErrors(minAvailable, SPEC.child('minAvailable')));
  if (maxUnavailable !== undefined) errors.push(...boundErrors(maxUnavailable, SPEC.child('maxUnavailable')));
  errors.push(...validateLabelSelector(selector, SPEC.child('selector')));
  if (policy !== undefined && !EVICTION_POLICIES.includes(policy))
    errors.push(notSupported(SPEC.child('unhealthyPodEvictionPolicy'), policy, EVICTION_POLICIES));
  return errors;
}

/** As upstream's internal type prints. */
function internalSpec(spec: PodDisruptionBudget['spec']): object {
  return {
    MinAvailable: spec.minAvailable ?? null,
    MaxUnavailable: spec.maxUnavailable ?? null,
    Selector: spec.selector ?? null,
    UnhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? null,
  };
}

function boundErrors(value: number | string, path: Path): FieldError[] {
  return [...validateIntOrPercent(value, path), ...validateNotMoreThanAll(value, path)];
}
