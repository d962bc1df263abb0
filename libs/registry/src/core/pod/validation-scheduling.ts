import type { Toleration, TopologySpreadConstraint } from '@podlab/api';
import type { FieldError, Path } from '@podlab/apimachinery';
import {
  duplicate,
  invalid,
  labelNameFieldErrors,
  labelValueErrors,
  notSupported,
  required,
  validateLabelSelector,
} from '@podlab/apimachinery';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const OPERATORS = ['Equal', 'Exists'];

/** Models pkg/apis/core/validation ValidateTolerations. */
export function validateTolerations(tolerations: readonly Toleration[], path: Path): FieldError[] {
  return tolerations.flatMap((toleration, index) => validateToleration(toleration, path.index(index)));
}

function validateToleration(toleration: Toleration, at: Path): FieldError[] {
  const { key, operator = '', value = '', effect = '', tolerationSeconds } = toleration;
  const errors: FieldError[] = [];
  if (key) errors.push(...labelNameFieldErrors(key, at.child('key')));
  else if (operator !== 'Exists') {
    const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    errors.push(invalid(at.child('operator'), operator, detail));
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    errors.push(
      invalid(at.child('effect'), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"),
    );
  }
  if (operator === '' || operator === 'Equal') {
    const messages = labelValueErrors(value);
    if (messages.length > 0) errors.push(invalid(at.child('operator'), value, messages.join(';')));
  } else if (operator === 'Exists') {
    if (value)
      errors.push(invalid(at.child('operator'), value, "value must be empty when `operator` is 'Exists'"));
  } else errors.push(notSupported(at.child('operator'), operator, OPERATORS));
  if (effect && !EFFECTS.includes(effect)) errors.push(notSupported(at.child('effect'), effect, EFFECTS));
  return errors;
}

const UNSATISFIABLE = ['DoNotSchedule', 'ScheduleAnyway'];
const INCLUSION_POLICIES = ['Honor', 'Ignore'];

/** Models pkg/apis/core/validation validateTopologySpreadConstraints. */
export function validateSpread(constraints: readonly TopologySpreadConstraint[], path: Path): FieldError[] {
  return constraints.flatMap((constraint, index) => {
    const { topologyKey, whenUnsatisfiable } = constraint;
    const at = path.index(index);
    const errors = validateConstraint(constraint, at);
    const later = constraints.slice(index + 1);
    if (
      later.some((each) => each.topologyKey === topologyKey && each.whenUnsatisfiable === whenUnsatisfiable)
    ) {
      const pair = `{${topologyKey}, ${whenUnsatisfiable}}`;
      errors.push(duplicate(at.child('{topologyKey, whenUnsatisfiable}'), pair));
    }
    return errors;
  });
}

function validateConstraint(constraint: TopologySpreadConstraint, at: Path): FieldError[] {
  const { maxSkew = 0, minDomains, topologyKey, whenUnsatisfiable = '' } = constraint;
  const errors: FieldError[] = [];
  if (maxSkew <= 0) errors.push(invalid(at.child('maxSkew'), maxSkew, 'must be greater than zero'));
  if (!topologyKey) errors.push(required(at.child('topologyKey'), 'can not be empty'));
  if (!UNSATISFIABLE.includes(whenUnsatisfiable)) {
    errors.push(notSupported(at.child('whenUnsatisfiable'), whenUnsatisfiable, UNSATISFIABLE));
  }
  if (minDomains !== undefined) {
    const path = at.child('minDomains');
    if (minDomains <= 0) errors.push(invalid(path, minDomains, 'must be greater than zero'));
    if (whenUnsatisfiable !== 'DoNotSchedule') {
      const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
      errors.push(invalid(path, minDomains, detail));
    }
  }
  for (const field of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
    const policy = constraint[field];
    if (policy === undefined || INCLUSION_POLICIES.includes(policy)) continue;
    errors.push(notSupported(at.child(field), policy, INCLUSION_POLICIES));
  }
  return [...errors, ...validateLabelSelector(constraint.labelSelector, at.child('labelSelector'))];
}
