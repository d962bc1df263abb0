import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from '@podlab/api';
import { newNotFound } from '@podlab/apimachinery';
import { equalJson } from '@podlab/kernel';
import type { AdmissionPlugin, AdmissionRequest } from '../admission/admission';
import { groupResourceOf } from '../registry/strategy-index';
import type { Authorizer } from './authorizer';
import { aggregatedRules, CLUSTER_ROLES, ROLES } from './rule-resolver';

const GROUP = 'rbac.authorization.k8s.io';

/**
 * Nobody gives what he does not have, unless he may `escalate` roles or `bind` them.
 * Models k8s.io/kubernetes pkg/registry/rbac/{role,rolebinding,clusterrole,clusterrolebinding}/policybased.
 */
export function escalationCheck(authorizer: Authorizer): AdmissionPlugin {
  return {
    name: 'RBACEscalation',
    admit(request) {
      if (request.strategy.group !== GROUP || request.operation === 'DELETE') return;
      const { kind } = request.strategy;
      if (kind === 'Role' || kind === 'ClusterRole') checkRole(authorizer, request);
      else checkBinding(authorizer, request);
    },
  };
}

function checkRole(authorizer: Authorizer, request: AdmissionRequest): void {
  const { strategy, user, namespace, name, object, previous, context } = request;
  const role = object as Role & ClusterRole;
  const old = previous as (Role & ClusterRole) | undefined;
  if (old && equalJson(old.rules, role.rules) && equalJson(old.aggregationRule, role.aggregationRule)) return;
  const access = { verb: 'escalate', group: GROUP, resource: strategy.resource, subresource: '' };
  if (authorizer.decide(user, { ...access, namespace, name }).allowed) return;
  const all = context.list(CLUSTER_ROLES) as readonly ClusterRole[];
  const wanted = role.aggregationRule ? aggregatedRules(role, all) : (role.rules ?? []);
  authorizer.requireHeld(user, namespace, wanted, { resource: groupResourceOf(strategy), name });
}

function checkBinding(authorizer: Authorizer, request: AdmissionRequest): void {
  const { strategy, user, namespace, name, object, previous } = request;
  const binding = object as RoleBinding | ClusterRoleBinding;
  const old = previous as RoleBinding | undefined;
  if (old && equalJson(old.subjects, binding.subjects)) return;
  const { kind, name: role = '' } = binding.roleRef ?? {};
  if (kind !== 'Role' && kind !== 'ClusterRole') return; // validation says it better
  const resource = kind === 'Role' ? 'roles' : 'clusterroles';
  const access = { verb: 'bind', group: GROUP, resource, subresource: '', namespace, name: role };
  if (authorizer.decide(user, access).allowed) return;
  const rules = authorizer.roleRules(binding);
  if (typeof rules === 'string') throw newNotFound(kind === 'Role' ? ROLES : CLUSTER_ROLES, role);
  authorizer.requireHeld(user, namespace, rules, { resource: groupResourceOf(strategy), name });
}
