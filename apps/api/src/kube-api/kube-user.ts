import type { IncomingMessage } from 'node:http';
import type { Principal } from '../auth/principal';
import type { ClusterAction } from '../auth/rights';
import type { KubeRequest } from '../cluster-host/core';

type User = KubeRequest['user'];

const EXTRA = 'impersonate-extra-';

/** Its members see everything in a cluster, and change nothing. */
const VIEWERS = 'podlab:viewers';

/**
 * A cluster's owner is its cluster-admin, and so are who teaches its class and who administers the server, each
 * under the name he signs in with; who may only look is a viewer. No login looks like a name of the system's own.
 */
export function kubeUser({ login, id }: Principal, level: ClusterAction = 'manage'): User {
  const group = level === 'see' ? VIEWERS : 'system:masters';
  return { name: login ?? id, groups: [group, 'system:authenticated'] };
}

/** Who may be anybody in a cluster's own eyes: the cluster itself judges what a service account may do there. */
export const accountPrincipal = (
  cluster: string,
  { name }: User,
  askers: readonly Principal[],
): Principal => ({
  // What an account does counts as done by who asked for its token.
  id: askers[0]?.id ?? `${cluster} ${name}`,
  login: null,
  name,
  role: 'admin',
  onlyCluster: cluster,
  ...(askers.length > 0 && { expiresAt: Math.min(...askers.map(({ expiresAt = Infinity }) => expiresAt)) }),
});

/** The user, and whom the request's headers ask to act as. Models k8s.io/client-go transport ImpersonationConfig. */
export function actingAs(user: User, request: IncomingMessage): User {
  // Building the headers in their distinct form costs more than an answer; hardly any request asks for this.
  if (!request.rawHeaders.some(isImpersonation)) return user;
  const { headersDistinct } = request;
  const [name = ''] = headersDistinct['impersonate-user'] ?? [];
  const groups = headersDistinct['impersonate-group'] ?? [];
  const [uid] = headersDistinct['impersonate-uid'] ?? [];
  const extra = Object.entries(headersDistinct)
    .filter(([header]) => header.startsWith(EXTRA))
    .map(([header, values]) => [decoded(header.slice(EXTRA.length)), values ?? []]);
  if (!name && groups.length === 0 && !uid && extra.length === 0) return user;
  const more = { ...(uid && { uid }), ...(extra.length > 0 && { extra: Object.fromEntries(extra) }) };
  return { ...user, impersonate: { name, groups, ...more } };
}

const isImpersonation = (text: string): boolean => /^impersonate-/i.test(text);

/** A header's name undone of its percent-encoding, or as it stands where that is malformed. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
