import type { PodDisruptionBudget } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import { intOrPercentNumber, invalid, notSupported, Path, validateLabelSelector } from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { AGE_COLUMN, countColumn, NAME_COLUMN, textColumn } from '../../printing/cells';

const SPEC = Path.of('spec');
const EVICTION_POLICIES = ['AlwaysAllow', 'IfHealthyBudget'];
const PERCENT = 'must be a valid percent value (e.g. "1%" or "93%")';

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
    errors.push(invalid(SPEC, spec, 'minAvailable and maxUnavailable cannot be both set'));
  if (minAvailable !== undefined) errors.push(...boundErrors(minAvailable, SPEC.child('minAvailable')));
  if (maxUnavailable !== undefined) errors.push(...boundErrors(maxUnavailable, SPEC.child('maxUnavailable')));
  errors.push(...validateLabelSelector(selector, SPEC.child('selector')));
  if (policy !== undefined && !EVICTION_POLICIES.includes(policy))
    errors.push(notSupported(SPEC.child('unhealthyPodEvictionPolicy'), policy, EVICTION_POLICIES));
  return errors;
}

/** Models ValidatePositiveIntOrPercent and IsNotMoreThan100Percent. */
function boundErrors(value: number | string, path: Path): FieldError[] {
  const read = intOrPercentNumber(value);
  if (!read) return [invalid(path, value, PERCENT)];
  if (!read.percent && read.number < 0)
    return [invalid(path, read.number, 'must be greater than or equal to 0')];
  return read.percent && read.number > 100 ? [invalid(path, value, 'must not be greater than 100%')] : [];
}
