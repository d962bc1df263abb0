// Which resource a path of the API is about: `/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale` is
// `deployments/scale` of `apis/apps/v1`.
const GROUP_VERSION = /^\/(api\/v1|apis\/[^/]+\/[^/]+)(?:\/(.*))?$/;

/** @returns {{ groupVersion: string, resource: string } | undefined} the resource is empty for the group-version itself */
export function resourceOf(path) {
  const match = GROUP_VERSION.exec(path);
  if (!match) return undefined;
  const parts = (match[2] ?? '').split('/').filter((part) => part !== '');
  const [resource = '', , subresource] = parts[1] === '{namespace}' ? parts.slice(2) : parts;
  return { groupVersion: match[1], resource: subresource ? `${resource}/${subresource}` : resource };
}

const VERB_OF_ACTION = {
  get: 'get',
  list: 'list',
  post: 'create',
  put: 'update',
  patch: 'patch',
  delete: 'delete',
  deletecollection: 'deletecollection',
};
const ACTION_OF_METHOD = { get: 'get', post: 'post', put: 'put', patch: 'patch', delete: 'delete' };

/** The verb by which discovery calls an operation; undefined for HEAD and OPTIONS, which it does not name. */
export function verbOf(method, action) {
  return VERB_OF_ACTION[action === 'connect' ? ACTION_OF_METHOD[method] : action];
}
