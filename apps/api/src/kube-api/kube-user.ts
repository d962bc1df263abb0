import type { IncomingMessage } from 'node:http';
import type { Principal } from '../auth/principal';
import type { KubeRequest } from '../cluster-host/core';

type User = KubeRequest['user'];

const EXTRA = 'impersonate-extra-';

/** A cluster's owner is its cluster-admin, and so is who administers the server. */
export function kubeUser(principal: Principal): User {
  return { name: principal.name, groups: ['system:masters', 'system:authenticated'] };
}

/** Who may be anybody in a cluster's own eyes: the cluster itself judges what a service account may do there. */
export const accountPrincipal = (cluster: string, { name }: User): Principal => ({
  id: name,
  name,
  role: 'admin',
  onlyCluster: cluster,
});

/** The user, and whom the request's headers ask to act as. Models k8s.io/client-go transport ImpersonationConfig. */
export function actingAs(user: User, { headersDistinct }: IncomingMessage): User {
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

/** A header's name undone of its percent-encoding, or as it stands where that is malformed. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
