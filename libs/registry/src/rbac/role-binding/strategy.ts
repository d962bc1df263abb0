import type { RoleBinding } from '@podlab/api';
import type { Strategy } from '@podlab/apiserver';
import { defaultBinding } from '../binding-defaults';
import { BINDING_COLUMNS } from '../columns';
import { RBAC_GROUP } from '../group';
import { nameIsPathSegment, validateBinding, validateBindingUpdate } from '../validation';

/** Models k8s.io/kubernetes pkg/registry/rbac/rolebinding strategy. */
export const roleBindingStrategy: Strategy<RoleBinding> = {
  group: RBAC_GROUP,
  version: 'v1',
  kind: 'RoleBinding',
  resource: 'rolebindings',
  singular: 'rolebinding',
  namespaced: true,
  columns: BINDING_COLUMNS,
  defaults: defaultBinding,
  validateName: nameIsPathSegment,
  validate: validateBinding,
  validateUpdate: validateBindingUpdate,
};
