import type { Role } from '@podlab/api';
import type { Strategy } from '@podlab/apiserver';
import { CREATED_AT_COLUMN, NAME_COLUMN } from '../../printing/cells';
import { RBAC_GROUP } from '../group';
import { nameIsPathSegment, validateRole } from '../validation';

/** Models k8s.io/kubernetes pkg/registry/rbac/role strategy. */
export const roleStrategy: Strategy<Role> = {
  group: RBAC_GROUP,
  version: 'v1',
  kind: 'Role',
  resource: 'roles',
  singular: 'role',
  namespaced: true,
  columns: [NAME_COLUMN, CREATED_AT_COLUMN],
  validateName: nameIsPathSegment,
  validate: validateRole,
  validateUpdate: validateRole,
};
