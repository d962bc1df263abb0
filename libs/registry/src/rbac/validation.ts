import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, Subject } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import {
  dns1123SubdomainErrors,
  invalid,
  notSupported,
  Path,
  pathSegmentNameErrors,
  required,
  validateLabelSelector,
} from '@podlab/apimachinery';
import { equalJson } from '@podlab/kernel';
import { RBAC_GROUP } from './group';

const RULES = Path.of('rules');
const ROLE_REF = Path.of('roleRef');

/** Names such as `system:node` are good here. Models pkg/registry/rbac/validation minimalNameRequirements. */
export const nameIsPathSegment = (name: string): string[] => pathSegmentNameErrors(name);

/** Models k8s.io/kubernetes pkg/apis/rbac/validation ValidateRole and ValidateClusterRole. */
export function validateRole(role: Role | ClusterRole): FieldError[] {
  const errors = (role.rules ?? []).flatMap((rule, index) =>
    validateRule(rule, role.kind === 'Role', RULES.index(index)),
  );
  const selectors = 'aggregationRule' in role ? role.aggregationRule?.clusterRoleSelectors : undefined;
  if ('aggregationRule' in role && role.aggregationRule) {
    const at = Path.of('aggregationRule', 'clusterRoleSelectors');
    if (!selectors?.length)
      errors.push(required(at, 'at least one clusterRoleSelector required if aggregationRule is non-nil'));
    selectors?.forEach((each, index) => errors.push(...validateLabelSelector(each, at.index(index))));
  }
  return errors;
}

/** Models ValidatePolicyRule. */
function validateRule(rule: PolicyRule, namespaced: boolean, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  if (!rule.verbs?.length)
    errors.push(required(path.child('verbs'), 'verbs must contain at least one value'));
  if (rule.nonResourceURLs?.length) {
    const at = path.child('nonResourceURLs');
    const both = rule.apiGroups?.length || rule.resources?.length || rule.resourceNames?.length;
    if (namespaced)
      errors.push(invalid(at, rule.nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs'));
    if (both)
      errors.push(
        invalid(
          at,
          rule.nonResourceURLs,
          'rules cannot apply to both regular resources and non-resource URLs',
        ),
      );
    return errors;
  }
  if (!rule.apiGroups?.length)
    errors.push(required(path.child('apiGroups'), 'resource rules must supply at least one api group'));
  if (!rule.resources?.length)
    errors.push(required(path.child('resources'), 'resource rules must supply at least one resource'));
  return errors;
}

/** Models ValidateRoleBinding and ValidateClusterRoleBinding. */
export function validateBinding(binding: RoleBinding | ClusterRoleBinding): FieldError[] {
  const { roleRef, subjects = [], kind } = binding;
  const errors: FieldError[] = [];
  if (roleRef.apiGroup !== RBAC_GROUP)
    errors.push(notSupported(ROLE_REF.child('apiGroup'), roleRef.apiGroup ?? '', [RBAC_GROUP]));
  const kinds = kind === 'RoleBinding' ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  if (!kinds.includes(roleRef.kind))
    errors.push(notSupported(ROLE_REF.child('kind'), roleRef.kind ?? '', kinds));
  if (!roleRef.name) errors.push(required(ROLE_REF.child('name')));
  else
    for (const message of nameIsPathSegment(roleRef.name))
      errors.push(invalid(ROLE_REF.child('name'), roleRef.name, message));
  subjects.forEach((each, index) =>
    errors.push(...validateSubject(each, kind === 'RoleBinding', Path.of('subjects').index(index))),
  );
  return errors;
}

/** Models ValidateRoleBindingUpdate. */
export function validateBindingUpdate(
  binding: RoleBinding | ClusterRoleBinding,
  old: RoleBinding | ClusterRoleBinding,
): FieldError[] {
  const errors = validateBinding(binding);
  if (!equalJson(binding.roleRef, old.roleRef))
    errors.push(invalid(ROLE_REF, internalReference(binding.roleRef), 'cannot change roleRef'));
  return errors;
}

/** As upstream's internal type prints. */
function internalReference({ apiGroup = '', kind, name }: RoleBinding['roleRef']): object {
  return { APIGroup: apiGroup, Kind: kind, Name: name };
}

/** Models ValidateRoleBindingSubject. */
function validateSubject(subject: Subject, namespaced: boolean, path: Path): FieldError[] {
  const { kind, apiGroup = '', name, namespace } = subject;
  const errors: FieldError[] = [];
  if (!name) errors.push(required(path.child('name')));
  if (kind === 'ServiceAccount') {
    if (name)
      for (const message of dns1123SubdomainErrors(name))
        errors.push(invalid(path.child('name'), name, message));
    if (apiGroup !== '') errors.push(notSupported(path.child('apiGroup'), apiGroup, ['']));
    if (!namespaced && !namespace) errors.push(required(path.child('namespace')));
  } else if (kind === 'User' || kind === 'Group') {
    if (apiGroup !== RBAC_GROUP) errors.push(notSupported(path.child('apiGroup'), apiGroup, [RBAC_GROUP]));
  } else {
    errors.push(notSupported(path.child('kind'), kind ?? '', ['ServiceAccount', 'User', 'Group']));
  }
  return errors;
}
