import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, Subject } from '@podlab/api';
import type { KubeObject } from '@podlab/apimachinery';
import { matchesLabels, quote, selectorFromLabelSelector } from '@podlab/apimachinery';
import type { UserInfo } from '../request/kube-request';

export const CLUSTER_ROLES = 'clusterroles.rbac.authorization.k8s.io';
export const CLUSTER_ROLE_BINDINGS = 'clusterrolebindings.rbac.authorization.k8s.io';
export const ROLES = 'roles.rbac.authorization.k8s.io';
export const ROLE_BINDINGS = 'rolebindings.rbac.authorization.k8s.io';
const SERVICE_ACCOUNT_PREFIX = 'system:serviceaccount:';

/** Reads of roles and bindings, the built-in ones among them. */
export interface RoleSource {
  get(resource: string, key: string): KubeObject | undefined;
  list(resource: string, namespace?: string): readonly KubeObject[];
}

/** One rule that a user has, and the binding that gives it. */
export interface HeldRule {
  readonly rule: PolicyRule;
  readonly source: string;
}

export interface HeldRules {
  readonly rules: readonly HeldRule[];
  /** Bindings whose role is not there. */
  readonly errors: readonly string[];
}

/** Models k8s.io/kubernetes pkg/registry/rbac/validation DefaultRuleResolver. */
export class RuleResolver {
  constructor(private readonly source: RoleSource) {}

  /** All rules of a user for the cluster, and for a namespace where one is named. */
  rulesFor(user: UserInfo, namespace: string): HeldRules {
    const rules: HeldRule[] = [];
    const errors: string[] = [];
    const take = (binding: RoleBinding | ClusterRoleBinding) => {
      const subject = (binding.subjects ?? []).find((each) =>
        appliesTo(each, user, binding.metadata.namespace ?? ''),
      );
      if (!subject) return;
      const found = this.roleRules(binding);
      if (typeof found === 'string') errors.push(found);
      else for (const rule of found) rules.push({ rule, source: describe(binding, subject) });
    };
    for (const each of this.source.list(CLUSTER_ROLE_BINDINGS)) take(each as ClusterRoleBinding);
    if (namespace) for (const each of this.source.list(ROLE_BINDINGS, namespace)) take(each as RoleBinding);
    return { rules, errors };
  }

  /** The rules of a binding's role, or why there are none. */
  roleRules({ roleRef, metadata }: RoleBinding | ClusterRoleBinding): readonly PolicyRule[] | string {
    if (roleRef.kind === 'Role') {
      const role = this.source.get(ROLES, `${metadata.namespace}/${roleRef.name}`) as Role | undefined;
      return role?.rules ?? (role ? [] : `role.rbac.authorization.k8s.io ${quote(roleRef.name)} not found`);
    }
    const role = this.source.get(CLUSTER_ROLES, roleRef.name) as ClusterRole | undefined;
    if (!role) return `clusterrole.rbac.authorization.k8s.io ${quote(roleRef.name)} not found`;
    if (!role.aggregationRule) return role.rules ?? [];
    return aggregatedRules(role, this.source.list(CLUSTER_ROLES) as readonly ClusterRole[]);
  }
}

/** What an aggregated role allows: the rules of every role that its selectors match. Models pkg/controller/clusterroleaggregation. */
export function aggregatedRules(
  role: ClusterRole,
  all: readonly ClusterRole[],
  seen: ReadonlySet<string> = new Set(),
): PolicyRule[] {
  const within = new Set([...seen, role.metadata.name]);
  const rules = new Map<string, PolicyRule>();
  for (const each of role.aggregationRule?.clusterRoleSelectors ?? []) {
    const selector = selectorFromLabelSelector(each);
    for (const other of all) {
      if (within.has(other.metadata.name) || !matchesLabels(selector, other.metadata.labels)) continue;
      const given = other.aggregationRule ? aggregatedRules(other, all, within) : (other.rules ?? []);
      for (const rule of given) rules.set(JSON.stringify(rule), rule);
    }
  }
  return [...rules.values()];
}

/** Models appliesToUser. */
function appliesTo(subject: Subject, user: UserInfo, namespace: string): boolean {
  switch (subject.kind) {
    case 'User':
      return user.name === subject.name;
    case 'Group':
      return user.groups.includes(subject.name);
    case 'ServiceAccount':
      return user.name === `${SERVICE_ACCOUNT_PREFIX}${subject.namespace || namespace}:${subject.name}`;
    default:
      return false;
  }
}

/** Models roleBindingDescriber and describeSubject. */
function describe({ kind, metadata, roleRef }: RoleBinding | ClusterRoleBinding, subject: Subject): string {
  const binding = metadata.namespace ? `${metadata.name}/${metadata.namespace}` : metadata.name;
  const who = subject.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace}` : subject.name;
  return `${kind} ${quote(binding)} of ${roleRef.kind} ${quote(roleRef.name)} to ${subject.kind} ${quote(who)}`;
}
