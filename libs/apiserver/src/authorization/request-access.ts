import { newInternal, newUnauthorized } from '@podlab/apimachinery';
import { parseRfc3339 } from '@podlab/kernel';
import { POD_NAME_EXTRA, POD_UID_EXTRA } from '../authentication/token-issuer';
import type { KubeRequest, UserInfo } from '../request/kube-request';
import type { Query } from '../request/query';
import type { RequestInfo } from '../request/request-info';
import type { StrategyContext } from '../registry/strategy';
import type { ResourceAccess } from './attributes';
import type { Authorizer } from './authorizer';

const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;
const AUTHENTICATED = 'system:authenticated';
const ANONYMOUS = 'system:anonymous';
const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  GET: 'get',
  HEAD: 'get',
};

/** The verb that a request to a resource is. Models k8s.io/apiserver pkg/endpoints/request RequestInfoFactory. */
export function resourceAccess(method: string, info: RequestInfo, query: Query): ResourceAccess {
  const { group, resource, subresource, namespace, name } = info;
  const verb = method === 'DELETE' ? (name ? 'delete' : 'deletecollection') : (VERBS[method] ?? 'get');
  const reading = verb === 'get' && !subresource;
  const watched = reading && query.flag('watch');
  const listed = reading && !name;
  return {
    verb: watched ? 'watch' : listed ? 'list' : verb,
    group,
    resource,
    subresource,
    namespace,
    name,
  };
}

/**
 * The user that a request acts as: who shows a token of a service account must have one that is good here, and who
 * asks to act as another must be allowed to. Throws 401 and 403. Models k8s.io/apiserver pkg/endpoints/filters WithImpersonation.
 */
export function actingUser(
  { user }: KubeRequest,
  authorizer: Authorizer,
  context: StrategyContext,
): UserInfo {
  requireLiveToken(user, context);
  const { impersonate, ...self } = user;
  if (!impersonate) return user;
  const { name, groups, uid, extra = {} } = impersonate;
  if (!name) throw newInternal(`requested ${JSON.stringify(impersonate)} without impersonating a user`);
  const account = SERVICE_ACCOUNT.exec(name);
  const ask = (group: string, resource: string, namespace: string, wanted: string, subresource = '') =>
    authorizer.require(self, { verb: 'impersonate', group, resource, subresource, namespace, name: wanted });
  if (account) ask('', 'serviceaccounts', account[1], account[2]);
  else ask('', 'users', '', name);
  for (const group of groups) ask('', 'groups', '', group);
  if (uid) ask('authentication.k8s.io', 'uids', '', uid);
  for (const [key, values] of Object.entries(extra))
    for (const value of values) ask('authentication.k8s.io', 'userextras', '', value, key);
  return {
    name,
    groups: groupsOf(name, groups, account?.[1]),
    ...(uid && { uid }),
    ...(impersonate.extra && { extra }),
  };
}

function groupsOf(name: string, asked: readonly string[], accountNamespace: string | undefined): string[] {
  const own =
    accountNamespace && asked.length === 0
      ? ['system:serviceaccounts', `system:serviceaccounts:${accountNamespace}`]
      : [...asked];
  if (name === ANONYMOUS) return own.length > 0 ? own : ['system:unauthenticated'];
  return own.includes(AUTHENTICATED) ? own : [...own, AUTHENTICATED];
}

function requireLiveToken(user: UserInfo, context: StrategyContext): void {
  if (deadTokenReason(user, context) !== undefined) throw newUnauthorized('Unauthorized');
}

/**
 * Why the token that a service account showed is good no longer: it dies with its account, its pod and its time. Undefined
 * when it is good, or no service account's. Models pkg/serviceaccount/claims.go Validate.
 */
export function deadTokenReason(
  { name, uid, extra, token_expires }: UserInfo,
  context: StrategyContext,
): string | undefined {
  if (token_expires === undefined) return undefined;
  const [, namespace, account] = SERVICE_ACCOUNT.exec(name) ?? [];
  if (parseRfc3339(token_expires) <= context.now()) return 'service account token has expired';
  const found = context.get('serviceaccounts', `${namespace}/${account}`);
  if (!found) return `serviceaccounts "${account}" not found`;
  const { uid: own } = found.metadata;
  if (own !== uid) return `service account UID (${own}) does not match claim (${uid})`;
  const [pod] = extra?.[POD_UID_EXTRA] ?? [];
  if (pod === undefined) return undefined;
  const bound = context.get('pods', `${namespace}/${extra?.[POD_NAME_EXTRA]?.[0]}`);
  return bound?.metadata.uid === pod ? undefined : 'service account token has been invalidated';
}
