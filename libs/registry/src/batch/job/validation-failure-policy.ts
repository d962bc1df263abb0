import type { JobSpec, PodFailurePolicyRule } from '@podlab/api';
import type { FieldError, Path } from '@podlab/apimachinery';
import {
  duplicate,
  forbidden,
  invalid,
  notSupported,
  qualifiedNameErrors,
  required,
  tooMany,
} from '@podlab/apimachinery';

/** Bounds of a policy, in items. Models pkg/apis/batch/validation. */
const MAXIMUM_RULES = 20;
const MAXIMUM_EXIT_CODES = 255;
const MAXIMUM_PATTERNS = 20;
const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];

/** Models pkg/apis/batch/validation validatePodFailurePolicy. */
export function validatePodFailurePolicy({ podFailurePolicy, template }: JobSpec, path: Path): FieldError[] {
  const rules = podFailurePolicy?.rules ?? [];
  const at = path.child('rules');
  const errors = rules.length > MAXIMUM_RULES ? [tooMany(at, rules.length, MAXIMUM_RULES)] : [];
  const { containers = [], initContainers = [] } = template?.spec ?? {};
  const names = [...containers, ...initContainers].map(({ name }) => name);
  rules.forEach((rule, index) => errors.push(...validateRule(rule, names, at.index(index))));
  return errors;
}

function validateRule(rule: PodFailurePolicyRule, containers: readonly string[], path: Path): FieldError[] {
  const { action = '', onExitCodes, onPodConditions } = rule;
  const errors: FieldError[] = [];
  if (action === '')
    errors.push(
      required(path.child('action'), `valid values: ${ACTIONS.map((each) => `"${each}"`).join(', ')}`),
    );
  else if (action === 'FailIndex')
    errors.push(forbidden(path.child('action'), 'FailIndex is left out of this simulation'));
  else if (!ACTIONS.includes(action)) errors.push(notSupported(path.child('action'), action, ACTIONS));
  if (onExitCodes) errors.push(...validateExitCodes(onExitCodes, containers, path.child('onExitCodes')));
  const patterns = onPodConditions ?? [];
  if (patterns.length > 0) errors.push(...validatePatterns(patterns, path.child('onPodConditions')));
  if (onExitCodes && patterns.length > 0) {
    errors.push(invalid(path, rule, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  }
  if (!onExitCodes && patterns.length === 0) {
    errors.push(invalid(path, rule, 'specifying one of OnExitCodes and OnPodConditions is required'));
  }
  return errors;
}

function validateExitCodes(
  { containerName, operator = '', values = [] }: NonNullable<PodFailurePolicyRule['onExitCodes']>,
  containers: readonly string[],
  path: Path,
): FieldError[] {
  const errors: FieldError[] = [];
  if (operator === '') errors.push(required(path.child('operator'), 'valid values: "In", "NotIn"'));
  else if (!OPERATORS.includes(operator))
    errors.push(notSupported(path.child('operator'), operator, OPERATORS));
  if (containerName !== undefined && !containers.includes(containerName)) {
    const detail = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalid(path.child('containerName'), containerName, detail));
  }
  const at = path.child('values');
  if (values.length === 0) errors.push(invalid(at, values, 'at least one value is required'));
  else if (values.length > MAXIMUM_EXIT_CODES) errors.push(tooMany(at, values.length, MAXIMUM_EXIT_CODES));
  let ordered = true;
  values.forEach((value, index) => {
    if (operator === 'In' && value === 0) {
      errors.push(invalid(at.index(index), value, 'must not be 0 for the In operator'));
    }
    if (values.indexOf(value) < index) errors.push(duplicate(at.index(index), value));
    else if (index > 0 && values[index - 1] > value) ordered = false;
  });
  if (!ordered) errors.push(invalid(at, values, 'must be ordered'));
  return errors;
}

function validatePatterns(
  patterns: NonNullable<PodFailurePolicyRule['onPodConditions']>,
  path: Path,
): FieldError[] {
  const errors: FieldError[] = [];
  if (patterns.length > MAXIMUM_PATTERNS) errors.push(tooMany(path, patterns.length, MAXIMUM_PATTERNS));
  patterns.forEach(({ type, status = '' }, index) => {
    const at = path.index(index);
    errors.push(
      ...qualifiedNameErrors(type ?? '').map((message) => invalid(at.child('type'), type, message)),
    );
    if (status === '') errors.push(required(at.child('status'), 'valid values: "False", "True", "Unknown"'));
    else if (!STATUSES.includes(status)) errors.push(notSupported(at.child('status'), status, STATUSES));
  });
  return errors;
}
