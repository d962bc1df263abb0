import type { ClusterRoleBinding, Subject } from '@podlab/api';
import type { Strategy, StrategyContext } from '@podlab/apiserver';
import { defaultBinding } from '../binding-defaults';
import { BOOTSTRAP_REFUSAL, bootstrapMetadata } from '../built-in';
import { BINDING_COLUMNS } from '../columns';
import { RBAC_GROUP } from '../group';
import { nameIsPathSegment, validateBinding, validateBindingUpdate } from '../validation';

/** Which groups have which role in every cluster. Models bootstrappolicy ClusterRoleBindings. */
const BOOTSTRAP: readonly (readonly [role: string, ...groups: string[]])[] = [
  ['cluster-admin', 'system:masters'],
  ['system:basic-user', 'system:authenticated'],
  ['system:discovery', 'system:authenticated'],
  ['system:public-info-viewer', 'system:authenticated', 'system:unauthenticated'],
  ['system:service-account-issuer-discovery', 'system:serviceaccounts'],
];

/** Models k8s.io/kubernetes pkg/registry/rbac/clusterrolebinding strategy. */
export const clusterRoleBindingStrategy: Strategy<ClusterRoleBinding> = {
  group: RBAC_GROUP,
  version: 'v1',
  kind: 'ClusterRoleBinding',
  resource: 'clusterrolebindings',
  singular: 'clusterrolebinding',
  namespaced: false,
  columns: BINDING_COLUMNS,
  defaults: defaultBinding,
  validateName: nameIsPathSegment,
  validate: validateBinding,
  validateUpdate: validateBindingUpdate,
  builtIns: { render: bootstrapBindings, refusal: () => BOOTSTRAP_REFUSAL },
};

function bootstrapBindings(context: StrategyContext): ClusterRoleBinding[] {
  return BOOTSTRAP.map(([name, ...groups]) => ({
    apiVersion: `${RBAC_GROUP}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: bootstrapMetadata(context, 'clusterrolebindings', name),
    roleRef: { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name },
    subjects: groups.map((group): Subject => ({ apiGroup: RBAC_GROUP, kind: 'Group', name: group })),
  }));
}
