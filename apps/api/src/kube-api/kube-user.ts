import type { Principal } from '../auth/principal';
import type { KubeRequest } from '../cluster-host/core';

/** A cluster's owner is its cluster-admin, and so is who administers the server. */
export function kubeUser(principal: Principal): KubeRequest['user'] {
  return { name: principal.name, groups: ['system:masters', 'system:authenticated'] };
}
