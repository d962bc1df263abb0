import { newForbidden, quote, type StatusError } from '@podlab/apimachinery';
import type { UserInfo } from '../request/kube-request';

/** What a user wants to do. Models k8s.io/apiserver pkg/authorization/authorizer Attributes. */
export type Attributes = ResourceAccess | PathAccess;

export interface ResourceAccess {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/** Access to what is no resource: discovery, health, versions. */
export interface PathAccess {
  readonly verb: string;
  readonly path: string;
}

export const isPathAccess = (access: Attributes): access is PathAccess => 'path' in access;

/** 403 in upstream's words. Models k8s.io/apiserver pkg/endpoints/handlers/responsewriters Forbidden. */
export function forbiddenAccess(user: UserInfo, access: Attributes, reason: string): StatusError {
  const because = reason === '' ? '' : `: ${reason}`;
  const what = `User ${quote(user.name)} cannot ${access.verb}`;
  if (isPathAccess(access)) return newForbidden('', '', `${what} path ${quote(access.path)}${because}`);
  const { group, resource, subresource, namespace, name } = access;
  const full = quote(subresource ? `${resource}/${subresource}` : resource);
  const where = namespace ? `in the namespace ${quote(namespace)}` : 'at the cluster scope';
  const message = `${what} resource ${full} in API group ${quote(group)} ${where}${because}`;
  return newForbidden(group ? `${resource}.${group}` : resource, name, message);
}
