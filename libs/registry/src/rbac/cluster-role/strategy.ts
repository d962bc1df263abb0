import type { ClusterRole } from '@podlab/api';
import { aggregatedRules, CLUSTER_ROLES, type Strategy, type StrategyContext } from '@podlab/apiserver';
import { CREATED_AT_COLUMN, NAME_COLUMN } from '../../printing/cells';
import { BOOTSTRAP_REFUSAL, bootstrapMetadata } from '../built-in';
import { RBAC_GROUP } from '../group';
import { nameIsPathSegment, validateRole } from '../validation';
import { aggregateLabel, BOOTSTRAP_ROLES, type BootstrapRole } from './bootstrap-policy';

/** Models k8s.io/kubernetes pkg/registry/rbac/clusterrole strategy. */
export const clusterRoleStrategy: Strategy<ClusterRole> = {
  group: RBAC_GROUP,
  version: 'v1',
  kind: 'ClusterRole',
  resource: 'clusterroles',
  singular: 'clusterrole',
  namespaced: false,
  columns: [NAME_COLUMN, CREATED_AT_COLUMN],
  validateName: nameIsPathSegment,
  validate: validateRole,
  validateUpdate: validateRole,
  builtIns: { render: bootstrapRoles, refusal: () => BOOTSTRAP_REFUSAL },
};

/** The roles of every cluster; those that aggregate take in what users have labelled for them. */
function bootstrapRoles(context: StrategyContext): ClusterRole[] {
  const plain = BOOTSTRAP_ROLES.map((role) => rendered(role, context));
  const all = [...plain, ...(context.list(CLUSTER_ROLES) as readonly ClusterRole[])];
  return plain.map((role) => (role.aggregationRule ? { ...role, rules: aggregatedRules(role, all) } : role));
}

function rendered({ name, rules, labels, aggregates }: BootstrapRole, context: StrategyContext): ClusterRole {
  return {
    apiVersion: `${RBAC_GROUP}/v1`,
    kind: 'ClusterRole',
    metadata: bootstrapMetadata(context, 'clusterroles', name, labels),
    ...(aggregates && {
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: aggregateLabel(aggregates) }] },
    }),
    rules: [...rules],
  };
}
