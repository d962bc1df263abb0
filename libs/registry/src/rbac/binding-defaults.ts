import type { ClusterRoleBinding, RoleBinding } from '@podlab/api';
import { RBAC_GROUP } from './group';

/** Models pkg/apis/rbac/v1 SetDefaults_RoleBinding, SetDefaults_ClusterRoleBinding and SetDefaults_Subject. */
export function defaultBinding(draft: RoleBinding | ClusterRoleBinding): void {
  draft.roleRef ??= {} as RoleBinding['roleRef'];
  draft.roleRef.apiGroup ||= RBAC_GROUP;
  for (const subject of draft.subjects ?? []) {
    if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ||= RBAC_GROUP;
  }
}
