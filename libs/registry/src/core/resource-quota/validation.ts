import type { ResourceQuota, ResourceQuotaSpec, ScopedResourceSelectorRequirement } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import {
  formatQuantity,
  invalid,
  milliValue,
  parseQuantity,
  Path,
  qualifiedNameErrors,
  required,
} from '@podlab/apimachinery';

const SPEC = Path.of('spec');
const COMPUTE = ['cpu', 'limits.cpu', 'limits.memory', 'memory', 'requests.cpu', 'requests.memory'];
/** Resources that are counted. Models pkg/apis/core/helper IsIntegerResourceName. */
const COUNTED = [
  'configmaps',
  'persistentvolumeclaims',
  'pods',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'services',
  'services.loadbalancers',
  'services.nodeports',
];
const STORAGE = [
  'ephemeral-storage',
  'limits.ephemeral-storage',
  'requests.ephemeral-storage',
  'requests.storage',
];
const STANDARD: ReadonlySet<string> = new Set([...COMPUTE, ...COUNTED, ...STORAGE]);
const WITHOUT_VALUES = [
  'BestEffort',
  'CrossNamespacePodAffinity',
  'NotBestEffort',
  'NotTerminating',
  'Terminating',
];
const SCOPES = [...WITHOUT_VALUES, 'PriorityClass', 'VolumeAttributesClass'];
const CONFLICTS = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
];
const WITHOUT_VALUES_DETAIL =
  "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";

/** Models pkg/apis/core/helper IsStandardQuotaResourceName. */
const isStandard = (name: string) => STANDARD.has(name) || /^(requests\.)?hugepages-/.test(name);

/** Models pkg/apis/core/validation ValidateResourceQuota; names in ascending order, so that messages are stable. */
export function validateQuota({ spec = {} }: ResourceQuota): FieldError[] {
  const names = Object.keys(spec.hard ?? {}).sort();
  return [
    ...names.flatMap((name) => validateAmount(name, spec.hard?.[name] ?? '0')),
    ...validateScopes(spec, names),
    ...validateScopeSelector(spec, names),
  ];
}

/** Models ValidateResourceQuotaResourceName and ValidateResourceQuantityValue. */
function validateAmount(name: string, amount: string): FieldError[] {
  const path = SPEC.child('hard').key(name);
  const errors = qualifiedNameErrors(name).map((message) => invalid(path, name, message));
  if (!name.includes('/') && !isStandard(name)) {
    if (errors.length === 0 && name !== 'storage')
      errors.push(invalid(path, name, 'must be a standard resource type or fully qualified'));
    errors.push(invalid(path, name, 'must be a standard resource for quota'));
  }
  const quantity = parseQuantity(amount);
  const text = formatQuantity(quantity);
  if (quantity.nano < 0n) errors.push(invalid(path, text, 'must be greater than or equal to 0'));
  if (COUNTED.includes(name) && milliValue(quantity) % 1000 !== 0)
    errors.push(invalid(path, text, 'must be an integer'));
  return errors;
}

/** Models validateResourceQuotaScopes. */
function validateScopes({ scopes = [] }: ResourceQuotaSpec, names: readonly string[]): FieldError[] {
  const path = SPEC.child('scopes');
  const errors = scopes.flatMap((scope) => [
    ...(SCOPES.includes(scope) ? [] : [invalid(path, scopes, 'unsupported scope')]),
    ...names
      .filter((name) => isStandard(name) && !limits(scope, name))
      .map(() => invalid(path, scopes, 'unsupported scope applied to resource')),
  ]);
  return [...errors, ...conflicts(scopes, scopes, path)];
}

/** Models validateScopeSelector. */
function validateScopeSelector(spec: ResourceQuotaSpec, names: readonly string[]): FieldError[] {
  const expressions = spec.scopeSelector?.matchExpressions ?? [];
  const path = SPEC.child('scopeSelector', 'matchExpressions');
  const errors = expressions.flatMap((each) => {
    const { scopeName, operator } = each;
    const found = SCOPES.includes(scopeName)
      ? []
      : [invalid(path.child('scopeName'), scopeName, 'unsupported scope')];
    for (const name of names)
      if (isStandard(name) && !limits(scopeName, name))
        found.push(invalid(path, internalSelector(expressions), 'unsupported scope applied to resource'));
    if (WITHOUT_VALUES.includes(scopeName) && operator !== 'Exists')
      found.push(invalid(path.child('operator'), operator, WITHOUT_VALUES_DETAIL));
    return [...found, ...validateOperator(each, path)];
  });
  const scopes = expressions.map(({ scopeName }) => scopeName);
  return [...errors, ...conflicts(scopes, spec.scopes ?? null, path)];
}

function validateOperator(
  { operator, values = [] }: ScopedResourceSelectorRequirement,
  path: Path,
): FieldError[] {
  if (operator === 'In' || operator === 'NotIn') {
    const detail = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
    return values.length > 0 ? [] : [required(path.child('values'), detail)];
  }
  if (operator === 'Exists' || operator === 'DoesNotExist') {
    const detail = "must be no value when `operator` is 'Exists' or 'DoesNotExist' for scope selector";
    return values.length === 0 ? [] : [invalid(path.child('values'), values, detail)];
  }
  return [invalid(path.child('operator'), operator, 'not a valid selector operator')];
}

function conflicts(scopes: readonly string[], shown: unknown, path: Path): FieldError[] {
  return CONFLICTS.filter((pair) => pair.every((scope) => scopes.includes(scope))).map(() =>
    invalid(path, shown, 'conflicting scopes'),
  );
}

/** Whether what a scope selects has such a resource. Models pkg/apis/core/helper IsResourceQuotaScopeValidForResource. */
function limits(scope: string, name: string): boolean {
  if (scope === 'BestEffort') return name === 'pods';
  if (scope === 'VolumeAttributesClass')
    return name === 'persistentvolumeclaims' || name === 'requests.storage';
  return !SCOPES.includes(scope) || name === 'pods' || COMPUTE.includes(name);
}

/** A selector as upstream's internal type prints. */
function internalSelector(expressions: readonly ScopedResourceSelectorRequirement[]): object {
  return {
    MatchExpressions: expressions.map(({ scopeName, operator, values }) => ({
      ScopeName: scopeName,
      Operator: operator,
      Values: values ?? null,
    })),
  };
}
